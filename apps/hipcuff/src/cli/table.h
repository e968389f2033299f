// A table of text columns for people; scripts read results.csv.
#pragma once

#include <string>
#include <vector>

namespace hipcuff::cli {

class Table {
public:
  explicit Table(std::vector<std::string> header);
  void add(std::vector<std::string> row);
  [[nodiscard]] bool empty() const noexcept { return rows_.size() <= 1; }
  /// Columns as wide as their widest cell, two spaces between them, a line under the header, no trailing spaces.
  [[nodiscard]] std::string text() const;

private:
  std::vector<std::vector<std::string>> rows_; ///< the first is the header
};

/// Characters a terminal shows of a UTF-8 text (code points; no wide or combining ones are expected here).
[[nodiscard]] std::size_t shownWidth(const std::string& text);

/// The text without control characters, at most `width` characters; what is cut off at the front is marked by "...".
/// File names may hold anything, and a terminal must not obey them.
[[nodiscard]] std::string tail(const std::string& text, std::size_t width);

/// Fixed decimals, point as decimal sign.
[[nodiscard]] std::string decimals(double value, int places);

} // namespace hipcuff::cli
