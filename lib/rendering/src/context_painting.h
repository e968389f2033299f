// A display list painted through vtkContext2D: report pictures, and what lies over a chart.
#pragma once

#include "drawing.h"

class vtkContext2D;

namespace hipcuff::drawing {

/// Boxes alone, then strokes and texts: a report's picture is painted between them.
/// @param height of the output, whose y points down; VTK's points up
/// @param oversampling the canvas is so many times larger than the list's pixels
void paintBoxes(vtkContext2D* painter, const DisplayList& list, double height, int oversampling);
void paintLines(vtkContext2D* painter, const DisplayList& list, double height, int oversampling);

} // namespace hipcuff::drawing
