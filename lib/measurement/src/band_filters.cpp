#include "band_filters.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

FloatImage boxMean(const FloatImage& image, const Mask& mask, int halfX, int halfY, int least, float missing) {
  const int w = image.width;
  const int h = image.height;
  const auto stride = static_cast<std::size_t>(w) + 1;
  // Summed-area tables with a zero first row and column.
  std::vector<double> sums(stride * (static_cast<std::size_t>(h) + 1), 0.0);
  std::vector<int> counts(sums.size(), 0);
  for (int y = 0; y < h; ++y) {
    double rowSum = 0;
    int rowCount = 0;
    for (int x = 0; x < w; ++x) {
      if (mask.at(x, y)) {
        rowSum += image.at(x, y);
        ++rowCount;
      }
      const std::size_t i = (static_cast<std::size_t>(y) + 1) * stride + static_cast<std::size_t>(x) + 1;
      sums[i] = sums[i - stride] + rowSum;
      counts[i] = counts[i - stride] + rowCount;
    }
  }
  FloatImage out(w, h, missing);
  for (int y = 0; y < h; ++y) {
    const std::size_t top = static_cast<std::size_t>(std::max(0, y - halfY)) * stride;
    const std::size_t bottom = static_cast<std::size_t>(std::min(h, y + halfY + 1)) * stride;
    for (int x = 0; x < w; ++x) {
      const auto left = static_cast<std::size_t>(std::max(0, x - halfX));
      const auto right = static_cast<std::size_t>(std::min(w, x + halfX + 1));
      const int n = counts[bottom + right] - counts[bottom + left] - counts[top + right] + counts[top + left];
      if (n >= std::max(1, least))
        out.at(x, y) =
            static_cast<float>((sums[bottom + right] - sums[bottom + left] - sums[top + right] + sums[top + left]) / n);
    }
  }
  return out;
}

float quantile(std::vector<float>& values, double q) {
  const auto rank = static_cast<std::size_t>(std::lround(q * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank), values.end());
  return values[rank];
}

} // namespace hipcuff
