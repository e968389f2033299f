// Closed outlines of a result, and what of a picture lies inside of one. Full-image pixels: centres at whole numbers.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"
#include "hipcuff/core/result.h"

#include <cstdint>

namespace hipcuff {

/// Paints the inside of a closed outline: a pixel belongs to it where its centre lies inside (winding number not 0; a
/// centre on the left or upper edge counts as inside). Parts outside the picture are left out; an outline of fewer than
/// three points, or with a coordinate that is no number, paints nothing.
void fillPolygon(GreyImage& image, const Polyline& outline, std::uint8_t value);

/// Along the superficial border and back along the deep one; discontinuities belong to it. Empty: no tendon found.
[[nodiscard]] Polyline tendonOutlinePx(const ImageResult& image);
[[nodiscard]] Polyline outlinePx(const ImageResult& image, const Discontinuity& discontinuity);

} // namespace hipcuff
