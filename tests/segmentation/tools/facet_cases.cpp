#include "facet_cases.h"

#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/facets.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"
#include "hips.h"

#include <algorithm>
#include <cmath>
#include <istream>
#include <numbers>
#include <ostream>

namespace hipcuff::testing {
namespace {

/// The point `arc` mm along the line from the point nearest to `from`; arc < 0: to the left.
Point walked(const Polyline& line, Point from, double arc) {
  const auto nearest = std::min_element(line.begin(), line.end(),
                                        [&](Point a, Point b) { return distance(a, from) < distance(b, from); });
  auto i = nearest - line.begin();
  const std::ptrdiff_t step = arc < 0 ? -1 : 1;
  double gone = 0;
  while (gone < std::abs(arc) && i + step >= 0 && i + step < static_cast<std::ptrdiff_t>(line.size())) {
    gone += distance(line[static_cast<std::size_t>(i)], line[static_cast<std::size_t>(i + step)]);
    i += step;
  }
  return line[static_cast<std::size_t>(i)];
}

std::array<TrueEdge, 2> trueEdges(const phantom::HipRecipe& r, const phantom::Truth& truth,
                                  const phantom::TruthFacet& lateral) {
  constexpr double degree = std::numbers::pi / 180;
  const phantom::Geometry& g = r.geometry;
  const bool flat = g.facetShape == phantom::FacetShape::flat;
  const double bulge = flat ? 0 : 4 * g.facetBulgeMm / g.facetLengthMm / degree;
  const double arrivalHeading = -g.facetAngleDeg - bulge;
  const double farHeading = -g.facetAngleDeg + bulge;
  TrueEdge arrival;
  TrueEdge far;
  arrival.isArrival = true;
  far.turnDeg = g.distalAngleDeg - farHeading;
  far.lengthMm = g.bendRadiusMm * std::abs(far.turnDeg) * degree + 0.5;
  if (r.view == View::longAxis) {
    arrival.turnDeg = arrivalHeading + 82;
    arrival.lengthMm = 1.25 * g.bendRadiusMm;
  } else {
    arrival.turnDeg = arrivalHeading + g.anteriorAngleDeg;
    arrival.lengthMm = g.bendRadiusMm * std::abs(arrival.turnDeg) * degree + 0.5;
  }
  std::array<TrueEdge, 2> edges = r.screen.flip ? std::array{far, arrival} : std::array{arrival, far};
  edges[0].at = lateral.beginMm;
  edges[1].at = lateral.endMm;
  edges[0].middle = walked(truth.cortex.mm, edges[0].at, -0.5 * edges[0].lengthMm);
  edges[1].middle = walked(truth.cortex.mm, edges[1].at, 0.5 * edges[1].lengthMm);
  return edges;
}

} // namespace

FacetCase drawFacetCase(std::uint64_t seed, View view, bool limb) {
  phantom::RecipeWishes wishes;
  wishes.view = view;
  if (limb)
    wishes.notGradable = phantom::NotGradable::wrongRegion;
  const phantom::HipRecipe recipe = phantom::drawRecipe(seed, wishes);
  const SimulatedHip hip = simulatedHip(recipe);
  const WorkingFrame working = makeWorkingFrame(hip.frame);
  const Cortex cortex = BoneSurfaceSegmenter().segment(hip.frame, working);
  FacetCase c;
  c.seed = seed;
  c.view = view;
  c.limb = limb;
  c.segments = cortex.segments;
  c.tendon = LayerTendonSegmenter().segment(hip.frame, working, cortex, view);
  for (const phantom::TruthFacet& facet : hip.truth.facets)
    if (facet.kind == FacetKind::lateral && !limb)
      c.lateral = trueEdges(recipe, hip.truth, facet);
  return c;
}

void write(std::ostream& out, const FacetCase& c) {
  out << "case " << c.seed << ' ' << (c.view == View::longAxis ? 0 : 1) << ' ' << c.limb << ' ' << c.segments.size()
      << ' ' << c.tendon.confidence << ' ' << c.tendon.stations.size() << ' ' << c.lateral.has_value() << '\n';
  for (const CortexSegment& segment : c.segments) {
    out << segment.confidence << ' ' << segment.interfaceMm.size();
    for (const Point p : segment.interfaceMm)
      out << ' ' << p.x << ' ' << p.y;
    out << '\n';
  }
  for (const TendonStation& station : c.tendon.stations)
    out << station.cortexMm.x << ' ' << station.cortexMm.y << '\n';
  if (c.lateral)
    for (const TrueEdge& e : *c.lateral)
      out << e.at.x << ' ' << e.at.y << ' ' << e.middle.x << ' ' << e.middle.y << ' ' << e.turnDeg << ' ' << e.lengthMm
          << ' ' << e.isArrival << '\n';
}

std::optional<FacetCase> readFacetCase(std::istream& in) {
  std::string word;
  if (!(in >> word))
    return std::nullopt;
  FacetCase c;
  int view = 0;
  std::size_t segments = 0;
  std::size_t stations = 0;
  bool truth = false;
  in >> c.seed >> view >> c.limb >> segments >> c.tendon.confidence >> stations >> truth;
  c.view = view == 0 ? View::longAxis : View::shortAxis;
  c.segments.resize(segments);
  for (CortexSegment& segment : c.segments) {
    std::size_t points = 0;
    in >> segment.confidence >> points;
    segment.interfaceMm.resize(points);
    for (Point& p : segment.interfaceMm)
      in >> p.x >> p.y;
  }
  c.tendon.stations.resize(stations);
  for (TendonStation& station : c.tendon.stations)
    in >> station.cortexMm.x >> station.cortexMm.y;
  if (truth) {
    c.lateral.emplace();
    for (TrueEdge& e : *c.lateral)
      in >> e.at.x >> e.at.y >> e.middle.x >> e.middle.y >> e.turnDeg >> e.lengthMm >> e.isArrival;
  }
  if (!in)
    return std::nullopt;
  return c;
}

namespace {

std::vector<Facet> facetsOf(const FacetCase& c) {
  std::vector<Facet> all;
  for (std::size_t i = 0; i < c.segments.size(); ++i) {
    const std::vector<Facet> facets = splitFacets(c.segments[i].interfaceMm, i);
    all.insert(all.end(), facets.begin(), facets.end());
  }
  return all;
}

} // namespace

std::vector<EdgeFound> measuredEdges(const FacetCase& c) {
  std::vector<EdgeFound> edges;
  if (!c.lateral)
    return edges;
  Cortex cortex;
  cortex.segments = c.segments;
  cortex.facets = facetsOf(c);
  nameFacets(cortex, c.tendon, c.view);
  const auto lateral = std::find_if(cortex.facets.begin(), cortex.facets.end(),
                                    [](const Facet& f) { return f.kind == FacetKind::lateral; });
  for (const bool left : {true, false}) {
    const TrueEdge& truth = (*c.lateral)[left ? 0 : 1];
    EdgeFound edge;
    edge.isArrival = truth.isArrival;
    for (const CortexSegment& segment : c.segments) {
      const Point last = left ? segment.interfaceMm.front() : segment.interfaceMm.back();
      const bool beyond = left ? last.x < truth.at.x : last.x > truth.at.x;
      edge.shown =
          edge.shown || (beyond && distance(truth.at, segment.interfaceMm) < 1 && distance(last, truth.at) > 2);
    }
    if (lateral != cortex.facets.end()) {
      const FacetEnd& end = left ? lateral->begin : lateral->end;
      edge.found = end.bend;
      if (end.bend) {
        edge.edgeErrorMm = distance(left ? lateral->beginMm : lateral->endMm, truth.at);
        edge.middleErrorMm = distance(end.apexMm, truth.middle);
        edge.sdMm = end.sdMm;
        edge.confidence = end.confidence;
      }
    }
    edges.push_back(edge);
  }
  return edges;
}

double measuredLikeness(const FacetCase& c) {
  return trochanterLikeness(facetsOf(c));
}

double areaUnderCurve(const std::vector<double>& hips, const std::vector<double>& limbs) {
  double won = 0;
  for (const double h : hips)
    for (const double l : limbs)
      won += h > l ? 1.0 : h == l ? 0.5 : 0.0;
  return won / std::max(1.0, static_cast<double>(hips.size() * limbs.size()));
}

} // namespace hipcuff::testing
