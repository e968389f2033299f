// A sheet painted through vtkContext2D: with OpenGL as pixels, with VTK's SVG device as XML.
#pragma once

#include "figure_sheet.h"

#include <string>

class vtkContext2D;

namespace hipcuff::figures {

/// Onto a canvas of OpenGL whose window has this resolution. Lines become filled strips: the driver's own have no
/// mitres, and its dashes are counted in pixels.
/// @param canvasHeight in points: whole pixels may be a little more than the sheet, which begins at their top
void paintSheet(vtkContext2D* painter, const Sheet& sheet, double dotsPerInch, double canvasHeight);

struct SvgWords {
  std::string title;
  std::string description;
};
/// A whole SVG file, in points, with words as text. Needs no display.
[[nodiscard]] std::string svgOf(const Sheet& sheet, const SvgWords& words);

/// Width in points, measured fine enough to add up.
[[nodiscard]] double wordsWidth(const std::string& words, int size);

} // namespace hipcuff::figures
