#include "figure_frame.h"

#include "figure_words.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::figures {
namespace {

constexpr double lineHeight = tickSize * lineSpacing;
constexpr double slant = 40; // degrees
/// Slanted words closer than this would touch; upright ones may be as close as lines.
constexpr double leastSlantedUnit = 13;
/// Longest slanted word, in points.
constexpr double longestSlanted = 90;

} // namespace

LowerWords::LowerWords(const Scale& scale, double length, const Measure& measure) {
  const double unit = length / (scale.most - scale.least);
  const double room = scale.categories ? unit - 3 : length;
  bool slanted = false;
  for (const Tick& tick : scale.ticks) {
    words_.push_back(scale.categories ? wrapped(tick.label, room, tickSize, measure, {.breakWords = false})
                                      : std::vector{tick.label});
    slanted = slanted || (scale.categories && widest(words_.back(), tickSize, measure) > room);
    height_ = std::max(height_, static_cast<double>(words_.back().size()) * lineHeight);
  }
  if (slanted) {
    angle_ = unit < leastSlantedUnit ? 90 : slant;
    stride_ = static_cast<std::size_t>(std::max(1.0, std::ceil((tickSize + 1) / unit)));
    height_ = 0;
  }
  const double turn = angle_ * std::numbers::pi / 180;
  for (std::size_t i = 0; i < words_.size(); i += stride_) {
    if (slanted) {
      words_[i] = wrapped(scale.ticks[i].label, longestSlanted, tickSize, measure, {.mostLines = 1});
      height_ = std::max(height_, widest(words_[i], tickSize, measure) * std::sin(turn) + lineHeight * std::cos(turn));
    }
    const double width = widest(words_[i], tickSize, measure);
    const double at = (scale.ticks[i].value - scale.least) * unit;
    left_ = std::max(left_, (slanted ? width * std::cos(turn) + lineHeight / 2 : width / 2) - at);
    right_ = std::max(right_, (slanted ? lineHeight / 2 : width / 2) - (length - at));
  }
}

void LowerWords::addTo(Sheet& sheet, const Scale& scale, double top) const {
  const double turn = angle_ * std::numbers::pi / 180;
  for (std::size_t i = 0; i < words_.size(); i += stride_) {
    const double x = scale.at(scale.ticks[i].value);
    if (angle_ != 0)
      addLines(sheet, words_[i], {x, top + lineHeight / 2 * std::cos(turn)}, tickSize, Anchor::end, angle_);
    else
      addLines(sheet, words_[i], {x, top + static_cast<double>(words_[i].size()) * lineHeight / 2}, tickSize,
               Anchor::middle);
  }
}

LeftWords::LeftWords(const Scale& scale, double most, const Measure& measure) {
  for (const Tick& tick : scale.ticks) {
    words_.push_back(scale.categories ? wrapped(tick.label, most, tickSize, measure) : std::vector{tick.label});
    width_ = std::max(width_, widest(words_.back(), tickSize, measure));
  }
}

std::size_t LeftWords::mostLines() const noexcept {
  std::size_t most = 1;
  for (const auto& lines : words_)
    most = std::max(most, lines.size());
  return most;
}

void LeftWords::addTo(Sheet& sheet, const Scale& scale, double right) const {
  for (std::size_t i = 0; i < words_.size(); ++i)
    addLines(sheet, words_[i], {right, scale.at(scale.ticks[i].value)}, tickSize, Anchor::end);
}

void addFrame(Sheet& sheet, const Axes& axes) {
  const Rect& r = axes.rect;
  sheet.marks.emplace_back(Line{{{r.x0, r.y0}, {r.x0, r.y1}, {r.x1, r.y1}}, black, axisLine, {}});
  if (!axes.x.categories)
    for (const Tick& tick : axes.x.ticks)
      sheet.marks.emplace_back(
          Line{{{axes.x.at(tick.value), r.y1}, {axes.x.at(tick.value), r.y1 + tickLength}}, black, axisLine, {}});
  if (!axes.y.categories)
    for (const Tick& tick : axes.y.ticks)
      sheet.marks.emplace_back(
          Line{{{r.x0 - tickLength, axes.y.at(tick.value)}, {r.x0, axes.y.at(tick.value)}}, black, axisLine, {}});
}

} // namespace hipcuff::figures
