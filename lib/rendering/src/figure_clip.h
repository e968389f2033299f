// What of lines and areas lies inside the axes.
#pragma once

#include "drawing.h"

#include <vector>

namespace hipcuff::figures {

/// Pieces inside the rectangle (Liang and Barsky 1984, piece by piece).
[[nodiscard]] std::vector<Polyline> clippedLine(const Polyline& line, const drawing::Rect& rect);
/// Sutherland and Hodgman 1974. Empty where nothing is inside.
[[nodiscard]] Polyline clippedArea(const Polyline& polygon, const drawing::Rect& rect);
/// Upper and lower edge, point by point, with x ascending.
[[nodiscard]] drawing::Band clippedBand(const drawing::Band& band, const drawing::Rect& rect);
[[nodiscard]] bool inside(Point p, const drawing::Rect& rect) noexcept; ///< the border too

} // namespace hipcuff::figures
