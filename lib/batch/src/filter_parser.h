// The text of a filter as a tree of tests. Knows the grammar, and no fields.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::batch {

/// @throws UsageError "the filter, at character N: PROBLEM (REMEDY)"; N is counted from 1 in characters, not bytes
[[noreturn]] void failAt(std::string_view filter, std::size_t byte, const std::string& problem,
                         const std::string& remedy = {});

/// For messages: 'TEXT', and not all of a long one.
[[nodiscard]] std::string inFilterQuotes(std::string_view text);

struct FilterToken {
  enum class Kind { word, quoted, sign, open, close, comma, end };
  Kind kind = Kind::end;
  std::string text{}; ///< quoted: without its quotes
  std::size_t at = 0; ///< byte in the filter
};

enum class FilterSign { equal, unequal, less, lessEqual, greater, greaterEqual, like, unlike };
[[nodiscard]] const char* toString(FilterSign) noexcept;

/// FIELD, FIELD SIGN VALUE, FIELD in (VALUE, ...), FIELD is unknown. `is not`, `not in` are negated ones.
struct FilterTest {
  FilterToken field{};
  bool bare = true; ///< the field alone
  FilterSign sign = FilterSign::equal;
  std::size_t signAt = 0;
  /// Values, any of which will do; each of one word or more, as they stood: "6 mm", "full thickness".
  std::vector<std::vector<FilterToken>> values{};
};

struct FilterNode {
  enum class Kind { test, all, any };
  Kind kind = Kind::all;
  bool negated = false;
  FilterTest test{};
  std::vector<FilterNode> children{};
};

/// Parentheses may be nested 20 deep, and there may be 500 tests and 16 KiB of text: more than anybody writes, and
/// little enough for the stacks of this program and of SQLite.
inline constexpr int deepestFilter = 20;
inline constexpr int mostTests = 500;
inline constexpr std::size_t longestFilter = 16384;

/// An empty text is `all` of nothing.
[[nodiscard]] FilterNode parseFilter(std::string_view text);

} // namespace hipcuff::batch
