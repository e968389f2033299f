// Words through VTK's FreeType: one font for report pictures, the viewer's picture and its charts.
#pragma once

#include "drawing.h"

#include <string>

class vtkTextProperty;

namespace hipcuff::drawing {

/// DejaVu Sans where it is installed (VTK's own font has no Greek, no degree sign and no dashes). Left-justified,
/// vertically centred.
/// @param size in pixels, for a window of 72 dots per inch
void setText(vtkTextProperty* property, double size, Colour colour);

/// '$' and '|' are markup to VTK's text renderer.
[[nodiscard]] std::string plain(std::string words);

/// Width in pixels, measured at `oversampling` times the size: what a picture that is drawn larger and averaged needs.
[[nodiscard]] double textWidth(const std::string& words, double size, int oversampling);

} // namespace hipcuff::drawing
