#include "hipcuff/measurement/defect_detector.h"

#include "evidence.h"
#include "levels.h"
#include "regions.h"

#include <algorithm>

namespace hipcuff {

std::vector<Discontinuity> DefectDetector::detect(const Frame& frame, const WorkingFrame& working,
                                                  const Anatomy& anatomy, const Criteria& criteria) const {
  std::vector<Discontinuity> out;
  const Band band = unroll(frame, working, anatomy.tendon);
  if (band.empty())
    return out;
  const double floor = floorLevel(frame, working, band);
  const auto map = contrastMap(band, floor, criteria);
  if (!map)
    return out;
  const Texture pattern = texture(band.grey, map->tendon, 1.5, 5, 4);
  for (const Region& region : darkRegions(band, *map, criteria)) {
    const Evidence evidence = weigh(frame, working, band, *map, pattern, region, criteria);
    if (evidence.accepted)
      out.push_back(toDiscontinuity(band, region, evidence, criteria));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Discontinuity& a, const Discontinuity& b) { return a.confidence > b.confidence; });
  return out;
}

} // namespace hipcuff
