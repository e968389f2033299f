#include "levels.h"

#include "band_filters.h"

#include "hipcuff/core/vectorised.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hipcuff {

std::optional<double> meanAlongBeam(const Frame& frame, const WorkingFrame& working, Point at, double fromMm,
                                    double toMm) {
  const Point beam = frame.beamAt(at);
  const double step = 2 * working.gridMm;
  const int n = std::max(1, static_cast<int>(std::lround((toMm - fromMm) / step)));
  double sum = 0;
  int used = 0;
  for (int i = 0; i <= n; ++i) {
    const Point g = working.toGrid(at - beam * (fromMm + (toMm - fromMm) * i / n));
    const long x = std::lround(g.x);
    const long y = std::lround(g.y);
    if (x < 0 || y < 0 || x >= working.grey.width || y >= working.grey.height)
      continue;
    if (!working.usable.at(static_cast<int>(x), static_cast<int>(y)))
      continue;
    sum += working.grey.at(static_cast<int>(x), static_cast<int>(y));
    ++used;
  }
  if (2 * used < n + 1)
    return std::nullopt;
  return sum / used;
}

namespace {

HIPCUFF_VECTORISED void addRow(const float* grey, const std::uint8_t* usable, int n, float* sums, float* counts) {
  for (int x = 0; x < n; ++x) {
    sums[x] += usable[x] ? grey[x] : 0.0F;
    counts[x] += usable[x] ? 1.0F : 0.0F;
  }
}

/// Mean grey of square blocks of which more than half is usable.
std::vector<float> blockMeans(const WorkingFrame& working, double sideMm) {
  const int side = std::max(2, static_cast<int>(std::lround(sideMm / working.gridMm)));
  const int width = working.grey.width;
  std::vector<float> means;
  std::vector<float> sums(static_cast<std::size_t>(width));
  std::vector<float> counts(sums.size());
  for (int y = 0; y + side <= working.grey.height; y += side) {
    std::fill(sums.begin(), sums.end(), 0.0F);
    std::fill(counts.begin(), counts.end(), 0.0F);
    for (int j = 0; j < side; ++j)
      addRow(working.grey.row(y + j), working.usable.row(y + j), width, sums.data(), counts.data());
    for (int x = 0; x + side <= width; x += side) {
      const float sum = std::accumulate(sums.begin() + x, sums.begin() + x + side, 0.0F);
      const float used = std::accumulate(counts.begin() + x, counts.begin() + x + side, 0.0F);
      if (2 * used > static_cast<float>(side * side))
        means.push_back(sum / used);
    }
  }
  return means;
}

} // namespace

double floorLevel(const Frame& frame, const WorkingFrame& working, const Band& band) {
  std::vector<float> shadow;
  const int apart = std::max(1, static_cast<int>(0.5 / band.stepMm));
  for (int x = 0; x < band.width(); x += apart)
    if (const auto mean = meanAlongBeam(frame, working, band[x].cortexMm, -6.0, -2.0))
      shadow.push_back(static_cast<float>(*mean));
  std::vector<float> blocks = blockMeans(working, 0.8); // the darkest few hundredths of the picture
  double floor = 255;
  if (shadow.size() >= 4)
    floor = quantile(shadow, 0.3);
  if (!blocks.empty())
    floor = std::min<double>(floor, quantile(blocks, 0.02));
  return floor < 255 ? floor : 0;
}

Mask tendonMask(const Band& band, double deepMarginMm, double superficialMarginMm) {
  Mask mask(band.grey.width, band.grey.height);
  for (int y = 0; y < mask.height; ++y) {
    const double h = band.heightMm(y);
    for (int x = 0; x < mask.width; ++x)
      if (h >= deepMarginMm && h <= band[x].thicknessMm - superficialMarginMm && band.usable.at(x, y))
        mask.at(x, y) = 255;
  }
  return mask;
}

} // namespace hipcuff
