// Words and numbers of a figure.
#pragma once

#include "figure_sheet.h"

#include <string>
#include <vector>

namespace hipcuff::figures {

inline constexpr int tickSize = 7;
inline constexpr int axisSize = 8;
inline constexpr int titleSize = 9;
inline constexpr double lineSpacing = 1.2;

/// Without control characters, line breaks and what XML forbids: they become spaces.
[[nodiscard]] std::string printable(const std::string& text);

struct Wrapping {
  std::size_t mostLines = 4; ///< more end in "…"
  bool breakWords = true;    ///< else a single word may be wider than it should
};
/// Lines no wider than `width`: broken at spaces and after - / _, else inside of words.
[[nodiscard]] std::vector<std::string> wrapped(const std::string& text, double width, int size, const Measure& measure,
                                               const Wrapping& wrapping = {});

/// "0.25" with so many decimals, a true minus sign, "0" never negative.
[[nodiscard]] std::string number(double value, int decimals);
/// As few decimals as tell it, three at most.
[[nodiscard]] std::string shortNumber(double value);
/// "2.5×10⁷"
[[nodiscard]] std::string scientific(double value);

[[nodiscard]] double widest(const std::vector<std::string>& lines, int size, const Measure& measure);

/// Lines under each other around `at` (the middle of the block).
void addLines(Sheet& sheet, const std::vector<std::string>& lines, Point at, int size, Anchor anchor, double angle = 0,
              Colour colour = black);

} // namespace hipcuff::figures
