// An axis: from values to points on the sheet, with round ticks.
#pragma once

#include "hipcuff/core/figure.h"

#include <string>
#include <vector>

namespace hipcuff::figures {

struct Tick {
  double value = 0;
  std::string label;
};

struct Scale {
  double least = 0;
  double most = 1;
  double from = 0; ///< where `least` is on the sheet; beyond `to` for y
  double to = 1;
  std::vector<Tick> ticks;
  bool categories = false;
  [[nodiscard]] double at(double value) const noexcept { return from + (value - least) / (most - least) * (to - from); }
};

/// What the data cover; least > most where there are none.
struct Reach {
  double least = 1;
  double most = -1;
  bool loose = false; ///< something ends there that should not touch the frame: a marker, an error bar
  void add(double value) noexcept;
  [[nodiscard]] bool empty() const noexcept { return least > most; }
};

/// 1, 2 or 5 times a power of ten: the smallest that makes no more than `mostSteps` steps of the span.
[[nodiscard]] double niceStep(double span, int mostSteps) noexcept;

/// Numbers: ends that the axis gives are kept, the others become round where that wastes little; ticks at round
/// numbers.
[[nodiscard]] Scale numericScale(const Axis& axis, Reach reach, int mostSteps);
/// Categories: each has one unit, from -0.5 on.
[[nodiscard]] Scale categoryScale(const std::vector<std::string>& categories);

} // namespace hipcuff::figures
