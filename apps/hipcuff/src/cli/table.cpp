#include "cli/table.h"

#include <algorithm>
#include <charconv>

namespace hipcuff::cli {
namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

} // namespace

std::size_t shownWidth(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return !continues(c); }));
}

std::string tail(const std::string& text, std::size_t width) {
  std::string clean = text;
  for (char& c : clean)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      c = '?';
  constexpr const char* mark = "...";
  std::size_t shown = shownWidth(clean);
  if (shown <= width || width <= 3)
    return clean;
  std::size_t from = 0;
  for (; shown > width - 3; --shown)
    do
      ++from;
    while (from < clean.size() && continues(clean[from]));
  return mark + clean.substr(from);
}

std::string decimals(double value, int places) {
  char buffer[64];
  const auto [end, code] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, places);
  return code == std::errc{} ? std::string(buffer, end) : "?";
}

Table::Table(std::vector<std::string> header)
    : rows_{std::move(header)} {}

void Table::add(std::vector<std::string> row) {
  row.resize(rows_.front().size());
  rows_.push_back(std::move(row));
}

std::string Table::text() const {
  std::vector<std::size_t> widths(rows_.front().size());
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], shownWidth(row[i]));
  std::string all;
  const auto addLine = [&](const std::vector<std::string>& row) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += row[i] + std::string(widths[i] - shownWidth(row[i]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    all += line + "\n";
  };
  addLine(rows_.front());
  std::vector<std::string> rule;
  for (const std::size_t width : widths)
    rule.emplace_back(width, '-');
  addLine(rule);
  for (std::size_t i = 1; i < rows_.size(); ++i)
    addLine(rows_[i]);
  return all;
}

} // namespace hipcuff::cli
