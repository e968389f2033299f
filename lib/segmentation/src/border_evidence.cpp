#include "border_evidence.h"

#include "smoothing.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hipcuff::segmentation {
namespace {

constexpr double lineHalfMm = 1.6;
constexpr double regionSigmaMm = 0.8; // averaging of region statistics along the cortex
constexpr std::array<double, 7> slopes{-0.45, -0.3, -0.15, 0.0, 0.15, 0.3, 0.45};

FloatImage runningSums(const FloatImage& in) {
  FloatImage sums(in.width, in.height + 1);
  for (int y = 0; y < in.height; ++y)
    for (int x = 0; x < in.width; ++x)
      sums.at(x, y + 1) = sums.at(x, y) + in.at(x, y);
  return sums;
}

/// 1 in fluid, 0 in tissue.
float echoFree(float grey) {
  constexpr float tissue = 0.16F; // of the picture's range
  return std::clamp(1.0F - grey / tissue, 0.0F, 1.0F);
}

// Logistic regression on simulated hips (tuning seeds); see tests/segmentation/tools.
constexpr BorderFeatures weights{-3.739F, -3.568F, 17.714F, -4.229F, 1.794F, 0.564F,  4.621F,  -0.665F,
                                 -1.295F, 0.819F,  -0.538F, 0.460F,  3.131F, -0.690F, -1.048F, -0.031F,
                                 -0.088F, -0.816F, -2.647F, 2.727F,  3.615F, 0.372F};

} // namespace

BorderEvidence::BorderEvidence(const Band& band)
    : band_(band)
    , smooth_(smoothed(band.grey, 0.25 / band.stepMm, 0.12 / band.heightMm))
    , line_(band.grey.width, band.grey.height)
    , ridge_(band.grey.width, band.grey.height) {
  const int width = smooth_.width;
  const int height = smooth_.height;
  const int half = std::max(1, static_cast<int>(std::lround(lineHalfMm / band.stepMm)));
  const int beside = std::max(1, static_cast<int>(std::lround(0.5 / band.heightMm)));
  std::fill(ridge_.data.begin(), ridge_.data.end(), -10.0F);
  FloatImage sheared(width, height);
  for (const double slope : slopes) {
    std::fill(sheared.data.begin(), sheared.data.end(), 0.0F);
    for (int k = -half; k <= half; ++k) {
      const int rise = static_cast<int>(std::lround(k * slope * band.stepMm / band.heightMm));
      for (int y = 0; y < height; ++y) {
        const float* source = smooth_.row(std::clamp(y + rise, 0, height - 1));
        float* target = sheared.row(y);
        const int from = std::max(0, -k);
        const int to = std::min(width, width - k);
        for (int x = 0; x < from; ++x)
          target[x] += source[0];
        for (int x = from; x < to; ++x)
          target[x] += source[x + k];
        for (int x = to; x < width; ++x)
          target[x] += source[width - 1];
      }
    }
    const float scale = 1.0F / static_cast<float>(2 * half + 1);
    for (int y = 0; y < height; ++y) {
      const float* here = sheared.row(y);
      const float* inside = sheared.row(std::max(0, y - beside));
      const float* outside = sheared.row(std::min(height - 1, y + beside));
      float* ridge = ridge_.row(y);
      float* line = line_.row(y);
      for (int x = 0; x < width; ++x) {
        const float r = (here[x] - 0.5F * (inside[x] + outside[x])) * scale;
        if (r > ridge[x]) {
          ridge[x] = r;
          line[x] = here[x] * scale;
        }
      }
    }
  }
  extremes();
  FloatImage texture(width, height);
  FloatImage across(width, height);
  FloatImage along(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float up = smooth_.at(x, std::min(y + 1, height - 1)) - smooth_.at(x, std::max(y - 1, 0));
      const float sideways = smooth_.at(std::min(x + 1, width - 1), y) - smooth_.at(std::max(x - 1, 0), y);
      texture.at(x, y) = std::abs(up);
      across.at(x, y) = up * up;
      along.at(x, y) = sideways * sideways;
    }
  FloatImage voids(width, height);
  std::transform(smooth_.data.begin(), smooth_.data.end(), voids.data.begin(), echoFree);
  const double sigma = regionSigmaMm / band.stepMm;
  greySums_ = runningSums(smoothed(smooth_, sigma, 0));
  textureSums_ = runningSums(smoothed(texture, sigma, 0));
  acrossSums_ = runningSums(smoothed(across, sigma, 0));
  alongSums_ = runningSums(smoothed(along, sigma, 0));
  voidSums_ = runningSums(smoothed(voids, sigma, 0));
}

void BorderEvidence::extremes() {
  const int width = ridge_.width;
  const int height = ridge_.height;
  const auto rows = [&](double mm) { return static_cast<int>(std::lround(mm / band_.heightMm)); };
  deeper_ = FloatImage(width, height, 0.0F);
  shallower_ = FloatImage(width, height, 0.0F);
  darkest_ = FloatImage(width, height, 10.0F);
  const int gap = rows(0.5);
  for (int y = 0; y < height; ++y) {
    float* deeper = deeper_.row(y);
    if (y > 0)
      std::copy_n(deeper_.row(y - 1), width, deeper);
    if (y - gap >= rowOf(0.8)) { // nearer is the cortex's own echo
      const float* ridge = ridge_.row(y - gap);
      for (int x = 0; x < width; ++x)
        deeper[x] = std::max(deeper[x], ridge[x]);
    }
    for (int k = y + gap; k <= std::min(height - 1, y + rows(3.0)); ++k)
      for (int x = 0; x < width; ++x)
        shallower_.at(x, y) = std::max(shallower_.at(x, y), ridge_.at(x, k));
    for (int k = y + rows(0.2); k <= std::min(height - 1, y + rows(1.0)); ++k)
      for (int x = 0; x < width; ++x)
        darkest_.at(x, y) = std::min(darkest_.at(x, y), line_.at(x, k));
  }
}

int BorderEvidence::rowOf(double mm) const {
  return static_cast<int>(std::lround((mm - band_.firstMm) / band_.heightMm));
}

float BorderEvidence::mean(const FloatImage& sums, int column, double fromMm, double toMm) const {
  const int a = std::clamp(rowOf(fromMm), 0, sums.height - 2);
  const int b = std::clamp(rowOf(toMm), a, sums.height - 2);
  return (sums.at(column, b + 1) - sums.at(column, a)) / static_cast<float>(b + 1 - a);
}

BorderFeatures BorderEvidence::features(int column, int row) const {
  const double r = band_.firstMm + row * band_.heightMm;
  const auto at = [&](const FloatImage& image, double mm) {
    return image.at(column, std::clamp(rowOf(mm), 0, image.height - 1));
  };
  const float line = line_.at(column, row);
  const double inner = std::max(0.4, r - 1.5); // the cortex's own echo ends about there
  const float inside = mean(greySums_, column, inner, r - 0.3);
  const float outside = mean(greySums_, column, r + 0.3, r + 1.5);
  const float whole = mean(greySums_, column, 0.5, r - 0.3);
  const float textureIn = mean(textureSums_, column, inner, r - 0.2);
  const float textureOut = mean(textureSums_, column, r + 0.3, r + 1.5);
  const auto streaks = [&](double from, double to) {
    const float across = mean(acrossSums_, column, from, to);
    const float along = mean(alongSums_, column, from, to);
    return (across - along) / (across + along + 1e-4F);
  };
  const float voidBelow = mean(voidSums_, column, r - 0.8, r - 0.2);
  const float voidAbove = mean(voidSums_, column, r + 0.2, r + 0.8);
  // mm of fluid right below: under the roof of a bursa there is a lot of it, along all of its length
  const float voidLayer =
      static_cast<float>(std::min(2.0, r)) * mean(voidSums_, column, std::max(0.4, r - 2.0), r - 0.2);
  return {1.0F,
          line,
          ridge_.at(column, row),
          line - at(line_, r - 0.4),
          line - at(line_, r + 0.4),
          inside,
          outside,
          whole,
          textureIn * 10,
          textureOut * 10,
          streaks(std::max(0.4, r - 2.0), r - 0.2),
          streaks(r + 0.3, r + 2.0),
          static_cast<float>(std::log(r)),
          static_cast<float>(r),
          deeper_.at(column, row) * 5,
          shallower_.at(column, row) * 5,
          darkest_.at(column, row),
          std::abs(inside - outside),
          voidBelow,
          voidAbove,
          voidAbove * (1 - voidBelow),
          std::min(2.0F, voidLayer)};
}

float borderLogOdds(const BorderFeatures& features) noexcept {
  float sum = 0;
  for (std::size_t i = 0; i < borderFeatureCount; ++i)
    sum += weights[i] * features[i];
  return std::clamp(sum, borderFloor, borderCeiling);
}

FloatImage BorderEvidence::logOdds() const {
  FloatImage out(smooth_.width, smooth_.height, borderFloor);
  const int lowest = std::max(0, rowOf(lowestBorderMm));
  const int highest = std::min(smooth_.height - 1, rowOf(highestBorderMm));
  for (int y = lowest; y <= highest; ++y)
    for (int x = 0; x < smooth_.width; ++x)
      if (band_.ceilingMm.empty() || band_.firstMm + y * band_.heightMm < band_.ceilingMm[static_cast<std::size_t>(x)])
        out.at(x, y) = borderLogOdds(features(x, y));
  return out;
}

} // namespace hipcuff::segmentation
