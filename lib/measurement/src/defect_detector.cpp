#include "hipcuff/measurement/defect_detector.h"

#include "describe_tear.h"
#include "tear_regions.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {
namespace {

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

} // namespace

std::vector<Discontinuity> DefectDetector::detect(const Frame&, const WorkingFrame& working, const Anatomy& anatomy,
                                                  const Criteria& criteria) const {
  std::vector<Discontinuity> out;
  const Tendon& tendon = anatomy.tendon;
  const TearMap map = tearMap(tendon);
  for (const TearRegion& region : tearRegions(map, criteria)) {
    const TearDepth depth = depthOf(map, region);
    if ((region.x1 - region.x0 + 1) * map.stepMm < criteria.value("tear_length_min") ||
        depth.largestMm() < criteria.value("tear_depth_min"))
      continue;
    Discontinuity d = describeTear(working, tendon, map, region, depth, criteria);
    const double p = std::clamp(region.probability, 0.02, 0.98);
    d.confidence =
        logistic(criteria.value("score_offset") + criteria.value("score_probability") * std::log(p / (1 - p)) +
                 criteria.value("score_area") * std::log(std::max(0.1, region.areaMm2) / 2.0));
    out.push_back(std::move(d));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const Discontinuity& a, const Discontinuity& b) { return a.confidence > b.confidence; });
  return out;
}

} // namespace hipcuff
