// Comma-separated values (RFC 4180): one record after the other, with its place in the file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff {

/// Quoted where the cell holds a comma, a quote or a line break.
[[nodiscard]] std::string csvCell(std::string_view text);
/// One record with LF.
[[nodiscard]] std::string csvRecord(const std::vector<std::string>& cells);

class CsvReader {
public:
  /// What to make of a last record whose line end is missing.
  enum class TornEnd { leave, take };

  /// @param bytes must outlive the reader
  explicit CsvReader(std::string_view bytes, char separator = ',', TornEnd tornEnd = TornEnd::leave)
      : bytes_(bytes)
      , separator_(separator)
      , tornEnd_(tornEnd) {}
  /// The next record; none at the end, or before a torn one that is to be left (see position()). Line ends are LF, CRLF
  /// or CR. An empty line is a record of one empty cell.
  [[nodiscard]] std::optional<std::vector<std::string>> next();
  /// Where the next record begins.
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  /// The line on which the next record begins, counted from 1.
  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  /// Whether the last record taken ended within quotes: one is missing.
  [[nodiscard]] bool openQuote() const noexcept { return openQuote_; }

private:
  std::string_view bytes_;
  char separator_;
  TornEnd tornEnd_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  bool openQuote_ = false;
};

} // namespace hipcuff
