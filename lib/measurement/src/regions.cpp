#include "regions.h"

#include "levels.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {

namespace {

std::vector<float> valuesIn(const FloatImage& image, const Mask& mask, int x0, int x1, int stride) {
  std::vector<float> values;
  for (int y = 0; y < image.height; y += stride)
    for (int x = std::max(0, x0); x <= std::min(image.width - 1, x1); x += stride)
      if (mask.at(x, y))
        values.push_back(image.at(x, y));
  return values;
}

float contrastOf(double reference, double floor, double grey) {
  return static_cast<float>(std::clamp((reference - grey) / (reference - floor), -0.5, 1.2));
}

Region describe(const Band& band, const ContrastMap& map, Mask pixels) {
  Region region;
  region.x0 = band.width();
  region.x1 = -1;
  std::vector<float> darkness;
  for (int y = 0; y < pixels.height; ++y)
    for (int x = 0; x < pixels.width; ++x)
      if (pixels.at(x, y)) {
        region.x0 = std::min(region.x0, x);
        region.x1 = std::max(region.x1, x);
        darkness.push_back(map.dark.at(x, y));
        region.contrast += std::max(map.dark.at(x, y), map.own.at(x, y));
      }
  region.areaMm2 = static_cast<double>(darkness.size()) * band.stepMm * band.stepMm;
  region.contrast /= static_cast<double>(darkness.size());
  region.core = quantile(darkness, 0.75);
  for (int x = region.x0; x <= region.x1; ++x) {
    double low = 1e9;
    double high = -1e9;
    for (int y = 0; y < pixels.height; ++y)
      if (pixels.at(x, y)) {
        low = std::min(low, band.heightMm(y) - band.stepMm / 2);
        high = std::max(high, band.heightMm(y) + band.stepMm / 2);
      }
    region.lowMm.push_back(low);
    region.highMm.push_back(high);
  }
  region.pixels = std::move(pixels);
  return region;
}

} // namespace

std::optional<ContrastMap> contrastMap(const Band& band, double floor, const Criteria& criteria) {
  ContrastMap map;
  map.floor = floor;
  map.tendon = tendonMask(band, criteria.value("margin_deep"), criteria.value("margin_superficial"));
  map.assessable = map.tendon;
  const int halfX = static_cast<int>(std::lround(criteria.value("smoothing_along") / 2 / band.stepMm));
  const int halfY = static_cast<int>(std::lround(criteria.value("smoothing_across") / 2 / band.stepMm));
  const FloatImage smooth = boxMean(band.grey, map.tendon, halfX, halfY, 1, 0.0F);

  // Level of the tendon by fibre angle, in bins of a degree.
  const double maxAngle = criteria.value("fibre_angle_max");
  const double rank = criteria.value("reference_quantile");
  constexpr int bins = 46;
  std::vector<std::vector<float>> byAngle(bins);
  Raster<std::uint8_t, 1> angleBin(band.width(), band.height());
  for (int y = 0; y < band.height(); ++y)
    for (int x = 0; x < band.width(); ++x) {
      if (!map.tendon.at(x, y))
        continue;
      const double angle = band[x].angleKnown ? band.angleAt(x, band.heightMm(y)) : 0.0;
      const int bin = std::min(bins - 1, static_cast<int>(angle));
      angleBin.at(x, y) = static_cast<std::uint8_t>(bin);
      if (angle > maxAngle)
        map.assessable.at(x, y) = 0;
      if ((x + y) % 2 == 0)
        byAngle[static_cast<std::size_t>(bin)].push_back(smooth.at(x, y));
    }
  // A tendon gets no brighter as the angle grows: the level at an angle is at least that of any larger one.
  std::vector<double> level(bins, 0.0);
  double atLeast = 0;
  for (int b = bins - 1; b >= 0; --b) {
    auto& values = byAngle[static_cast<std::size_t>(b)];
    if (values.size() >= 50)
      atLeast = std::max(atLeast, static_cast<double>(quantile(values, rank)));
    level[static_cast<std::size_t>(b)] = atLeast;
  }
  map.reference = level[0];
  if (map.reference <= 0)
    return std::nullopt;
  // And within the limit a healthy one falls by no more than this, so that a defect can't hide as angle.
  const double fall = criteria.value("angle_fall_max");
  for (int b = 0; b < bins && b <= maxAngle; ++b) {
    double& here = level[static_cast<std::size_t>(b)];
    here = std::max(here, map.reference - fall * (b + 0.5) / maxAngle);
  }
  // Tissue above: what to compare with where no tendon is left.
  Mask over(band.width(), band.height());
  for (int x = 0; x < band.width(); ++x)
    for (int y = band.rowAt(band[x].thicknessMm + 0.5); y <= band.rowAt(band[x].thicknessMm + 6.0); ++y)
      over.at(x, y) = band.usable.at(x, y);
  auto above = valuesIn(band.grey, over, 0, band.width() - 1, 2);
  const double tissue = above.size() >= 100 ? quantile(above, 0.5) : 0.0;
  const double whole = std::max(map.reference, tissue);
  map.wholeReference = whole;
  if (whole - floor < criteria.value("grey_range_min"))
    return std::nullopt;

  // Local level every half millimetre, linear between.
  const int half = static_cast<int>(std::lround(criteria.value("reference_window") / 2 / band.stepMm));
  const double localRank = criteria.value("reference_local_quantile");
  constexpr int every = 5;
  std::vector<double> knots;
  for (int x = 0; x < band.width() + every; x += every) {
    auto values = valuesIn(smooth, map.tendon, x - half, x + half, 2);
    knots.push_back(values.size() >= 20 ? quantile(values, localRank) : map.reference);
  }
  map.own = FloatImage(band.width(), band.height());
  map.whole = map.own;
  map.dark = map.own;
  const double fluid = criteria.value("fluid_contrast");
  for (int x = 0; x < band.width(); ++x) {
    const auto k = static_cast<std::size_t>(x / every);
    const double t = static_cast<double>(x % every) / every;
    const double local = knots[k] * (1 - t) + knots[k + 1] * t;
    for (int y = 0; y < band.height(); ++y) {
      if (!map.tendon.at(x, y))
        continue;
      const double grey = smooth.at(x, y);
      const double expected = level[angleBin.at(x, y)];
      map.whole.at(x, y) = contrastOf(whole, floor, grey);
      float own = 0;
      if (expected - floor >= 0.5 * (map.reference - floor))
        own = contrastOf(expected, floor, grey);
      // Where the whole neighbourhood is near the floor, there is no tendon left to compare with.
      if (local - floor >= 0.5 * (expected - floor))
        own = std::min(own, contrastOf(local, floor, grey));
      map.own.at(x, y) = own;
      const float asFluid = map.whole.at(x, y) >= fluid ? map.whole.at(x, y) : 0.0F;
      map.dark.at(x, y) = std::max(map.assessable.at(x, y) ? own : 0.0F, asFluid);
    }
  }
  // Spread of the upper half, mirrored: the lower half may hold the defect.
  auto upper = valuesIn(map.own, map.tendon, 0, band.width() - 1, 2);
  const double middle = quantile(upper, 0.5);
  map.speckleSd = std::max(0.02, middle - quantile(upper, 0.16));
  return map;
}

std::vector<Region> darkRegions(const Band& band, const ContrastMap& map, const Criteria& criteria) {
  const double core = criteria.value("core_contrast");
  const double edge = criteria.value("edge_contrast");
  Mask seeds(band.width(), band.height());
  for (std::size_t i = 0; i < seeds.data.size(); ++i)
    seeds.data[i] = map.tendon.data[i] && map.dark.data[i] >= core ? 255 : 0;
  const Components found = components(seeds);
  std::vector<Region> regions;
  Mask taken(band.width(), band.height());
  std::vector<int> order;
  for (int label = 1; label <= static_cast<int>(found.items.size()); ++label)
    order.push_back(label);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return found.items[static_cast<std::size_t>(a) - 1].pixels > found.items[static_cast<std::size_t>(b) - 1].pixels;
  });
  for (const int label : order) {
    const Component& seed = found.items[static_cast<std::size_t>(label) - 1];
    if (seed.pixels * band.stepMm * band.stepMm < criteria.value("core_area_min"))
      break;
    std::vector<float> darkness;
    Point start;
    for (int y = seed.box.y0; y <= seed.box.y1; ++y)
      for (int x = seed.box.x0; x <= seed.box.x1; ++x)
        if (found.labels.at(x, y) == label) {
          darkness.push_back(map.dark.at(x, y));
          start = {static_cast<double>(x), static_cast<double>(y)};
        }
    const auto sx = static_cast<int>(start.x);
    const auto sy = static_cast<int>(start.y);
    if (taken.at(sx, sy))
      continue;
    // A border lies where the contrast has fallen to half of the region's own. A core of fluid may end in haze.
    const double depth = quantile(darkness, 0.75);
    const double limit = std::max(edge, 0.5 * depth);
    const bool isFluid = depth >= criteria.value("fluid_contrast");
    Mask wide(band.width(), band.height());
    for (std::size_t i = 0; i < wide.data.size(); ++i) {
      const bool hazy = isFluid && map.assessable.data[i] && map.whole.data[i] >= limit;
      wide.data[i] = map.tendon.data[i] && (map.dark.data[i] >= limit || hazy) ? 255 : 0;
    }
    const Components grown = components(wide);
    const int mine = grown.labels.at(sx, sy);
    Mask pixels(band.width(), band.height());
    for (std::size_t i = 0; i < pixels.data.size(); ++i)
      if (grown.labels.data[i] == mine) {
        pixels.data[i] = 255;
        taken.data[i] = 255;
      }
    regions.push_back(describe(band, map, std::move(pixels)));
  }
  std::sort(regions.begin(), regions.end(), [](const Region& a, const Region& b) { return a.areaMm2 > b.areaMm2; });
  return regions;
}

} // namespace hipcuff
