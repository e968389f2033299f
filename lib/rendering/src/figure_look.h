// How a series looks: by its role, so that the same thing looks the same in all figures of a report.
#pragma once

#include "figure_sheet.h"
#include "hipcuff/core/figure.h"

#include <vector>

namespace hipcuff::figures {

enum class MarkerShape { circle, square, triangle, diamond, triangleDown, plus };

struct Look {
  Colour colour = black;
  Colour fill; ///< of bars and bands
  double width = 1;
  std::vector<double> dash;
  MarkerShape marker = MarkerShape::circle;
};

/// Colours are Okabe and Ito's, in an order in which neighbours differ in lightness too; dashes and markers tell them
/// apart where there is no colour.
/// @param ordinal among the figure's series of this role and kind (lines, points, bars, bands), from 0
[[nodiscard]] Look lookOf(SeriesRole role, SeriesShape shape, std::size_t ordinal);
/// One each. Bands of that role without a name look like the one before them.
[[nodiscard]] std::vector<Look> looksOf(const std::vector<Series>& series);

void addMarker(std::vector<Mark>& marks, MarkerShape shape, Point at, double radius, Colour colour);

} // namespace hipcuff::figures
