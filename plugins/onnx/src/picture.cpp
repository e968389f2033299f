#include "picture.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace hipcuff::onnx {
namespace {

constexpr float wholly = 0.99F; // of a pixel's area must be tissue

/// What of the source's pixels goes into one pixel along one side.
struct Share {
  int first = 0;
  std::vector<float> weights; ///< sum 1
};

/// @param ratio source pixels per pixel
std::vector<Share> sharesOf(int source, int wanted, double ratio) {
  std::vector<Share> all;
  for (int i = 0; i < wanted; ++i) {
    Share share;
    if (ratio > 1) { // pixel k of the source covers k to k + 1
      const double from = i * ratio;
      const double to = std::min<double>(source, from + ratio);
      share.first = std::clamp(static_cast<int>(from), 0, source - 1);
      for (int k = share.first; k == share.first || (k < source && k < to - 1e-9); ++k)
        share.weights.push_back(
            static_cast<float>(std::max(0.0, std::min<double>(k + 1, to) - std::max<double>(k, from))));
    } else {
      const double at = std::clamp((i + 0.5) * ratio - 0.5, 0.0, source - 1.0);
      share.first = std::min(static_cast<int>(at), std::max(0, source - 2));
      const auto t = static_cast<float>(at - share.first);
      share.weights = source > 1 ? std::vector<float>{1 - t, t} : std::vector<float>{1};
    }
    float sum = 0;
    for (const float w : share.weights)
      sum += w;
    for (float& w : share.weights)
      w = sum > 0 ? w / sum : 1.0F / static_cast<float>(share.weights.size());
    all.push_back(std::move(share));
  }
  return all;
}

FloatImage resampled(const GreyImage& image, const std::vector<Share>& columns, const std::vector<Share>& rows) {
  FloatImage narrow(static_cast<int>(columns.size()), image.height);
  for (int y = 0; y < image.height; ++y) {
    const std::uint8_t* from = image.row(y);
    float* to = narrow.row(y);
    for (std::size_t x = 0; x < columns.size(); ++x) {
      float sum = 0;
      for (std::size_t k = 0; k < columns[x].weights.size(); ++k)
        sum += columns[x].weights[k] * static_cast<float>(from[static_cast<std::size_t>(columns[x].first) + k]);
      to[x] = sum;
    }
  }
  FloatImage out(narrow.width, static_cast<int>(rows.size()));
  for (int y = 0; y < out.height; ++y) {
    const Share& share = rows[static_cast<std::size_t>(y)];
    float* to = out.row(y);
    for (std::size_t k = 0; k < share.weights.size(); ++k) {
      const float* from = narrow.row(share.first + static_cast<int>(k));
      for (int x = 0; x < out.width; ++x)
        to[x] += share.weights[k] * from[x];
    }
  }
  return out;
}

void normalise(FloatImage& values, const FloatImage& tissue, const ModelFile& model) {
  double mean = model.mean;
  double sd = model.sd;
  if (model.normalisation == Normalisation::perFrame) {
    double sum = 0;
    double squares = 0;
    double count = 0;
    for (std::size_t i = 0; i < values.data.size(); ++i)
      if (tissue.data[i] >= wholly * 255) {
        const double v = model.scale * static_cast<double>(values.data[i]);
        sum += v;
        squares += v * v;
        ++count;
      }
    mean = count > 0 ? sum / count : 0.0;
    sd = std::max(model.sd, count > 0 ? std::sqrt(std::max(0.0, squares / count - mean * mean)) : 1.0);
  }
  for (std::size_t i = 0; i < values.data.size(); ++i)
    values.data[i] = tissue.data[i] >= wholly * 255
                         ? static_cast<float>((model.scale * static_cast<double>(values.data[i]) - mean) / sd)
                         : 0.0F;
}

} // namespace

NetworkPicture pictureOf(const Frame& frame, const ModelFile& model) {
  const GreyImage& grey = frame.pixels;
  const double longest = std::max(grey.width * frame.scale.x, grey.height * frame.scale.y);
  NetworkPicture picture;
  picture.spacingMm = std::max(model.spacingMm, longest / mostPixels);
  const auto pixels = [&](int n, double scale) {
    return std::clamp(static_cast<int>(std::lround(n * scale / picture.spacingMm)), 1, mostPixels);
  };
  const auto columns = sharesOf(grey.width, pixels(grey.width, frame.scale.x), picture.spacingMm / frame.scale.x);
  const auto rows = sharesOf(grey.height, pixels(grey.height, frame.scale.y), picture.spacingMm / frame.scale.y);
  picture.values = resampled(grey, columns, rows);
  normalise(picture.values, resampled(frame.usable, columns, rows), model);
  // Pixel centres lie on whole numbers, so the picture begins half a pixel before the frame's origin.
  picture.originMm = {0.5 * (picture.spacingMm - frame.scale.x), 0.5 * (picture.spacingMm - frame.scale.y)};
  return picture;
}

} // namespace hipcuff::onnx
