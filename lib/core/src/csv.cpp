#include "hipcuff/core/csv.h"

namespace hipcuff {

std::string csvCell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos)
    return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"')
      out += '"';
    out += c;
  }
  return out + '"';
}

std::string csvRecord(const std::vector<std::string>& cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0)
      line += ',';
    line += csvCell(cells[i]);
  }
  return line + '\n';
}

std::optional<std::vector<std::string>> CsvReader::next() {
  std::vector<std::string> cells(1);
  bool quoted = false;
  std::size_t lines = 0;
  for (std::size_t i = position_; i < bytes_.size(); ++i) {
    const char c = bytes_[i];
    const char after = i + 1 < bytes_.size() ? bytes_[i + 1] : '\0';
    const bool lineEnd = c == '\n' || (c == '\r' && after != '\n');
    lines += lineEnd ? 1 : 0;
    if (quoted && c == '"' && after == '"') {
      cells.back() += c;
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (quoted) {
      cells.back() += c;
    } else if (c == separator_) {
      cells.emplace_back();
    } else if (lineEnd) {
      position_ = i + 1;
      line_ += lines;
      return cells;
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  if (tornEnd_ == TornEnd::leave || position_ >= bytes_.size())
    return std::nullopt;
  openQuote_ = quoted;
  position_ = bytes_.size();
  line_ += lines;
  return cells;
}

} // namespace hipcuff
