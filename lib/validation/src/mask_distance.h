// Overlap and border distances of two shapes.
#pragma once

#include "hipcuff/validation/masks.h"

namespace hipcuff::validation {

/// Dice's coefficient of two masks (0, not 0) of the same size. None where both are empty.
[[nodiscard]] std::optional<double> diceOf(const Mask& a, const Mask& b);
/// None where one of them has no border (empty, or all of the picture).
[[nodiscard]] std::optional<SurfaceDistance> surfaceDistance(const Mask& a, const Mask& b, const Spacing& mmPerPx);

} // namespace hipcuff::validation
