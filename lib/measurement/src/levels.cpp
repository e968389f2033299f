#include "levels.h"

#include "band_filters.h"

#include <algorithm>
#include <cmath>

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

double floorLevel(const Frame& frame, const WorkingFrame& working, const Band& band) {
  std::vector<float> shadow;
  for (int x = 0; x < band.width(); x += 5)
    if (const auto mean = meanAlongBeam(frame, working, band[x].cortexMm, -6.0, -2.0))
      shadow.push_back(static_cast<float>(*mean));
  // Means of 0.8 mm blocks: the darkest few hundredths of the picture.
  std::vector<float> blocks;
  const int side = std::max(2, static_cast<int>(std::lround(0.8 / working.gridMm)));
  for (int y = 0; y + side <= working.grey.height; y += side)
    for (int x = 0; x + side <= working.grey.width; x += side) {
      float sum = 0;
      int used = 0;
      for (int j = 0; j < side; ++j)
        for (int i = 0; i < side; ++i)
          if (working.usable.at(x + i, y + j)) {
            sum += working.grey.at(x + i, y + j);
            ++used;
          }
      if (2 * used > side * side)
        blocks.push_back(sum / static_cast<float>(used));
    }
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
