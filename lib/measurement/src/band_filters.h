// Small filters on a band. Plain rasters in and out; ITK stays in the .cpp files.
#pragma once

#include "hipcuff/core/image.h"

#include <vector>

namespace hipcuff {

/// Mean over a box of (2 * halfX + 1) x (2 * halfY + 1), of the pixels where mask is not 0. Where fewer than `least`
/// pixels count, `missing`.
[[nodiscard]] FloatImage boxMean(const FloatImage& image, const Mask& mask, int halfX, int halfY, int least,
                                 float missing);

/// Structure tensor: gradients at scale `gradientPx`, averaged over a box.
struct Texture {
  FloatImage coherence; ///< 0..1; 1 = all gradients run one way
  FloatImage alongX;    ///< -1..1; +1: the pattern runs along x (the cortex), -1: across
};
/// Pixels outside the mask take their column's nearest inside value first, so that a mask's edge makes no gradient.
[[nodiscard]] Texture texture(const FloatImage& image, const Mask& mask, double gradientPx, int halfX, int halfY);

struct Component {
  int pixels = 0;
  PixelBox box;
};
struct Components {
  Raster<int, 1> labels;        ///< 0 = background, else 1-based index into items
  std::vector<Component> items; ///< items[label - 1]
};
/// 4-connected components of the mask's non-zero pixels.
[[nodiscard]] Components components(const Mask& mask);

/// q-quantile (0..1) by nearest rank; `values` is reordered. Must not be empty.
[[nodiscard]] float quantile(std::vector<float>& values, double q);

} // namespace hipcuff
