#include "tear_regions.h"

#include "band_filters.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {
namespace {

float interpolated(const FloatImage& image, int column, double row) {
  const double at = std::clamp(row, 0.0, image.height - 1.0);
  const int y = std::min(static_cast<int>(at), image.height - 2);
  const auto t = static_cast<float>(at - y);
  return image.at(column, y) * (1 - t) + image.at(column, y + 1) * t;
}

} // namespace

TearMap intactMap(const Tendon& tendon) {
  TearMap map;
  if (tendon.stations.size() < 2)
    return map;
  if (tendon.tissue) {
    map.stepMm = tendon.tissue->stepMm;
    map.heightStepMm = tendon.tissue->heightStepMm;
  }
  double thickest = 0;
  for (const TendonStation& s : tendon.stations) {
    map.thicknessMm.push_back(distance(s.cortexMm, s.superficialMm));
    map.deepMm.push_back(distance(s.cortexMm, s.deepMm));
    thickest = std::max(thickest, map.thicknessMm.back());
  }
  map.tear = FloatImage(static_cast<int>(tendon.stations.size()),
                        static_cast<int>(std::ceil(thickest / map.heightStepMm)) + 1);
  return map;
}

TearMap tearMap(const Tendon& tendon) {
  if (!tendon.tissue || tendon.stations.size() < 2)
    return {};
  TearMap map = intactMap(tendon);
  const TissueBand& band = *tendon.tissue;
  const FloatImage& torn = band.of(TissueClass::tear);
  const FloatImage& fluid = band.of(TissueClass::fluid);
  for (int x = 0; x < map.tear.width; ++x) {
    const auto i = static_cast<std::size_t>(x);
    const auto column = static_cast<int>(tendon.stations[i].column);
    for (int y = 0; y < map.tear.height; ++y) {
      const double height = (y + 0.5) * map.heightStepMm;
      if (height > map.thicknessMm[i] || height < map.deepMm[i])
        continue;
      const double row = band.rowAt(height);
      map.tear.at(x, y) = interpolated(torn, column, row) + interpolated(fluid, column, row);
    }
  }
  return map;
}

std::vector<TearRegion> tearRegions(const TearMap& map, const Criteria& criteria) {
  std::vector<TearRegion> regions;
  if (map.tear.empty())
    return regions;
  const double edge = criteria.value("tear_probability_edge");
  const double core = criteria.value("tear_probability_core");
  const double pixel = map.stepMm * map.heightStepMm;
  Mask likely(map.tear.width, map.tear.height);
  for (std::size_t i = 0; i < likely.data.size(); ++i)
    likely.data[i] = map.tear.data[i] >= edge ? 255 : 0;
  const Components found = components(likely);
  for (std::size_t label = 1; label <= found.items.size(); ++label) {
    const PixelBox box = found.items[label - 1].box;
    TearRegion region;
    region.x0 = box.x0;
    region.x1 = box.x1;
    int cores = 0;
    int pixels = 0;
    for (int x = box.x0; x <= box.x1; ++x) {
      int low = map.tear.height;
      int high = -1;
      for (int y = box.y0; y <= box.y1; ++y)
        if (found.labels.at(x, y) == static_cast<int>(label)) {
          low = std::min(low, y);
          high = std::max(high, y);
          ++pixels;
          cores += map.tear.at(x, y) >= core ? 1 : 0;
          region.probability += map.tear.at(x, y);
        }
      region.lowMm.push_back(low * map.heightStepMm);
      region.highMm.push_back(std::min((high + 1) * map.heightStepMm, map.thicknessMm[static_cast<std::size_t>(x)]));
    }
    region.areaMm2 = pixels * pixel;
    region.probability /= std::max(1, pixels);
    if (cores * pixel >= criteria.value("tear_core_area_min"))
      regions.push_back(std::move(region));
  }
  std::sort(regions.begin(), regions.end(),
            [](const TearRegion& a, const TearRegion& b) { return a.areaMm2 > b.areaMm2; });
  return regions;
}

} // namespace hipcuff
