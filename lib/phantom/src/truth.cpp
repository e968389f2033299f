#include "truth.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double stationStep = 0.25; // mm
constexpr double outlineStep = 0.1;  // mm along a tear's outline
constexpr double degree = std::numbers::pi / 180.0;

/// Scene mm to the picture's mm and pixels, mirrored where the screen is.
class Mapping {
public:
  Mapping(const HipRecipe& r, const Pose& pose)
      : r_(r)
      , pose_(pose) {}
  [[nodiscard]] Point mm(Point scene) const {
    Point p = pose_.toPicture(scene);
    if (r_.screen.flip)
      p.x = (r_.screen.region.width() - 1) * r_.screen.mmPerPx - p.x;
    return p;
  }
  [[nodiscard]] Point px(Point mm) const {
    return {r_.screen.region.x0 + mm.x / r_.screen.mmPerPx, r_.screen.region.y0 + mm.y / r_.screen.mmPerPx};
  }
  [[nodiscard]] bool inside(Point mm) const {
    const double width = (r_.screen.region.width() - 1) * r_.screen.mmPerPx;
    return mm.x >= 0 && mm.y >= 0 && mm.x <= width && mm.y <= (r_.screen.region.height() - 1) * r_.screen.mmPerPx &&
           inField(r_.probe, {r_.screen.flip ? width - mm.x : mm.x, mm.y});
  }
  [[nodiscard]] Polyline toPx(const Polyline& line) const {
    Polyline out;
    out.reserve(line.size());
    for (const Point& p : line)
      out.push_back(px(p));
    return out;
  }

private:
  const HipRecipe& r_;
  const Pose& pose_;
};

void paint(Mask& labels, const Polyline& polygonPx, const PixelBox& box, std::uint8_t label) {
  if (polygonPx.size() < 3)
    return;
  double x0 = polygonPx[0].x;
  double x1 = x0;
  double y0 = polygonPx[0].y;
  double y1 = y0;
  for (const Point& p : polygonPx) {
    x0 = std::min(x0, p.x);
    x1 = std::max(x1, p.x);
    y0 = std::min(y0, p.y);
    y1 = std::max(y1, p.y);
  }
  const PixelBox around{static_cast<int>(std::floor(x0)), static_cast<int>(std::floor(y0)),
                        static_cast<int>(std::ceil(x1)), static_cast<int>(std::ceil(y1))};
  const PixelBox area = intersection(around, box);
  for (int y = area.y0; y <= area.y1; ++y)
    for (int x = area.x0; x <= area.x1; ++x)
      if (contains(polygonPx, {static_cast<double>(x), static_cast<double>(y)}))
        labels.at(x, y) = label;
}

TruthDiscontinuity describeTear(const HipRecipe& r, const Scene& scene, const Pose& pose, const Mapping& map) {
  TruthDiscontinuity d;
  const TendonShape& tendon = scene.tendon();
  const double begin = tendon.tearBegin();
  const double end = tendon.tearEnd();
  const double facet = scene.facetLength();
  switch (r.pathology) {
  case Pathology::undersurface:
    d.kind = DiscontinuityKind::undersurface;
    break;
  case Pathology::bursal:
    d.kind = DiscontinuityKind::bursal;
    break;
  case Pathology::intrasubstance:
    d.kind = DiscontinuityKind::intrasubstance;
    break;
  default:
    d.kind = DiscontinuityKind::fullThickness;
  }
  const bool full = d.kind == DiscontinuityKind::fullThickness;
  const int steps = std::max(8, static_cast<int>(std::ceil((end - begin) / outlineStep)));
  for (int i = 0; i <= steps; ++i) {
    const double p = std::clamp(begin + (end - begin) * i / steps, begin + 1e-6, end - 1e-6);
    const auto [low, high] = tendon.tearAcross(p);
    const double thickness = tendon.surfaceTop(p) - tendon.bone(p);
    if (thickness > 0.05 && high > low) {
      d.depthMm = std::max(d.depthMm, high - low);
      d.depthFraction = std::max(d.depthFraction, (high - low) / thickness);
    }
  }
  for (const Point& place : tendon.tearOutline())
    d.polygon.mm.push_back(map.mm(scene.bed(place.x - facet) + scene.bedNormal(place.x - facet) * place.y));
  d.polygon.px = map.toPx(d.polygon.mm);
  d.beginMm = begin;
  d.endMm = end;
  d.lengthMm = end - begin;
  d.fluid = r.tear.fluid;
  const double middle = 0.5 * (begin + end);
  d.fibreAngleDeg = fibreAngle(r, pose, scene.fibreHeadingDeg(middle, 0.5), pose.toPicture(scene.bed(middle - facet)));
  const double onFootprint = std::max(0.0, std::min(end, facet) - std::max(begin, 0.0));
  d.complete = onFootprint >= 0.8 * facet;
  if (full) {
    d.depthFraction = 1;
    d.gapMm = end - begin;
    d.bareFacet = onFootprint > 2.0;
    const Point stump = map.mm(scene.bed(begin - facet));
    if (r.view == View::longAxis && map.inside(stump))
      d.retractionMm = r.tear.retractionMm;
  }
  return d;
}

/// What lies in and on the tendon beside tears.
void describeFindings(Truth& t, const HipRecipe& r, const Scene& scene, const Mapping& map) {
  if (!scene.hasTendon())
    return;
  const double facet = scene.facetLength();
  const auto place = [&](double p, double n) { return map.mm(scene.bed(p - facet) + scene.bedNormal(p - facet) * n); };
  for (std::size_t i = 0; i < r.calcifications.size(); ++i) {
    const Calcification& c = r.calcifications[i];
    const auto [p, n] = scene.tendon().calcificationCentre(i);
    TruthCalcification found;
    found.lengthMm = c.lengthMm;
    found.heightMm = c.heightMm;
    found.shadowDb = c.shadowDb;
    found.positionMm = p;
    found.atMm = place(p, n);
    found.atPx = map.px(found.atMm);
    if (map.inside(found.atMm))
      t.calcifications.push_back(found);
  }
  const auto& g = r.geometry;
  if (g.enthesophyteMm > 0) {
    const double p = g.enthesophyteAt * facet;
    TruthEnthesophyte spur;
    spur.heightMm = g.enthesophyteMm;
    spur.positionMm = p;
    spur.atPx = map.px(place(p, scene.tendon().bone(p)));
    t.enthesophyte = spur;
  }
  t.pits = g.pits;
  double sum = 0;
  int count = 0;
  for (double p = 0; p <= facet; p += 0.1, ++count)
    sum += std::pow(scene.skeleton().relief(p - facet), 2);
  t.cortexReliefMm = std::sqrt(sum / std::max(1, count));
}

} // namespace

std::vector<Refusal> expectedRefusals(NotGradable why) {
  switch (why) {
  case NotGradable::none:
    return {};
  case NotGradable::noCortex:
    return {Refusal::noCortex};
  case NotGradable::wrongRegion:
    return {Refusal::noTendon, Refusal::noCortex, Refusal::notAHip, Refusal::unsure};
  case NotGradable::tooDark:
    return {Refusal::tooDark};
  case NotGradable::saturated:
    return {Refusal::saturated};
  case NotGradable::colourBox:
    return {Refusal::colourBox};
  case NotGradable::tooOblique:
    return {Refusal::beamTooOblique};
  case NotGradable::textOverTendon:
    return {Refusal::textOverTendon};
  }
  return {};
}

Truth makeTruth(const HipRecipe& r, const Scene& scene, int frame) {
  const Pose pose = poseOf(r, frame);
  const Mapping map(r, pose);
  const double mirror = r.screen.flip ? -1.0 : 1.0;
  Truth t;
  t.frame = frame;
  t.mmPerPx = {r.screen.mmPerPx, r.screen.mmPerPx};
  t.regionPx = r.screen.region;
  t.side = r.side;
  t.view = r.view;
  t.pathology = r.pathology;
  t.grade = gradeOf(r.pathology);
  t.arrivesFromLeft = !r.screen.flip;
  t.rockDeg = pose.rockDeg;
  t.bursalFluidMm = r.geometry.bursalFluidMm;
  t.itbMm = r.geometry.itbMm;
  t.subtendinousFluidMm = r.geometry.subtendinousFluidMm;
  t.confounder = r.confounder;
  t.notGradable = r.notGradable;
  if (r.notGradable != NotGradable::none)
    t.grade = GradeClass::notGradable;
  t.refusals = expectedRefusals(r.notGradable);

  // From the highest point to either side; what lies under an overhang of the surface is out of the beam's reach.
  const auto& bone = scene.cortex();
  const auto& heading = scene.cortexHeadingDeg();
  const auto highest = std::min_element(bone.begin(), bone.end(), [&](const Point& a, const Point& b) {
    return rangeMm(r.probe, pose.toPicture(a)) < rangeMm(r.probe, pose.toPicture(b));
  });
  const auto start = highest - bone.begin();
  const auto walk = [&](std::ptrdiff_t step, Polyline& line, std::vector<double>& incidence) {
    if (bone.empty())
      return;
    double reached = beamCoordinate(r.probe, pose.toPicture(*highest));
    for (std::ptrdiff_t i = start + step; i >= 0 && i < static_cast<std::ptrdiff_t>(bone.size()); i += step) {
      const auto at = static_cast<std::size_t>(i);
      const double x = beamCoordinate(r.probe, pose.toPicture(bone[at]));
      if ((x - reached) * static_cast<double>(step) <= 0)
        continue;
      reached = x;
      const Point p = map.mm(bone[at]);
      if (!map.inside(p))
        continue;
      line.push_back(p);
      incidence.push_back(incidenceDeg(r, pose, heading[at], pose.toPicture(bone[at])));
    }
  };
  constexpr std::ptrdiff_t every = 2; // 0.1 mm of arc
  walk(-every, t.cortex.mm, t.cortexIncidenceDeg);
  std::reverse(t.cortex.mm.begin(), t.cortex.mm.end());
  std::reverse(t.cortexIncidenceDeg.begin(), t.cortexIncidenceDeg.end());
  walk(every, t.cortex.mm, t.cortexIncidenceDeg);
  if (r.screen.flip) {
    std::reverse(t.cortex.mm.begin(), t.cortex.mm.end());
    std::reverse(t.cortexIncidenceDeg.begin(), t.cortexIncidenceDeg.end());
  }
  t.cortex.px = map.toPx(t.cortex.mm);

  const double facet = scene.facetLength();
  const auto addFacet = [&](FacetKind kind, double from, double to) {
    TruthFacet f;
    f.kind = kind;
    f.beginMm = map.mm(scene.bed(from) + scene.bedNormal(from) * scene.skeleton().relief(from));
    f.endMm = map.mm(scene.bed(to) + scene.bedNormal(to) * scene.skeleton().relief(to));
    if (!map.inside(f.beginMm) || !map.inside(f.endMm))
      return;
    if (r.screen.flip)
      std::swap(f.beginMm, f.endMm);
    f.beginPx = map.px(f.beginMm);
    f.endPx = map.px(f.endMm);
    t.facets.push_back(f);
  };
  if (scene.hasTendon())
    addFacet(FacetKind::lateral, -facet, 0);
  if (scene.hasTendon() && r.view == View::shortAxis) {
    addFacet(FacetKind::anterior, -facet - 12, -facet - 2);
    addFacet(FacetKind::posterior, 2, 12);
  }

  const TendonShape& tendon = scene.tendon();
  const bool torn = tendon.torn();
  const bool full = r.pathology == Pathology::fullThickness;
  std::vector<double> angles;
  Polyline intactSuperficial;
  Polyline intactDeep;
  double sum = 0;
  int counted = 0;
  for (int i = 0; scene.hasTendon() && i * stationStep <= facet + 1e-9; ++i) {
    const double p = i * stationStep;
    const double s = p - facet;
    const double rough = tendon.bone(p);
    const double top = std::max(tendon.surfaceTop(p), rough + 0.02);
    const double under = std::min(tendon.underside(p), top - 0.01);
    const Point n = scene.bedNormal(s);
    TruthStation station;
    station.positionMm = p;
    station.cortexMm = map.mm(scene.bed(s) + n * rough);
    station.superficialMm = map.mm(scene.bed(s) + n * top);
    if (!map.inside(station.cortexMm) || !map.inside(station.superficialMm))
      continue;
    const double c = std::cos(pose.rockDeg * degree);
    const double sn = std::sin(pose.rockDeg * degree);
    station.normal = {mirror * (n.x * c - n.y * sn), n.x * sn + n.y * c};
    station.thicknessMm = distance(station.cortexMm, station.superficialMm);
    const auto [low, high] = tendon.tearAcross(p);
    station.inGap = full && p > tendon.tearBegin() && p < tendon.tearEnd();
    station.remainingMm = station.inGap ? 0.0 : station.thicknessMm - (torn ? high - low : 0.0);
    station.fibreAngleDeg = fibreAngle(r, pose, scene.fibreHeadingDeg(p, 0.5), pose.toPicture(scene.bed(s)));
    angles.push_back(station.fibreAngleDeg);
    intactSuperficial.push_back(station.superficialMm);
    const Point deep = map.mm(scene.bed(s) + n * under);
    intactDeep.push_back(deep);
    if (!station.inGap) {
      t.superficial.mm.push_back(station.superficialMm);
      t.deep.mm.push_back(deep);
      sum += station.thicknessMm;
      ++counted;
      t.thicknessMaxMm = std::max(t.thicknessMaxMm, station.thicknessMm);
    }
    t.stations.push_back(station);
  }
  t.superficial.px = map.toPx(t.superficial.mm);
  t.deep.px = map.toPx(t.deep.mm);
  t.thicknessMeanMm = counted > 0 ? sum / counted : 0.0;
  if (!angles.empty()) {
    std::nth_element(angles.begin(), angles.begin() + static_cast<std::ptrdiff_t>(angles.size() / 2), angles.end());
    t.fibreAngleDeg = angles[angles.size() / 2];
  }

  describeFindings(t, r, scene, map);

  t.labels = Mask(r.screen.columns, r.screen.rows);
  Polyline footprint = intactDeep;
  footprint.insert(footprint.end(), intactSuperficial.rbegin(), intactSuperficial.rend());
  paint(t.labels, map.toPx(footprint), t.regionPx, 1);
  if (torn) {
    t.discontinuities.push_back(describeTear(r, scene, pose, map));
    paint(t.labels, t.discontinuities.back().polygon.px, t.regionPx, 2);
  }
  return t;
}

} // namespace hipcuff::phantom
