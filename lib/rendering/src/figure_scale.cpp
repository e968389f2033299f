#include "figure_scale.h"

#include "figure_words.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::figures {
namespace {

/// A marker's breadth, as a share of the axis.
constexpr double margin = 0.03;
/// An axis of amounts begins at 0 where that costs no more than this share of it.
constexpr double cheapZero = 0.2;
/// An end moves out to the next tick where that costs no more than this share of the axis.
constexpr double cheapTick = 0.1;
constexpr double tiny = 1e-9;

/// Ends that differ, and by more than doubles can tell at their size.
void widen(double& least, double& most) {
  const double size = std::max({std::abs(least), std::abs(most), tiny});
  if (most - least > size * 1e-9)
    return;
  const double by = std::abs(least) < tiny ? 0.5 : std::abs(least) * 0.1;
  least -= by;
  most += by;
}

} // namespace

void Reach::add(double value) noexcept {
  if (empty()) {
    least = most = value;
    return;
  }
  least = std::min(least, value);
  most = std::max(most, value);
}

double niceStep(double span, int mostSteps) noexcept {
  const double raw = span / std::max(1, mostSteps);
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (const double step : {1.0, 2.0, 5.0})
    if (step * power >= raw * (1 - tiny))
      return step * power;
  return 10 * power;
}

Scale numericScale(const Axis& axis, Reach reach, int mostSteps) {
  Scale out;
  if (reach.empty())
    reach = {axis.least.value_or(axis.most ? *axis.most - 1 : 0), axis.most.value_or(axis.least ? *axis.least + 1 : 1)};
  double least = axis.least.value_or(reach.least);
  double most = axis.most.value_or(reach.most);
  if (axis.least && most <= least)
    most = least + std::max(std::abs(least) * 0.1, 1.0);
  if (axis.most && most <= least)
    least = most - std::max(std::abs(most) * 0.1, 1.0);
  if (!axis.least || !axis.most)
    widen(least, most);
  const double pad = reach.loose ? margin * (most - least) : 0;
  if (!axis.least)
    least = least >= 0 && (least - pad < 0 || least < cheapZero * most) ? 0 : least - pad;
  if (!axis.most)
    most = most <= 0 && most + pad > 0 ? 0 : most + pad;
  const double span = most - least;
  const double step = niceStep(span, mostSteps);
  const double low = std::floor(least / step + tiny) * step;
  const double high = std::ceil(most / step - tiny) * step;
  if (!axis.least && least - low <= cheapTick * span)
    least = low;
  if (!axis.most && high - most <= cheapTick * span)
    most = high;
  out.least = least;
  out.most = most;
  // The step is 1, 2 or 5 times a power of ten.
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(step) + tiny)));
  const bool plain = std::max(std::abs(most), std::abs(least)) < 1e7 && decimals < 6;
  const double first = std::ceil(least / step - 1e-6);
  const double last = std::floor(most / step + 1e-6);
  for (double k = first; k <= last && out.ticks.size() < 50; ++k)
    out.ticks.push_back({k * step, plain ? number(k * step, decimals) : scientific(k * step)});
  return out;
}

Scale categoryScale(const std::vector<std::string>& categories) {
  Scale out;
  out.categories = true;
  out.least = -0.5;
  out.most = static_cast<double>(categories.size()) - 0.5;
  for (std::size_t i = 0; i < categories.size(); ++i)
    out.ticks.push_back({static_cast<double>(i), categories[i]});
  return out;
}

} // namespace hipcuff::figures
