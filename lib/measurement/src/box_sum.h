// Sums over a box around each pixel, without running totals: nothing is left over where large values were near.
#pragma once

#include "hipcuff/core/image.h"

namespace hipcuff {

/// Sum over (2 * halfX + 1) x (2 * halfY + 1) pixels; beyond the edges lies nothing.
[[nodiscard]] FloatImage boxSum(const FloatImage& image, int halfX, int halfY);

/// 1 where the mask is not 0, else 0.
[[nodiscard]] FloatImage asNumbers(const Mask& mask);

/// The image where the mask is not 0, else 0.
[[nodiscard]] FloatImage masked(const FloatImage& image, const Mask& mask);

} // namespace hipcuff
