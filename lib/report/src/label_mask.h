// The label mask of one image: labelMask() of hipcuff/report/image_parts.h.
#pragma once

#include "hipcuff/core/result.h"
#include "hipcuff/report/image_parts.h"

namespace hipcuff::report {

enum class Label : std::uint8_t { background = 0, tendon = 1, discontinuity = 2 };

/// As fillPolygon() of hipcuff/core/outlines.h.
void fillPolygon(GreyImage& image, const Polyline& outline, Label label);

} // namespace hipcuff::report
