#include "describe_tear.h"

#include "gap_course.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace hipcuff {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// Running median over 2 * half + 1 columns: one odd column is no depth.
std::vector<double> steady(const std::vector<double>& values, std::size_t half) {
  std::vector<double> out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t a = i > half ? i - half : 0;
    const std::size_t b = std::min(i + half + 1, values.size());
    out.push_back(
        median({values.begin() + static_cast<std::ptrdiff_t>(a), values.begin() + static_cast<std::ptrdiff_t>(b)}));
  }
  return out;
}

Point placeOf(const Tendon& tendon, int column, double heightMm) {
  const TendonStation& s = tendon.stations[static_cast<std::size_t>(column)];
  return s.cortexMm + s.normal * heightMm;
}

DiscontinuityKind kindOf(const TearMap& map, const TearRegion& region, double fullLengthMm, const Criteria& criteria) {
  if (fullLengthMm >= criteria.value("full_length_min"))
    return DiscontinuityKind::fullThickness;
  const double near = criteria.value("touch_tolerance");
  double deep = 0;
  double superficial = 0;
  for (std::size_t i = 0; i < region.lowMm.size(); ++i) {
    const std::size_t column = static_cast<std::size_t>(region.x0) + i;
    deep += region.lowMm[i] - map.deepMm[column] <= near ? map.stepMm : 0.0;
    superficial += map.thicknessMm[column] - region.highMm[i] <= near ? map.stepMm : 0.0;
  }
  const double least = criteria.value("touch_length_min");
  if (deep < least && superficial < least)
    return DiscontinuityKind::intrasubstance;
  return deep >= superficial ? DiscontinuityKind::undersurface : DiscontinuityKind::bursal;
}

Polyline outlineOf(const Tendon& tendon, const TearRegion& region) {
  Polyline outline;
  const int n = static_cast<int>(region.lowMm.size());
  for (int i = 0; i < n; ++i)
    outline.push_back(placeOf(tendon, region.x0 + i, region.lowMm[static_cast<std::size_t>(i)]));
  for (int i = n - 1; i >= 0; --i)
    outline.push_back(placeOf(tendon, region.x0 + i, region.highMm[static_cast<std::size_t>(i)]));
  return outline;
}

/// Part of the thickness by which the superficial border sinks over the region, against the course beside it.
double borderStep(const TearMap& map, const TearRegion& region) {
  const auto reach = static_cast<int>(2.0 / map.stepMm);
  const auto mean = [&](int from, int to) {
    double sum = 0;
    int count = 0;
    for (int x = std::max(0, from); x <= std::min(map.tear.width - 1, to); ++x) {
      sum += map.thicknessMm[static_cast<std::size_t>(x)];
      ++count;
    }
    return count > 0 ? sum / count : 0.0;
  };
  const double before = mean(region.x0 - reach, region.x0 - 2);
  const double after = mean(region.x1 + 2, region.x1 + reach);
  if (before <= 0 || after <= 0)
    return 0;
  const double expected = (before + after) / 2;
  return std::clamp(1 - mean(region.x0, region.x1) / std::max(0.5, expected), 0.0, 1.0);
}

/// Mean grey inside the region and of the tendon's intact part.
struct Levels {
  double torn = 0;
  double intact = 0;
};

std::optional<Levels> levelsOf(const WorkingFrame& working, const Tendon& tendon, const TearMap& map,
                               const TearRegion& region, double edge) {
  double inside = 0;
  double outside = 0;
  int nInside = 0;
  int nOutside = 0;
  for (int x = 0; x < map.tear.width; ++x)
    for (int y = 1; y < map.tear.height; ++y) {
      const double height = (y + 0.5) * map.heightStepMm;
      if (height > map.thicknessMm[static_cast<std::size_t>(x)] - 0.2 || height < 0.3)
        continue;
      const Point at = working.toGrid(placeOf(tendon, x, height));
      const auto gx = static_cast<int>(std::lround(at.x));
      const auto gy = static_cast<int>(std::lround(at.y));
      if (gx < 0 || gy < 0 || gx >= working.grey.width || gy >= working.grey.height || working.usable.at(gx, gy) == 0)
        continue;
      const auto i = static_cast<std::size_t>(x - region.x0);
      const bool mine = x >= region.x0 && x <= region.x1 && height > region.lowMm[i] && height < region.highMm[i];
      if (mine) {
        inside += working.grey.at(gx, gy);
        ++nInside;
      } else if (map.tear.at(x, y) < edge) {
        outside += working.grey.at(gx, gy);
        ++nOutside;
      }
    }
  if (nInside == 0 || nOutside < 20 || outside <= 0)
    return std::nullopt;
  return Levels{inside / nInside, outside / nOutside};
}

/// A gap that reaches the edge where the tendon arrives may go on beyond it: its stump has gone back into the muscle.
void followBeyond(const WorkingFrame& working, const Tendon& tendon, const Levels& levels, double stumpMm,
                  Discontinuity& d) {
  const TendonStation& edge = tendon.stations.front();
  const bool longAxis = std::any_of(tendon.stations.begin(), tendon.stations.end(),
                                    [](const TendonStation& s) { return s.fibreAngleDeg.has_value(); });
  if (!longAxis || d.beginMm - edge.positionMm >= stumpMm)
    return;
  const GapCourse course = followGap(working, tendon, levels.torn, levels.intact);
  if (!course.stumpSeen)
    return;
  if (course.lengthMm > 0) {
    d.beginMm = edge.positionMm - course.lengthMm;
    d.lengthMm = d.endMm - d.beginMm;
    // The outline begins with the deep side, outwards to inwards, and ends with the superficial one.
    d.polygonMm.insert(d.polygonMm.begin(), course.deepMm.rbegin(), course.deepMm.rend());
    d.polygonMm.insert(d.polygonMm.end(), course.superficialMm.begin(), course.superficialMm.end());
  }
  d.gapMm = d.lengthMm;
  if (tendon.stations.back().positionMm - d.endMm >= stumpMm)
    d.retractionMm = d.gapMm;
}

} // namespace

double TearDepth::largestMm() const noexcept {
  return depthMm.empty() ? 0 : *std::max_element(depthMm.begin(), depthMm.end());
}

double TearDepth::largestFraction() const noexcept {
  return fraction.empty() ? 0 : std::clamp(*std::max_element(fraction.begin(), fraction.end()), 0.0, 1.0);
}

TearDepth depthOf(const TearMap& map, const TearRegion& region) {
  TearDepth out;
  for (std::size_t i = 0; i < region.lowMm.size(); ++i) {
    const double thickness = std::max(0.1, map.thicknessMm[static_cast<std::size_t>(region.x0) + i]);
    out.depthMm.push_back(std::clamp(region.highMm[i] - region.lowMm[i], 0.0, thickness));
    out.fraction.push_back(out.depthMm.back() / thickness);
  }
  out.depthMm = steady(out.depthMm, 1);
  out.fraction = steady(out.fraction, 1);
  return out;
}

Discontinuity describeTear(const WorkingFrame& working, const Tendon& tendon, const TearMap& map,
                           const TearRegion& region, const TearDepth& depth, const Criteria& criteria) {
  Discontinuity d;
  d.lengthMm = (region.x1 - region.x0 + 1) * map.stepMm;
  d.depthMm = depth.largestMm();
  d.depthFraction = depth.largestFraction();
  const double full = criteria.value("full_depth_fraction");
  double fullLength = 0;
  for (const double f : depth.fraction)
    fullLength += f >= full ? map.stepMm : 0.0;
  d.kind = kindOf(map, region, fullLength, criteria);
  const auto first = static_cast<std::size_t>(region.x0);
  const auto last = static_cast<std::size_t>(region.x1);
  d.beginMm = tendon.stations[first].positionMm;
  d.endMm = tendon.stations[last].positionMm;
  const double whole = tendon.stations.back().positionMm - tendon.stations.front().positionMm;
  d.complete = d.lengthMm >= criteria.value("complete_extent_fraction") * whole;
  if (d.kind == DiscontinuityKind::fullThickness) {
    d.depthFraction = 1;
    d.gapMm = d.lengthMm;
    d.bareFacet = true;
    const double stump = criteria.value("stump_length_min");
    if (d.beginMm - tendon.stations.front().positionMm >= stump && tendon.stations.back().positionMm - d.endMm >= stump)
      d.retractionMm = d.gapMm;
  }
  d.polygonMm = outlineOf(tendon, region);
  std::vector<double> angles;
  for (std::size_t i = first; i <= last; ++i)
    if (tendon.stations[i].fibreAngleDeg)
      angles.push_back(std::abs(*tendon.stations[i].fibreAngleDeg));
  if (!angles.empty())
    d.fibreAngleDeg = median(angles);
  // Angle before darkness: where healthy fibres go dark too, only fluid or a gap through all fibres is evidence.
  const bool oblique = d.fibreAngleDeg && *d.fibreAngleDeg > criteria.value("fibre_angle_max");
  const auto levels = levelsOf(working, tendon, map, region, criteria.value("tear_probability_edge"));
  if (levels)
    d.fluid = levels->torn <= criteria.value("fluid_grey_ratio") * levels->intact;
  if (levels && d.kind == DiscontinuityKind::fullThickness)
    followBeyond(working, tendon, *levels, criteria.value("stump_length_min"), d);
  d.borderStep = borderStep(map, region) >= criteria.value("border_step_min");
  d.suspectedAnisotropy =
      oblique && !d.fluid.value_or(false) && !*d.borderStep && d.kind != DiscontinuityKind::fullThickness;
  return d;
}

} // namespace hipcuff
