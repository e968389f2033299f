#include "truth_json.h"

#include <cmath>

#include <nlohmann/json.hpp>

namespace hipcuff::phantom {
namespace {

using Json = nlohmann::ordered_json;

double rounded(double value, double step) {
  const double v = std::round(value / step) * step;
  return v == 0 ? 0 : v; // no -0
}
// Through text, so that 0.1 + 0.2 does not fill the file with digits.
double mm(double v) {
  return std::stod(std::to_string(rounded(v, 0.001)));
}
double px(double v) {
  return std::stod(std::to_string(rounded(v, 0.01)));
}

Json point(Point p) {
  return Json::array({px(p.x), px(p.y)});
}

Json points(const Polyline& line) {
  Json array = Json::array();
  for (const Point& p : line)
    array.push_back(point(p));
  return array;
}

Json optional(const std::optional<double>& v) {
  return v ? Json(mm(*v)) : Json(nullptr);
}

Json discontinuity(const TruthDiscontinuity& d) {
  return {{"kind", hipcuff::toString(d.kind)},
          {"extent", d.complete ? "complete" : "focal"},
          {"depth_mm", mm(d.depthMm)},
          {"depth_fraction", mm(d.depthFraction)},
          {"length_mm", mm(d.lengthMm)},
          {"begin_mm", mm(d.beginMm)},
          {"end_mm", mm(d.endMm)},
          {"gap_mm", optional(d.gapMm)},
          {"retraction_mm", optional(d.retractionMm)},
          {"bare_facet", d.bareFacet ? Json(*d.bareFacet) : Json(nullptr)},
          {"content", d.fluid ? "fluid" : "hypoechoic"},
          {"fibre_angle_deg", px(d.fibreAngleDeg)},
          {"polygon_px", points(d.polygon.px)}};
}

Json frameJson(const Truth& t, const std::string& mask) {
  Json incidence = Json::array();
  for (const double a : t.cortexIncidenceDeg)
    incidence.push_back(std::round(a));
  Json facets = Json::array();
  for (const TruthFacet& f : t.facets)
    facets.push_back({{"kind", hipcuff::toString(f.kind)}, {"begin_px", point(f.beginPx)}, {"end_px", point(f.endPx)}});
  Json position = Json::array();
  Json profile = Json::array();
  Json remaining = Json::array();
  Json angle = Json::array();
  Json gap = Json::array();
  for (const TruthStation& s : t.stations) {
    position.push_back(mm(s.positionMm));
    profile.push_back(mm(s.thicknessMm));
    remaining.push_back(mm(s.remainingMm));
    angle.push_back(px(s.fibreAngleDeg));
    gap.push_back(s.inGap);
  }
  Json tears = Json::array();
  for (const TruthDiscontinuity& d : t.discontinuities)
    tears.push_back(discontinuity(d));
  const bool measured = t.thicknessMaxMm > 0;
  return {{"frame", t.frame},
          {"mask", mask.empty() ? Json(nullptr) : Json(mask)},
          {"rock_deg", px(t.rockDeg)},
          {"fibre_angle_deg", px(t.fibreAngleDeg)},
          {"bone_surface", {{"points_px", points(t.cortex.px)}, {"incidence_deg", incidence}, {"facets", facets}}},
          {"tendon",
           {{"arrives_from_left", t.arrivesFromLeft},
            {"superficial_px", points(t.superficial.px)},
            {"deep_px", points(t.deep.px)}}},
          {"thickness",
           {{"mean_mm", measured ? Json(mm(t.thicknessMeanMm)) : Json(nullptr)},
            {"max_mm", measured ? Json(mm(t.thicknessMaxMm)) : Json(nullptr)},
            {"position_mm", position},
            {"profile_mm", profile},
            {"remaining_mm", remaining},
            {"fibre_angle_deg", angle},
            {"in_gap", gap}}},
          {"discontinuities", tears}};
}

Json findings(const Truth& t, const HipRecipe& r) {
  Json calcifications = Json::array();
  for (const TruthCalcification& c : t.calcifications)
    calcifications.push_back({{"size_mm", mm(c.lengthMm)},
                              {"height_mm", mm(c.heightMm)},
                              {"shadow_db", mm(c.shadowDb)},
                              {"position_mm", mm(c.positionMm)},
                              {"at_px", point(c.atPx)}});
  Json pits = Json::array();
  for (const CortexPit& pit : t.pits)
    pits.push_back({{"position_mm", mm(pit.at * r.geometry.facetLengthMm)},
                    {"depth_mm", mm(pit.depthMm)},
                    {"width_mm", mm(pit.widthMm)}});
  Json spur = nullptr;
  if (t.enthesophyte)
    spur = {{"height_mm", mm(t.enthesophyte->heightMm)},
            {"position_mm", mm(t.enthesophyte->positionMm)},
            {"at_px", point(t.enthesophyte->atPx)}};
  const auto& d = r.degeneration;
  Json degeneration = nullptr;
  if (d.severity > 0) {
    degeneration = {{"severity", mm(d.severity)}, {"focal", d.focal}, {"fade_db", mm(d.fadeDb)}};
    if (d.focal) {
      degeneration["position_mm"] = mm(d.at * r.geometry.facetLengthMm);
      degeneration["length_mm"] = mm(d.lengthMm);
    }
  }
  return {{"bursal_fluid_mm", mm(t.bursalFluidMm)},
          {"subtendinous_fluid_mm", mm(t.subtendinousFluidMm)},
          {"itb_mm", mm(t.itbMm)},
          {"calcifications", calcifications},
          {"enthesophyte", spur},
          {"cortical_irregularity", {{"rms_mm", mm(t.cortexReliefMm)}, {"pits", pits}}},
          {"degeneration", degeneration}};
}

} // namespace

std::string truthJson(const HipRecipe& r, const std::vector<Truth>& frames, const std::vector<std::string>& masks) {
  const Truth& first = frames.front();
  const PixelBox& box = first.regionPx;
  Json all = Json::array();
  for (std::size_t i = 0; i < frames.size(); ++i)
    all.push_back(frameJson(frames[i], masks[i]));
  Json refusals = Json::array();
  for (const Refusal code : first.refusals)
    refusals.push_back(hipcuff::toString(code));
  const Json json = {{"schema", "hipcuff.truth/1"},
                     {"simulated", true},
                     {"seed", r.seed},
                     {"side", hipcuff::toString(r.side)},
                     {"view", hipcuff::toString(r.view)},
                     {"pathology", toString(r.pathology)},
                     {"grade", hipcuff::toString(first.grade)},
                     {"mm_per_px", {first.mmPerPx.x, first.mmPerPx.y}},
                     {"region_px", {box.x0, box.y0, box.x1, box.y1}},
                     {"columns", r.screen.columns},
                     {"rows", r.screen.rows},
                     {"confounder", toString(r.confounder)},
                     {"not_gradable", toString(r.notGradable)},
                     {"expected_refusals", refusals},
                     {"findings", findings(first, r)},
                     {"bursal_fluid_mm", mm(r.geometry.bursalFluidMm)},
                     {"itb_mm", mm(r.geometry.itbMm)},
                     {"probe",
                      {{"frequency_mhz", mm(r.probe.frequencyMHz)},
                       {"depth_mm", mm(r.probe.depthMm)},
                       {"aperture_mm", mm(r.probe.apertureMm)},
                       {"focus_mm", mm(r.probe.focusMm)},
                       {"looks", r.probe.compoundAngles},
                       {"tilt_deg", mm(r.probe.tiltDeg)}}},
                     {"processing",
                      {{"gain_db", mm(r.processing.gainDb)},
                       {"dynamic_range_db", mm(r.processing.dynamicRangeDb)},
                       {"grey_gamma", mm(r.processing.greyGamma)}}},
                     {"frames", all}};
  return json.dump() + "\n";
}

} // namespace hipcuff::phantom
