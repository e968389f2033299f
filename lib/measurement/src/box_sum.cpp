#include "box_sum.h"

#include "hipcuff/core/vectorised.h"

#include <algorithm>

namespace hipcuff {

namespace {

constexpr int chunk = 32;

/// out[x] = sum of rows[k][x]; `rows` are `stride` apart.
HIPCUFF_VECTORISED void addRows(const float* first, std::ptrdiff_t stride, int rows, int n, float* out) {
  std::fill(out, out + n, 0.0F);
  for (int k = 0; k < rows; ++k, first += stride)
    for (int x = 0; x < n; ++x)
      out[x] += first[x];
}

/// out[x] = in[x] + ... + in[x + window - 1]. `in` can be read, and `out` written, up to a whole chunk.
HIPCUFF_VECTORISED void slide(const float* in, int window, int n, float* out) {
  for (int x = 0; x < n; x += chunk) {
    float sum[chunk] = {};
    for (int k = 0; k < window; ++k)
      for (int j = 0; j < chunk; ++j)
        sum[j] += in[x + k + j];
    for (int j = 0; j < chunk; ++j)
      out[x + j] = sum[j];
  }
}

HIPCUFF_VECTORISED void select(const float* in, const std::uint8_t* mask, std::size_t n, float* out) {
  for (std::size_t i = 0; i < n; ++i)
    out[i] = mask[i] ? in[i] : 0.0F;
}

} // namespace

FloatImage boxSum(const FloatImage& image, int halfX, int halfY) {
  const int w = image.width;
  FloatImage out(w, image.height);
  std::vector<float> line(static_cast<std::size_t>(w + 2 * halfX + chunk), 0.0F);
  std::vector<float> sums(static_cast<std::size_t>(w + chunk));
  for (int y = 0; y < image.height; ++y) {
    const int top = std::max(0, y - halfY);
    const int bottom = std::min(image.height - 1, y + halfY);
    addRows(image.row(top), w, bottom - top + 1, w, line.data() + halfX);
    slide(line.data(), 2 * halfX + 1, w, sums.data());
    std::copy_n(sums.data(), w, out.row(y));
  }
  return out;
}

FloatImage asNumbers(const Mask& mask) {
  FloatImage out(mask.width, mask.height);
  for (std::size_t i = 0; i < mask.data.size(); ++i)
    out.data[i] = mask.data[i] ? 1.0F : 0.0F;
  return out;
}

FloatImage masked(const FloatImage& image, const Mask& mask) {
  FloatImage out(image.width, image.height);
  select(image.data.data(), mask.data.data(), out.data.size(), out.data.data());
  return out;
}

} // namespace hipcuff
