// Separable Gaussian on plain rasters, for the small widths (1 to 8 grid points) that the stages need. At these widths
// a direct kernel is several times faster than a recursive one, because both passes run along the rows in memory.
#pragma once

#include "hipcuff/core/image.h"

#include <vector>

namespace hipcuff::segmentation {

/// Normalised, odd length, radius 3 sigma. sigma in grid points; <= 0 gives {1}.
[[nodiscard]] std::vector<float> gaussianKernel(double sigma);
/// Edges are repeated.
[[nodiscard]] FloatImage smoothed(const FloatImage& in, double sigmaX, double sigmaY);
/// The same for a signal; edges are repeated.
[[nodiscard]] std::vector<double> smoothed(const std::vector<double>& in, double sigma);

} // namespace hipcuff::segmentation
