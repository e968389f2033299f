#include "band_filters.h"

#include "box_sum.h"

#include "hipcuff/core/vectorised.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

namespace {

/// Weights of a Gaussian and of its first derivative, from -radius to radius. The derivative of a ramp is its slope.
struct GaussianKernels {
  int radius = 0;
  std::vector<float> smooth;
  std::vector<float> slope;
};

GaussianKernels gaussianKernels(double sigma) {
  GaussianKernels kernels;
  kernels.radius = std::max(1, static_cast<int>(std::ceil(4.5 * sigma)));
  double sum = 0;
  double ramp = 0;
  for (int k = -kernels.radius; k <= kernels.radius; ++k) {
    const double g = std::exp(-0.5 * k * k / (sigma * sigma));
    sum += g;
    ramp += g * k * k;
  }
  for (int k = -kernels.radius; k <= kernels.radius; ++k) {
    const double g = std::exp(-0.5 * k * k / (sigma * sigma));
    kernels.smooth.push_back(static_cast<float>(g / sum));
    kernels.slope.push_back(static_cast<float>(g * k / ramp));
  }
  return kernels;
}

/// out[x] = sum of weights[k] * in[x + k * step]
HIPCUFF_VECTORISED void weigh(const float* in, std::ptrdiff_t step, const float* weights, int taps, int n, float* out) {
  std::fill(out, out + n, 0.0F);
  for (int k = 0; k < taps; ++k, in += step)
    for (int x = 0; x < n; ++x)
      out[x] += weights[k] * in[x];
}

HIPCUFF_VECTORISED void products(const float* gx, const float* gy, const std::uint8_t* mask, int n, float* xx,
                                 float* yy, float* xy) {
  for (int x = 0; x < n; ++x) {
    const float a = mask[x] ? gx[x] : 0.0F;
    const float b = mask[x] ? gy[x] : 0.0F;
    xx[x] = a * a;
    yy[x] = b * b;
    xy[x] = a * b;
  }
}

HIPCUFF_VECTORISED void directions(const float* xx, const float* yy, const float* xy, const float* counts,
                                   std::size_t n, float* coherence, float* alongX) {
  for (std::size_t i = 0; i < n; ++i) {
    const float sum = xx[i] + yy[i];
    const float difference = yy[i] - xx[i];
    const bool known = (counts[i] > 0) & (sum > 1e-6F * counts[i]);
    const float safe = known ? sum : 1.0F;
    const float longest = std::sqrt(difference * difference + 4 * xy[i] * xy[i]) / safe;
    coherence[i] = known ? (longest < 1.0F ? longest : 1.0F) : 0.0F;
    alongX[i] = known ? difference / safe : 0.0F;
  }
}

/// A pixel outside of the mask takes the nearest inside of its column: a mask's edge then makes no gradient. The edges
/// are repeated `border` times on all sides.
FloatImage filled(const FloatImage& image, const Mask& mask, int border) {
  FloatImage out(image.width + 2 * border, image.height + 2 * border);
  std::vector<int> source(static_cast<std::size_t>(image.width), -1);
  for (int y = 0; y < image.height; ++y) {
    float* row = out.row(y + border) + border;
    for (int x = 0; x < image.width; ++x) {
      int& from = source[static_cast<std::size_t>(x)];
      if (mask.at(x, y)) {
        if (from < 0)
          for (int k = 0; k < y; ++k)
            out.at(x + border, k + border) = image.at(x, y);
        from = y;
      }
      row[x] = image.at(x, from >= 0 ? from : y);
    }
  }
  for (int y = border; y < border + image.height; ++y) {
    float* row = out.row(y);
    std::fill_n(row, border, row[border]);
    std::fill_n(row + border + image.width, border, row[border + image.width - 1]);
  }
  for (int k = 0; k < border; ++k) {
    std::copy_n(out.row(border), out.width, out.row(k));
    std::copy_n(out.row(border + image.height - 1), out.width, out.row(border + image.height + k));
  }
  return out;
}

template <typename R>
R rowsOf(const R& image, int first, int last) {
  R out(image.width, last - first + 1);
  std::copy_n(image.row(first), out.data.size(), out.data.begin());
  return out;
}

} // namespace

Texture texture(const FloatImage& whole, const Mask& wholeMask, double gradientPx, int halfX, int halfY) {
  Texture out{FloatImage(whole.width, whole.height), FloatImage(whole.width, whole.height)};
  if (whole.width < 4 || whole.height < 4)
    return out;
  const GaussianKernels kernels = gaussianKernels(gradientPx);
  const int radius = kernels.radius;
  const int taps = 2 * radius + 1;
  // Only rows near the mask's own say anything.
  const auto isSet = [](auto v) { return v != 0; };
  const auto firstSet = std::find_if(wholeMask.data.begin(), wholeMask.data.end(), isSet) - wholeMask.data.begin();
  const auto lastSet = wholeMask.data.rend() - std::find_if(wholeMask.data.rbegin(), wholeMask.data.rend(), isSet) - 1;
  if (lastSet < 0)
    return out;
  const int margin = std::max(halfY, radius);
  const int top = std::max(0, static_cast<int>(firstSet / whole.width) - margin);
  const int bottom = std::min(whole.height - 1, static_cast<int>(lastSet / whole.width) + margin);
  const FloatImage image = rowsOf(whole, top, bottom);
  const Mask mask = rowsOf(wholeMask, top, bottom);
  const FloatImage grey = filled(image, mask, radius);
  FloatImage xx(image.width, image.height);
  FloatImage yy = xx;
  FloatImage xy = xx;
  // Gradient along one axis, smoothed along the other. Rows without a mask pixel count nowhere.
  std::vector<float> line(static_cast<std::size_t>(grey.width));
  std::vector<float> gx(static_cast<std::size_t>(image.width));
  std::vector<float> gy(gx.size());
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* inside = mask.row(y);
    if (std::none_of(inside, inside + image.width, isSet))
      continue;
    weigh(grey.row(y), grey.width, kernels.smooth.data(), taps, grey.width, line.data());
    weigh(line.data(), 1, kernels.slope.data(), taps, image.width, gx.data());
    weigh(grey.row(y), grey.width, kernels.slope.data(), taps, grey.width, line.data());
    weigh(line.data(), 1, kernels.smooth.data(), taps, image.width, gy.data());
    products(gx.data(), gy.data(), inside, image.width, xx.row(y), yy.row(y), xy.row(y));
  }
  xx = boxSum(xx, halfX, halfY);
  yy = boxSum(yy, halfX, halfY);
  xy = boxSum(xy, halfX, halfY);
  const FloatImage counts = boxSum(asNumbers(mask), halfX, halfY);
  directions(xx.data.data(), yy.data.data(), xy.data.data(), counts.data.data(), xx.data.size(), out.coherence.row(top),
             out.alongX.row(top));
  return out;
}

} // namespace hipcuff
