#include "checks.h"

#include <algorithm>
#include <limits>

namespace hipcuff::plugin {
namespace {

constexpr std::size_t most = 64;
constexpr std::size_t mostOutlinePoints = 4096;
constexpr double slackMm = 1.0; // of positions and lengths: a few stations
constexpr double depthSlackMm = 0.3;
constexpr double fractionSlack = 0.15;
constexpr double leastFullFraction = 0.5;
constexpr double farthestMm = 60.0; // a stump retracted beyond that has left every picture
constexpr double leastAreaMm2 = 0.01;
constexpr double besideMm = 1.5;     // of a partial tear's outline from the tendon
constexpr double placeSlackMm = 2.5; // of an outline against the positions it is said to have

struct Thicknesses {
  double least = std::numeric_limits<double>::infinity();
  double largest = 0;
};

Thicknesses thicknessOver(const Tendon& tendon, double begin, double end) {
  Thicknesses out;
  for (const TendonStation& s : tendon.stations)
    if (s.positionMm >= begin - slackMm && s.positionMm <= end + slackMm) {
      const double mm = distance(s.cortexMm, s.superficialMm);
      out.least = std::min(out.least, mm);
      out.largest = std::max(out.largest, mm);
    }
  return out;
}

/// From which position to which an outline lies, and how far it leaves the tendon.
struct Reach {
  double begin = std::numeric_limits<double>::infinity();
  double end = -std::numeric_limits<double>::infinity();
  double beside = 0;
};

Reach reachOf(const Polyline& outline, const Tendon& tendon) {
  Reach out;
  for (const Point p : outline) {
    double nearest = std::numeric_limits<double>::infinity();
    double position = 0;
    for (const TendonStation& s : tendon.stations) {
      const Point up = s.superficialMm - s.cortexMm;
      const double squared = dot(up, up);
      const double t = squared > 0 ? std::clamp(dot(p - s.cortexMm, up) / squared, 0.0, 1.0) : 0.0;
      const double off = distance(p, s.cortexMm + up * t);
      if (off < nearest) {
        nearest = off;
        position = s.positionMm;
      }
    }
    out.begin = std::min(out.begin, position);
    out.end = std::max(out.end, position);
    out.beside = std::max(out.beside, nearest);
  }
  return out;
}

void checkPlace(const Discontinuity& d, const Where& tear, const Tendon& tendon) {
  const double first = tendon.stations.front().positionMm;
  const double last = tendon.stations.back().positionMm;
  const bool full = d.kind == DiscontinuityKind::fullThickness;
  require(d.endMm >= d.beginMm, tear, "ends before it begins");
  // Only a gap's stump may stand beyond the edge where the tendon arrives.
  requireWithin(d.beginMm, first - (full ? farthestMm : slackMm), last, tear, "beginMm (its tendon's positions)");
  requireWithin(d.endMm, first, last + slackMm, tear, "endMm (its tendon's positions)");
  requireWithin(d.lengthMm, d.endMm - d.beginMm - slackMm, d.endMm - d.beginMm + slackMm, tear,
                "lengthMm, against its begin and end,");
  const Reach reach = reachOf(d.polygonMm, tendon);
  if (!full)
    requireWithin(reach.beside, 0, besideMm, tear, "outline's distance (mm) from the tendon");
  requireWithin(reach.begin, std::max(first, d.beginMm - placeSlackMm), std::max(first, d.beginMm + placeSlackMm), tear,
                "outline's first position, against beginMm,");
  requireWithin(reach.end, d.endMm - placeSlackMm, d.endMm + placeSlackMm, tear,
                "outline's last position, against endMm,");
}

void checkDepth(const Discontinuity& d, const Where& tear, const Tendon& tendon) {
  const Thicknesses there = thicknessOver(tendon, d.beginMm, d.endMm);
  requireWithin(d.depthMm, 0, there.largest + depthSlackMm, tear, "depthMm, against the tendon's thickness there,");
  requireShare(d.depthFraction, tear, "depthFraction");
  const double least = std::max(0.1, there.least);
  const double largest = std::max(0.1, there.largest);
  if (d.kind == DiscontinuityKind::fullThickness)
    requireWithin(d.depthFraction, leastFullFraction, 1, tear, "depthFraction of a full-thickness gap");
  else
    requireWithin(d.depthFraction, (d.depthMm - depthSlackMm) / largest - fractionSlack,
                  (d.depthMm + depthSlackMm) / least + fractionSlack, tear,
                  "depthFraction, against depthMm and the tendon's thickness there,");
}

void checkGap(const Discontinuity& d, const Where& tear) {
  const bool full = d.kind == DiscontinuityKind::fullThickness;
  require(full || (!d.gapMm && !d.retractionMm && !d.bareFacet.value_or(false)), tear,
          "has a gap, a retraction or a bare facet, and is not of full thickness");
  if (d.gapMm)
    requireWithin(*d.gapMm, 0, d.lengthMm + slackMm, tear, "gapMm, against its length,");
  if (d.retractionMm)
    requireWithin(*d.retractionMm, 0, farthestMm, tear, "retractionMm");
  require(!d.retractionMm || d.gapMm, tear, "has a retraction, and no gap");
}

} // namespace

void checkDiscontinuities(const std::vector<Discontinuity>& all, const Frame& frame, const Anatomy& anatomy) {
  const Extent extent(frame);
  const Where list{"the list"};
  requireCount(all.size(), most, list, "discontinuities");
  require(all.empty() || anatomy.tendon.found(), list, "has discontinuities of no tendon");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Discontinuity& d = all[i];
    const Where tear{"discontinuity", static_cast<long long>(i)};
    require(d.kind >= DiscontinuityKind::undersurface && d.kind <= DiscontinuityKind::fullThickness, tear,
            "is of no known kind");
    require(d.polygonMm.size() >= 3, tear, "has an outline of fewer than three points");
    requireCount(d.polygonMm.size(), mostOutlinePoints, tear, "points");
    for (const Point p : d.polygonMm)
      extent.require(p, {"discontinuity", static_cast<long long>(i), "'s outline"});
    require(area(d.polygonMm) >= leastAreaMm2, tear, "has an outline without an area");
    checkPlace(d, tear, anatomy.tendon);
    checkDepth(d, tear, anatomy.tendon);
    checkGap(d, tear);
    if (d.fibreAngleDeg)
      requireWithin(*d.fibreAngleDeg, -90, 90, tear, "fibreAngleDeg");
    require(d.framesSeen == 1, tear, "says that it was seen in other frames");
    requireShare(d.confidence, tear, "confidence");
    require(!d.byHand, tear, "says that a person outlined it");
  }
}

} // namespace hipcuff::plugin
