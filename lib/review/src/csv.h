// Comma-separated values (RFC 4180): one record after the other, with its place in the file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::review {

/// Quoted where the cell holds a comma, a quote or a line break.
[[nodiscard]] std::string csvCell(std::string_view text);
/// One record with LF.
[[nodiscard]] std::string csvRecord(const std::vector<std::string>& cells);

class CsvReader {
public:
  explicit CsvReader(std::string_view bytes)
      : bytes_(bytes) {}
  /// The next record whose line end (LF or CRLF) is there; none at the end, or before a torn one (see position()).
  [[nodiscard]] std::optional<std::vector<std::string>> next();
  /// Where the next record begins.
  [[nodiscard]] std::size_t position() const noexcept { return position_; }

private:
  std::string_view bytes_;
  std::size_t position_ = 0;
};

} // namespace hipcuff::review
