// What stands around the data: axis lines, ticks, their words, titles; and how much room that takes.
#pragma once

#include "figure_data.h"
#include "figure_sheet.h"

#include <string>
#include <vector>

namespace hipcuff::figures {

inline constexpr double sheetMargin = 2;
inline constexpr double tickLength = 2.5;
inline constexpr double tickGap = 2;
inline constexpr double titleGap = 3;
inline constexpr double axisLine = 0.6;

/// The words along the lower axis: side by side where they fit, else slanted, upright where they stand too close for
/// that. Where even those would touch, some are left out.
class LowerWords {
public:
  LowerWords(const Scale& scale, double length, const Measure& measure);
  [[nodiscard]] double height() const noexcept { return height_; }
  /// How far they reach beyond the axis' ends.
  [[nodiscard]] double beyondLeft() const noexcept { return left_; }
  [[nodiscard]] double beyondRight() const noexcept { return right_; }
  /// @param top where their space begins
  void addTo(Sheet& sheet, const Scale& scale, double top) const;

private:
  std::vector<std::vector<std::string>> words_;
  double angle_ = 0;
  std::size_t stride_ = 1;
  double height_ = 0;
  double left_ = 0;
  double right_ = 0;
};

/// The words along the left axis, right-justified.
class LeftWords {
public:
  LeftWords(const Scale& scale, double most, const Measure& measure);
  [[nodiscard]] double width() const noexcept { return width_; }
  [[nodiscard]] std::size_t mostLines() const noexcept; ///< of one label
  void addTo(Sheet& sheet, const Scale& scale, double right) const;

private:
  std::vector<std::vector<std::string>> words_;
  double width_ = 0;
};

/// Left and lower axis line, ticks at numbers.
void addFrame(Sheet& sheet, const Axes& axes);

} // namespace hipcuff::figures
