// A figure laid out on a sheet of a given width. No VTK: what comes out is lines, areas and words in points.
#pragma once

#include "figure_data.h"
#include "figure_sheet.h"
#include "hipcuff/core/figure.h"

namespace hipcuff::figures {

struct Layout {
  Sheet sheet;
  Axes axes; ///< of a table: columns on x, rows on y
};

/// @throws InputError where there is nothing to draw or the words leave no room for the data
[[nodiscard]] Layout layOutFigure(const Figure& figure, double width, const Measure& measure);

/// Of figure.cells. @throws InputError as above
[[nodiscard]] Layout layOutTable(const Figure& figure, double width, const Measure& measure);

} // namespace hipcuff::figures
