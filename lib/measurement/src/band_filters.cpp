#include "band_filters.h"

#include "box_sum.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

FloatImage boxMean(const FloatImage& image, const Mask& mask, int halfX, int halfY, int least, float missing) {
  const auto enough = static_cast<float>(std::max(1, least));
  if (std::find(mask.data.begin(), mask.data.end(), std::uint8_t{0}) == mask.data.end()) {
    // Nothing is masked: the box's own size, cut at the edges.
    FloatImage out = boxSum(image, halfX, halfY);
    const auto size = [](int at, int half, int n) { return std::min(n - 1, at + half) - std::max(0, at - half) + 1; };
    for (int y = 0; y < out.height; ++y) {
      const int rows = size(y, halfY, out.height);
      for (int x = 0; x < out.width; ++x) {
        const auto count = static_cast<float>(rows * size(x, halfX, out.width));
        out.at(x, y) = count >= enough ? out.at(x, y) / count : missing;
      }
    }
    return out;
  }
  FloatImage out = boxSum(masked(image, mask), halfX, halfY);
  const FloatImage counts = boxSum(asNumbers(mask), halfX, halfY);
  for (std::size_t i = 0; i < out.data.size(); ++i)
    out.data[i] = counts.data[i] >= enough ? out.data[i] / counts.data[i] : missing;
  return out;
}

float quantile(std::vector<float>& values, double q) {
  const auto rank = static_cast<std::size_t>(std::lround(q * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
  return values[rank];
}

} // namespace hipcuff
