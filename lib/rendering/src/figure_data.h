// The data between the axes: bands, bars, lines, points with their error bars, boxes.
#pragma once

#include "figure_look.h"
#include "figure_scale.h"
#include "figure_sheet.h"

#include <utility>
#include <vector>

namespace hipcuff::figures {

/// Where values are on the sheet.
struct Axes {
  Rect rect;
  Scale x;
  Scale y;
  bool lying = false; ///< y has categories and x has not: bars and error bars lie along x
  [[nodiscard]] Point at(double xValue, double yValue) const noexcept { return {x.at(xValue), y.at(yValue)}; }
};

/// What a figure's series and boxes cover, x and y.
[[nodiscard]] std::pair<Reach, Reach> reachesOf(const Figure& figure);

/// What lies outside of the axes is cut off.
void addData(std::vector<Mark>& marks, const Figure& figure, const std::vector<Look>& looks, const Axes& axes);

/// Breadth of one place on the axis that bars stand on: 1 for categories, else the smallest distance between bars.
[[nodiscard]] double barSlot(const std::vector<Series>& series, bool categories, bool lying);

} // namespace hipcuff::figures
