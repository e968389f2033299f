// The label mask of one image.
#pragma once

#include "hipcuff/core/result.h"

namespace hipcuff::report {

enum class Label : std::uint8_t { background = 0, tendon = 1, discontinuity = 2 };

/// Full image size. A pixel has a label where its centre lies inside the outline (winding number not 0; a centre on
/// the left or upper edge counts as inside). Discontinuities are painted over the tendon.
[[nodiscard]] GreyImage labelMask(const ImageResult& image);

/// Paints the inside of a closed outline (pixel coordinates); parts outside the picture are left out.
void fillPolygon(GreyImage& image, const Polyline& outline, Label label);

} // namespace hipcuff::report
