#include "smoothing.h"

#include "hipcuff/core/vectorised.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::segmentation {
namespace {

HIPCUFF_VECTORISED void addScaled(const float* from, float weight, int n, float* to) {
  for (int i = 0; i < n; ++i)
    to[i] += weight * from[i];
}

} // namespace

std::vector<float> gaussianKernel(double sigma) {
  if (sigma <= 0.05)
    return {1.0F};
  const int radius = std::max(1, static_cast<int>(std::ceil(3 * sigma)));
  std::vector<float> kernel;
  double sum = 0;
  for (int k = -radius; k <= radius; ++k) {
    kernel.push_back(static_cast<float>(std::exp(-0.5 * k * k / (sigma * sigma))));
    sum += kernel.back();
  }
  for (float& w : kernel)
    w = static_cast<float>(w / sum);
  return kernel;
}

FloatImage smoothed(const FloatImage& in, double sigmaX, double sigmaY) {
  if (in.empty())
    return in;
  const auto kx = gaussianKernel(sigmaX);
  const auto ky = gaussianKernel(sigmaY);
  const int rx = static_cast<int>(kx.size() / 2);
  const int ry = static_cast<int>(ky.size() / 2);
  FloatImage out(in.width, in.height);
  std::vector<float> padded(static_cast<std::size_t>(in.width + 2 * rx));
  for (int y = 0; y < in.height; ++y) {
    std::fill(padded.begin(), padded.end(), 0.0F);
    float* middle = padded.data() + rx;
    for (int k = -ry; k <= ry; ++k) {
      addScaled(in.row(std::clamp(y + k, 0, in.height - 1)), ky[static_cast<std::size_t>(k + ry)], in.width, middle);
    }
    for (int x = 0; x < rx; ++x) {
      padded[static_cast<std::size_t>(x)] = middle[0];
      middle[in.width + x] = middle[in.width - 1];
    }
    float* target = out.row(y);
    for (std::size_t k = 0; k < kx.size(); ++k)
      addScaled(padded.data() + k, kx[k], in.width, target);
  }
  return out;
}

std::vector<double> smoothed(const std::vector<double>& in, double sigma) {
  const auto kernel = gaussianKernel(sigma);
  const int radius = static_cast<int>(kernel.size() / 2);
  const int n = static_cast<int>(in.size());
  std::vector<double> out(in.size(), 0.0);
  for (int i = 0; i < n; ++i)
    for (int k = -radius; k <= radius; ++k)
      out[static_cast<std::size_t>(i)] +=
          kernel[static_cast<std::size_t>(k + radius)] * in[static_cast<std::size_t>(std::clamp(i + k, 0, n - 1))];
  return out;
}

} // namespace hipcuff::segmentation
