#include "checks.h"

#include <algorithm>

namespace hipcuff::plugin {
namespace {

constexpr std::size_t mostSegments = 64;
constexpr std::size_t mostFacets = 128;
constexpr double mostBackMm = 1.0;  // where bone is steep under a sector's beams, its line may step back a little
constexpr double mostApartMm = 5.0; // ridge from interface; the echo of bone is 1 to 3 mm thick
constexpr double offBoneMm = 6.0;   // ends of the smooth course through a segment; the built-in stage's leave it by 3.2

void checkSegment(const CortexSegment& s, long long i, const Extent& extent) {
  const Where segment{"segment", i};
  require(s.interfaceMm.size() >= 2, segment, "has fewer than two points");
  if (s.ridgeMm.size() != s.interfaceMm.size())
    breach(segment, "has " + std::to_string(s.interfaceMm.size()) + " points of the interface and " +
                        std::to_string(s.ridgeMm.size()) + " of the ridge");
  double farthest = s.interfaceMm.front().x;
  for (std::size_t k = 0; k < s.interfaceMm.size(); ++k) {
    extent.require(s.interfaceMm[k], {"segment", i, "'s interface"});
    extent.require(s.ridgeMm[k], {"segment", i, "'s ridge"});
    require(s.interfaceMm[k].x >= farthest - mostBackMm, segment, "does not run from left to right");
    require(distance(s.interfaceMm[k], s.ridgeMm[k]) <= mostApartMm, segment,
            "has a ridge farther than 5 mm from its interface");
    farthest = std::max(farthest, s.interfaceMm[k].x);
  }
  require(s.interfaceMm.back().x > s.interfaceMm.front().x, segment, "does not run from left to right");
  requireShare(s.confidence, segment, "confidence");
}

void checkEnd(const FacetEnd& end, long long i, const Extent& extent) {
  const Where where{"facet", i, "'s end"};
  if (end.bend)
    extent.require(end.apexMm, where);
  requireWithin(end.turnDegrees, 0, 180, where, "turnDegrees");
  requireWithin(end.lengthMm, 0, 2 * extent.diagonalMm(), where, "lengthMm");
  requireWithin(end.sdMm, 0, 2 * extent.diagonalMm(), where, "sdMm");
  requireShare(end.confidence, where, "confidence");
}

void checkFacet(const Facet& f, long long i, const Cortex& cortex, const Extent& extent) {
  const Where facet{"facet", i};
  require(f.kind >= FacetKind::lateral && f.kind <= FacetKind::unknown, facet, "is of no known kind");
  if (f.segment >= cortex.segments.size())
    breach(facet,
           "is of segment " + std::to_string(f.segment) + ", and there are " + std::to_string(cortex.segments.size()));
  require(f.endMm.x >= f.beginMm.x, facet, "does not run from left to right");
  const Polyline& bone = cortex.segments[f.segment].interfaceMm;
  requireWithin(distance(f.beginMm, bone), 0, offBoneMm, facet, "left end's distance (mm) from its segment");
  requireWithin(distance(f.endMm, bone), 0, offBoneMm, facet, "right end's distance (mm) from its segment");
  requireWithin(f.slopeDegrees, -90, 90, facet, "slopeDegrees");
  checkEnd(f.begin, i, extent);
  checkEnd(f.end, i, extent);
  requireShare(f.confidence, facet, "confidence");
}

} // namespace

void checkCortex(const Cortex& cortex, const Frame& frame, const WorkingFrame&) {
  const Extent extent(frame);
  const Where whole{"the cortex"};
  requireCount(cortex.segments.size(), mostSegments, whole, "segments");
  requireCount(cortex.facets.size(), mostFacets, whole, "facets");
  std::size_t points = 0;
  for (const CortexSegment& s : cortex.segments)
    points += std::min(s.interfaceMm.size(), extent.mostPoints() + 1);
  requireCount(points, extent.mostPoints(), whole, "points");
  for (std::size_t i = 0; i < cortex.segments.size(); ++i)
    checkSegment(cortex.segments[i], static_cast<long long>(i), extent);
  for (std::size_t i = 0; i < cortex.facets.size(); ++i)
    checkFacet(cortex.facets[i], static_cast<long long>(i), cortex, extent);
  requireShare(cortex.confidence, whole, "confidence");
  requireShare(cortex.trochanterLikeness, whole, "trochanterLikeness");
  require(!cortex.segments.empty() || cortex.confidence == 0, whole, "has a confidence, and no segment");
}

} // namespace hipcuff::plugin
