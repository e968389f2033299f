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
        region.contrast += map.dark.at(x, y);
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
  const int halfX = static_cast<int>(std::lround(criteria.value("smoothing_along") / 2 / band.stepMm));
  const int halfY = static_cast<int>(std::lround(criteria.value("smoothing_across") / 2 / band.stepMm));
  const FloatImage smooth = boxMean(band.grey, map.tendon, halfX, halfY, 1, 0.0F);

  const double maxAngle = criteria.value("fibre_angle_max");
  const double rank = criteria.value("reference_quantile");
  std::vector<float> assessable;
  for (int x = 0; x < band.width(); x += 2)
    if (!band[x].angleKnown || std::abs(band[x].angleDeg) <= maxAngle) {
      const auto column = valuesIn(smooth, map.tendon, x, x, 2);
      assessable.insert(assessable.end(), column.begin(), column.end());
    }
  if (assessable.size() < 50)
    assessable = valuesIn(smooth, map.tendon, 0, band.width() - 1, 2);
  if (assessable.size() < 20)
    return std::nullopt;
  map.globalReference = quantile(assessable, rank);
  if (map.range() < criteria.value("grey_range_min"))
    return std::nullopt;

  // Local reference every half millimetre, linear between.
  const int half = static_cast<int>(std::lround(criteria.value("reference_window") / 2 / band.stepMm));
  constexpr int every = 5;
  std::vector<double> knots;
  for (int x = 0; x < band.width() + every; x += every) {
    auto values = valuesIn(smooth, map.tendon, x - half, x + half, 2);
    knots.push_back(values.size() >= 20 ? quantile(values, rank) : map.globalReference);
  }
  map.local = FloatImage(band.width(), band.height());
  map.global = map.local;
  map.dark = map.local;
  const double fluid = criteria.value("fluid_contrast");
  for (int x = 0; x < band.width(); ++x) {
    const auto k = static_cast<std::size_t>(x / every);
    const double t = static_cast<double>(x % every) / every;
    const double reference = knots[k] * (1 - t) + knots[k + 1] * t;
    map.reference.push_back(reference);
    // Where the whole neighbourhood is near the floor, there is no tendon left to compare with.
    const bool comparable = reference - floor >= 0.5 * map.range();
    for (int y = 0; y < band.height(); ++y) {
      if (!map.tendon.at(x, y))
        continue;
      const double grey = smooth.at(x, y);
      map.global.at(x, y) = contrastOf(map.globalReference, floor, grey);
      map.local.at(x, y) = comparable ? contrastOf(reference, floor, grey) : 0.0F;
      const float whole = map.global.at(x, y) >= fluid ? map.global.at(x, y) : 0.0F;
      map.dark.at(x, y) = std::max(map.local.at(x, y), whole);
    }
  }
  // Spread of the upper half, mirrored: the lower half may hold the defect.
  auto upper = valuesIn(map.local, map.tendon, 0, band.width() - 1, 2);
  const double middle = quantile(upper, 0.5);
  const double brighter = quantile(upper, 0.16);
  map.speckleSd = std::max(0.02, middle - brighter);
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
    // A border lies where the contrast has fallen to half of the region's own.
    const double limit = std::max(edge, 0.5 * quantile(darkness, 0.75));
    Mask wide(band.width(), band.height());
    for (std::size_t i = 0; i < wide.data.size(); ++i)
      wide.data[i] = map.tendon.data[i] && map.dark.data[i] >= limit ? 255 : 0;
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
