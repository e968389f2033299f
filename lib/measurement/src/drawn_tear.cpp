#include "hipcuff/measurement/drawn_tear.h"

#include "describe_tear.h"
#include "torn_spans.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hipcuff {
namespace {

constexpr double surest = 0.98; // of a detected discontinuity's confidence

/// The outline as far as it lies within the tendon; one column where it does not at all.
std::optional<TearRegion> regionOf(const Tendon& tendon, const TearMap& map, const Polyline& outlineMm) {
  TearRegion region;
  int first = -1;
  int last = -1;
  std::vector<double> low(tendon.stations.size());
  std::vector<double> high(tendon.stations.size());
  for (std::size_t i = 0; i < tendon.stations.size(); ++i) {
    const TendonStation& s = tendon.stations[i];
    Spans spans;
    addSpans(spans, outlineMm, s.cortexMm, s.normal);
    double from = std::numeric_limits<double>::infinity();
    double to = -from;
    for (const auto& [begin, end] : spans) {
      const double a = std::max(begin, map.deepMm[i]);
      const double b = std::min(end, map.thicknessMm[i]);
      if (b <= a)
        continue;
      from = std::min(from, a);
      to = std::max(to, b);
    }
    if (to <= from)
      continue;
    low[i] = from;
    high[i] = to;
    first = first < 0 ? static_cast<int>(i) : first;
    last = static_cast<int>(i);
  }
  if (last <= first)
    return std::nullopt;
  region.x0 = first;
  region.x1 = last;
  for (int x = first; x <= last; ++x) {
    const auto i = static_cast<std::size_t>(x);
    // A station between two that the outline touches: its waist lies outside of the tendon there.
    region.lowMm.push_back(high[i] > low[i] ? low[i] : map.deepMm[i]);
    region.highMm.push_back(high[i] > low[i] ? high[i] : map.deepMm[i]);
    region.areaMm2 += (region.highMm.back() - region.lowMm.back()) * map.stepMm;
  }
  region.probability = 1;
  return region;
}

/// How far the outline goes beyond the edge where the tendon arrives, along the course of the cortex there.
double beyondArrival(const Tendon& tendon, const Polyline& outlineMm) {
  const auto& stations = tendon.stations;
  const std::size_t reach = std::min<std::size_t>(stations.size() - 1, 12);
  const Point inner = stations[reach].cortexMm;
  // Square to the normal there: what lies over the edge is not beyond it.
  Point outwards{-stations.front().normal.y, stations.front().normal.x};
  if (dot(outwards, stations.front().cortexMm - inner) < 0)
    outwards = outwards * -1.0;
  double most = 0;
  for (const Point p : outlineMm)
    most = std::max(most, dot(p - stations.front().cortexMm, outwards));
  return most;
}

PixelBox extentOf(const Polyline& line, double step) {
  constexpr int far = std::numeric_limits<int>::max() / 4;
  PixelBox box{far, far, -far, -far};
  for (const Point p : line) {
    const auto x = static_cast<int>(std::clamp(std::floor(p.x / step), -1e8, 1e8));
    const auto y = static_cast<int>(std::clamp(std::floor(p.y / step), -1e8, 1e8));
    box = {std::min(box.x0, x), std::min(box.y0, y), std::max(box.x1, x), std::max(box.y1, y)};
  }
  return box;
}

} // namespace

std::optional<Discontinuity> describeOutline(const WorkingFrame& working, const Tendon& tendon,
                                             const Polyline& outlineMm, const Criteria& criteria) {
  const TearMap map = tendon.tissue ? tearMap(tendon) : intactMap(tendon);
  if (map.tear.empty() || outlineMm.size() < 3)
    return std::nullopt;
  const auto region = regionOf(tendon, map, outlineMm);
  if (!region)
    return std::nullopt;
  Discontinuity d = describeTear(working, tendon, map, *region, depthOf(map, *region), criteria);
  const double stump = criteria.value("stump_length_min");
  const bool longAxis = std::any_of(tendon.stations.begin(), tendon.stations.end(),
                                    [](const TendonStation& s) { return s.fibreAngleDeg.has_value(); });
  if (d.kind == DiscontinuityKind::fullThickness) {
    // The stump is where the person ended the outline, not where the grey would put it.
    const double edge = tendon.stations.front().positionMm;
    const double beyond = longAxis ? beyondArrival(tendon, outlineMm) : 0;
    d.beginMm = tendon.stations[static_cast<std::size_t>(region->x0)].positionMm;
    if (region->x0 == 0)
      d.beginMm = edge - beyond;
    d.lengthMm = region->x0 == 0 ? d.endMm - d.beginMm + map.stepMm : (region->x1 - region->x0 + 1) * map.stepMm;
    d.gapMm = d.lengthMm;
    d.retractionMm.reset();
    const bool proximalSeen = d.beginMm - edge >= stump || beyond >= stump;
    if (proximalSeen && tendon.stations.back().positionMm - d.endMm >= stump)
      d.retractionMm = d.gapMm;
  }
  d.polygonMm = outlineMm;
  d.suspectedAnisotropy = false;
  d.confidence = surest;
  d.byHand = true;
  return d;
}

double overlap(const Polyline& a, const Polyline& b) {
  const double areaA = area(a);
  const double areaB = area(b);
  const Polyline& small = areaA <= areaB ? a : b;
  const Polyline& large = areaA <= areaB ? b : a;
  if (small.size() < 3 || large.size() < 3)
    return 0;
  const PixelBox unit = extentOf(small, 1e-3);
  const double step = std::max({unit.width(), unit.height(), 50}) * 1e-3 / 50;
  const PixelBox box = extentOf(small, step);
  int inSmall = 0;
  int inBoth = 0;
  for (int y = box.y0; y <= box.y1; ++y)
    for (int x = box.x0; x <= box.x1; ++x) {
      const Point at{(x + 0.5) * step, (y + 0.5) * step};
      if (!contains(small, at))
        continue;
      ++inSmall;
      inBoth += contains(large, at) ? 1 : 0;
    }
  return inSmall == 0 ? 0 : static_cast<double>(inBoth) / inSmall;
}

} // namespace hipcuff
