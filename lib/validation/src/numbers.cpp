#include "numbers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace hipcuff::validation {
namespace {

bool isDigit(char c) {
  return c >= '0' && c <= '9';
}

/// "1,234,567.8": digits in groups of three between `thousands`, at most one `decimal` behind them.
std::optional<double> readAs(std::string_view text, char decimal, char thousands) {
  std::string plain;
  std::size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) {
    if (text[i] == '-')
      plain += '-';
    ++i;
  }
  std::size_t group = 0;
  bool grouped = false;
  bool digits = false;
  for (; i < text.size() && (isDigit(text[i]) || text[i] == thousands); ++i) {
    if (text[i] == thousands) {
      // No group begins a number with a 0, and none is longer than three digits.
      if (group == 0 || group > 3 || (grouped && group != 3) || (!grouped && text[i - group] == '0'))
        return std::nullopt;
      grouped = true;
      group = 0;
      continue;
    }
    plain += text[i];
    ++group;
    digits = true;
  }
  if (grouped && group != 3)
    return std::nullopt;
  if (i < text.size() && text[i] == decimal) {
    plain += '.';
    for (++i; i < text.size() && isDigit(text[i]); ++i) {
      plain += text[i];
      digits = true;
    }
  }
  if (!digits)
    return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    plain += 'e';
    for (++i; i < text.size() && (isDigit(text[i]) || ((text[i] == '-' || text[i] == '+') && plain.back() == 'e')); ++i)
      plain += text[i];
  }
  if (i != text.size())
    return std::nullopt;
  if (const std::size_t plus = plain.find('+'); plus != std::string::npos)
    plain.erase(plus, 1);
  double value = 0;
  const auto result = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (result.ec != std::errc() || result.ptr != plain.data() + plain.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

} // namespace

NumberText readNumber(std::string_view text) {
  NumberText out;
  struct UnitWord {
    std::string_view word;
    double factor;
  };
  constexpr std::array<UnitWord, 7> units{
      {{"mm", 1}, {"cm", 10}, {"%", 0.01}, {"sec", 1}, {"s", 1}, {"min", 60}, {"", 1}}};
  std::string_view number = text;
  for (const UnitWord& u : units)
    if (!u.word.empty() && text.size() > u.word.size() && text.ends_with(u.word)) {
      number.remove_suffix(u.word.size());
      out.unit = u.factor;
      out.percent = u.word == "%";
      break;
    }
  while (!number.empty() && number.back() == ' ')
    number.remove_suffix(1);
  out.hasComma = number.find(',') != std::string_view::npos;
  out.hasPoint = number.find('.') != std::string_view::npos;
  out.point = readAs(number, '.', ',');
  out.comma = readAs(number, ',', '.');
  return out;
}

NumberChoice choose(const NumberText& text, const NumberRange& range, const DecimalHabit& habit, double scale) {
  const auto fits = [&](const std::optional<double>& v) {
    // A number at the end of its range may be off by the rounding of its scale.
    const double slack = 1e-9 * std::max(1.0, std::abs(range.most));
    return v && *v * scale * text.unit >= range.least - slack && *v * scale * text.unit <= range.most + slack;
  };
  const auto value = [&](double v) { return std::clamp(v * scale * text.unit, range.least, range.most); };
  const bool point = fits(text.point);
  const bool comma = fits(text.comma);
  if (point && comma && *text.point != *text.comma) {
    if (habit.commas == habit.points)
      return {std::nullopt, true, false};
    return habit.commas ? NumberChoice{value(*text.comma), false, text.hasComma}
                        : NumberChoice{value(*text.point), false, false};
  }
  if (point)
    return {value(*text.point), false, false};
  if (comma)
    return {value(*text.comma), false, text.hasComma};
  return {};
}

} // namespace hipcuff::validation
