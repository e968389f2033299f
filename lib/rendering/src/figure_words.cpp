#include "figure_words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

namespace hipcuff::figures {
namespace {

/// Pieces that stay together, each with the space or hyphen behind it.
std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> out;
  std::string piece;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    piece += c;
    if (c == ' ' && i + 1 < text.size() && text[i + 1] == '%')
      continue; // a number keeps its unit
    if (c == ' ' || c == '-' || c == '/' || c == '_') {
      out.push_back(piece);
      piece.clear();
    }
  }
  if (!piece.empty())
    out.push_back(piece);
  return out;
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  const auto last = text.find_last_not_of(' ');
  return first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

void dropLastCharacter(std::string& text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80)
    text.pop_back();
  if (!text.empty())
    text.pop_back();
}

std::ptrdiff_t characters(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

} // namespace

std::string printable(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    // U+FFFE and U+FFFF, the only others that XML forbids.
    const bool noCharacter = c == 0xEF && i + 2 < text.size() && static_cast<unsigned char>(text[i + 1]) == 0xBF &&
                             static_cast<unsigned char>(text[i + 2]) >= 0xBE;
    if (noCharacter)
      i += 2;
    out += c < 0x20 || c == 0x7F || noCharacter ? ' ' : text[i];
  }
  return out;
}

std::vector<std::string> wrapped(const std::string& text, double width, int size, const Measure& measure,
                                 const Wrapping& wrapping) {
  std::vector<std::string> lines;
  std::string line;
  const auto endLine = [&] {
    if (std::string whole = trimmed(line); !whole.empty())
      lines.push_back(std::move(whole));
    line.clear();
  };
  for (std::string piece : pieces(printable(text))) {
    if (!trimmed(line).empty() && measure(trimmed(line + piece), size) > width)
      endLine();
    while (wrapping.breakWords && measure(trimmed(piece), size) > width && characters(piece) > 1) {
      std::string head = piece;
      while (measure(head, size) > width && characters(head) > 1)
        dropLastCharacter(head);
      piece.erase(0, head.size());
      line = std::move(head);
      endLine();
    }
    line += piece;
  }
  endLine();
  if (lines.size() > wrapping.mostLines) {
    lines.resize(wrapping.mostLines);
    std::string& last = lines.back();
    while (!last.empty() && measure(last + "…", size) > width)
      dropLastCharacter(last);
    last += "…";
  }
  return lines;
}

std::string number(double value, int decimals) {
  char text[400];
  std::snprintf(text, sizeof text, "%.*f", decimals, std::abs(value));
  const std::string digits = text;
  const bool zero = digits.find_first_not_of("0.") == std::string::npos;
  return value < 0 && !zero ? "−" + digits : digits;
}

std::string shortNumber(double value) {
  std::string out = number(value, 3);
  while (out.back() == '0')
    out.pop_back();
  if (out.back() == '.')
    out.pop_back();
  return out;
}

std::string scientific(double value) {
  if (value == 0)
    return "0";
  auto exponent = static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-9));
  std::string out = shortNumber(value / std::pow(10.0, exponent)) + "×10";
  static constexpr std::array<const char*, 10> raised{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  if (exponent < 0)
    out += "⁻";
  for (const char digit : std::to_string(std::abs(exponent)))
    out += raised[static_cast<std::size_t>(digit - '0')];
  return out;
}

double widest(const std::vector<std::string>& lines, int size, const Measure& measure) {
  double width = 0;
  for (const std::string& line : lines)
    width = std::max(width, measure(line, size));
  return width;
}

void addLines(Sheet& sheet, const std::vector<std::string>& lines, Point at, int size, Anchor anchor, double angle,
              Colour colour) {
  const double turn = angle * std::numbers::pi / 180;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const double down = (static_cast<double>(i) - (static_cast<double>(lines.size()) - 1) / 2) * size * lineSpacing;
    sheet.marks.emplace_back(
        Words{at + Point{std::sin(turn), std::cos(turn)} * down, lines[i], size, anchor, colour, angle});
  }
}

} // namespace hipcuff::figures
