#include "band_filters.h"

#include "box_sum.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

FloatImage boxMean(const FloatImage& image, const Mask& mask, int halfX, int halfY, int least, float missing) {
  FloatImage out = boxSum(masked(image, mask), halfX, halfY);
  const FloatImage counts = boxSum(asNumbers(mask), halfX, halfY);
  const auto enough = static_cast<float>(std::max(1, least));
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
