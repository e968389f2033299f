// A value of a JSON file that somebody else may have written: null and missing are the same, wrong is an InputError.
#pragma once

#include "json_result.h"

#include "hipcuff/core/error.h"

#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::report {

/// Where the values come from, for messages.
struct Origin {
  std::filesystem::path file;
  std::string what; ///< "image img-...", empty for the file as a whole
};

/// The text as JSON. @throws InputError where it is none or nested deeper than any result is (what walks through such a
/// value later must not run out of stack)
[[nodiscard]] Json parseBounded(std::string_view text, const Origin& origin);
inline constexpr int deepestNesting = 64;

class Node {
public:
  /// Both must outlive the node and all that come from it.
  Node(const Json& json, const Origin& origin, const char* name = "")
      : json_(&json)
      , origin_(&origin)
      , name_(name) {}

  [[nodiscard]] bool there() const noexcept { return !json_->is_null(); }
  [[nodiscard]] const Json& json() const noexcept { return *json_; }
  [[nodiscard]] const Origin& origin() const noexcept { return *origin_; }
  /// @throws InputError: the field and the problem
  [[noreturn]] void fail(const std::string& problem) const;

  /// A member; null where it, or its parent, is not there.
  [[nodiscard]] Node operator[](const char* key) const;
  /// Of a list; 0 where it is not there.
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] Node item(std::size_t index) const; ///< of a list, index < size()
  template <typename Use>
  void each(Use&& use) const {
    const std::size_t n = size();
    for (std::size_t i = 0; i < n; ++i)
      use(item(i));
  }

  [[nodiscard]] std::optional<double> number() const;
  /// Null stands for a number that was not finite.
  [[nodiscard]] double numberOrNan() const;
  /// 0..1; 0 where it is not there.
  [[nodiscard]] double share() const;
  [[nodiscard]] std::optional<int> whole(int least, int most) const;
  [[nodiscard]] std::optional<bool> flag() const;
  [[nodiscard]] std::string text() const; ///< empty where it is not there
  [[nodiscard]] std::vector<std::string> texts() const;
  /// The enumerator whose word this is. Enumerators count from 0 and toString() is empty beyond the last.
  template <typename Enum>
  [[nodiscard]] std::optional<Enum> word() const {
    if (!there())
      return std::nullopt;
    const auto found = knownWord<Enum>();
    if (!found)
      fail("is no known word");
    return found;
  }
  /// The same for words that a later version may add to: unknown ones are passed over.
  template <typename Enum>
  [[nodiscard]] std::optional<Enum> knownWord() const {
    const std::string given = text();
    constexpr int more = 64; // than any enumeration has
    if (!given.empty())
      for (int i = 0; i < more; ++i)
        if (given == toString(static_cast<Enum>(i)))
          return static_cast<Enum>(i);
    return std::nullopt;
  }
  /// One of two words. @returns whether it is the first; false where it is not there
  [[nodiscard]] bool isFirstOf(const char* first, const char* second) const;

private:
  const Json* json_;
  const Origin* origin_;
  const char* name_;
};

} // namespace hipcuff::report
