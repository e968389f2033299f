#include "json_result.h"

#include "json_plugins.h"
#include "json_values.h"
#include "text.h"

#include "hipcuff/report/plugin_words.h"

namespace hipcuff::report {
namespace {

/// Converts geometry of one image.
class Place {
public:
  explicit Place(const ImageResult& image)
      : image_(image) {}

  [[nodiscard]] bool calibrated() const { return image_.mmPerPx.has_value(); }
  [[nodiscard]] Json inPx(Point mm) const {
    const Point p = image_.toFullPixels(mm);
    return Json::array({px(p.x), px(p.y)});
  }
  [[nodiscard]] Json inPx(const Polyline& line) const {
    Json out = Json::array();
    for (const Point p : line)
      out.push_back(inPx(p));
    return out;
  }
  [[nodiscard]] Json inMm(Point mm) const {
    return calibrated() ? Json::array({fine(mm.x), fine(mm.y)}) : Json(nullptr);
  }
  [[nodiscard]] Json inMm(const Polyline& line) const {
    if (!calibrated())
      return nullptr;
    Json out = Json::array();
    for (const Point p : line)
      out.push_back(inMm(p));
    return out;
  }
  /// A length: null where the picture has no millimetres, whatever the value says.
  [[nodiscard]] Json length(const std::optional<double>& mm) const { return calibrated() ? fine(mm) : Json(nullptr); }

private:
  const ImageResult& image_;
};

Json sourceJson(const ImageResult& image) {
  return {{"path", toUtf8(image.path.native())},
          {"study_instance_uid", text(image.studyInstanceUid)},
          {"sop_instance_uid", text(image.sopInstanceUid)},
          {"pane", image.pane},
          {"rows", image.rows},
          {"columns", image.columns},
          {"frames", image.frames},
          {"side", word(image.side.value)},
          {"view", word(image.view.value)},
          {"region", word(image.bodyRegion.value)},
          {"side_origin", text(image.side.origin)},
          {"view_origin", text(image.view.origin)},
          {"region_origin", text(image.bodyRegion.origin)}};
}

Json calibrationJson(const ImageResult& image) {
  Json box;
  if (image.regionPx)
    box = Json::array({image.regionPx->x0, image.regionPx->y0, image.regionPx->x1, image.regionPx->y1});
  Json scale;
  if (image.mmPerPx) // as precise as it came: everything is computed from it
    scale = Json::array({image.mmPerPx->x, image.mmPerPx->y});
  return {{"mm_per_px", scale}, {"origin", word(image.calibrationOrigin)}, {"region_px", box}};
}

Json framesJson(const ImageResult& image, const Place& place) {
  Json out = Json::array();
  for (const FrameSummary& f : image.frameSummaries) {
    const bool gradable = f.grade != GradeClass::notGradable;
    out.push_back({{"frame", f.frame},
                   {"time_s", fine(f.timeSeconds)},
                   {"class", toString(f.grade)},
                   {"reasons", codes(f.refusals)},
                   {"confidence", gradable ? fine(f.confidence) : Json(nullptr)},
                   {"thickness_mean_mm", place.length(f.thicknessMeanMm)},
                   {"thickness_max_mm", place.length(f.thicknessMaxMm)},
                   {"discontinuities", place.calibrated() ? Json(f.discontinuities) : Json(nullptr)},
                   {"fibre_angle_deg", fine(f.fibreAngleDeg)}});
  }
  return out;
}

Json facetEndJson(const FacetEnd& end, const Place& place) {
  if (!end.bend)
    return nullptr;
  return {{"apex_px", place.inPx(end.apexMm)}, {"apex_mm", place.inMm(end.apexMm)},
          {"turn_deg", fine(end.turnDegrees)}, {"length_mm", place.length(end.lengthMm)},
          {"sd_mm", place.length(end.sdMm)},   {"confidence", fine(end.confidence)}};
}

Json boneJson(const ImageResult& image, const Place& place) {
  if (!image.frame) // nothing was looked at
    return {{"segments", nullptr}, {"facets", nullptr}, {"confidence", nullptr}, {"trochanter_likeness", nullptr}};
  Json segments = Json::array();
  for (const CortexSegment& s : image.anatomy.cortex.segments)
    segments.push_back({{"points_px", place.inPx(s.interfaceMm)},
                        {"points_mm", place.inMm(s.interfaceMm)},
                        {"ridge_px", place.inPx(s.ridgeMm)},
                        {"confidence", fine(s.confidence)}});
  Json facets = Json::array();
  for (const Facet& f : image.anatomy.cortex.facets)
    facets.push_back({{"kind", toString(f.kind)},
                      {"segment", f.segment},
                      {"begin_px", place.inPx(f.beginMm)},
                      {"end_px", place.inPx(f.endMm)},
                      {"begin_mm", place.inMm(f.beginMm)},
                      {"end_mm", place.inMm(f.endMm)},
                      {"slope_deg", fine(f.slopeDegrees)},
                      {"begin_bend", facetEndJson(f.begin, place)},
                      {"end_bend", facetEndJson(f.end, place)},
                      {"confidence", fine(f.confidence)}});
  return {{"segments", segments},
          {"facets", facets},
          {"confidence", fine(image.anatomy.cortex.confidence)},
          {"trochanter_likeness", fine(image.anatomy.cortex.trochanterLikeness)}};
}

void addStretches(Json& out, const std::vector<TendonStation>& stations, bool TendonStation::*flag, const char* border,
                  const Place& place) {
  for (std::size_t i = 0; i < stations.size(); ++i) {
    if (!(stations[i].*flag))
      continue;
    const std::size_t begin = i;
    while (i + 1 < stations.size() && stations[i + 1].*flag)
      ++i;
    out.push_back({{"border", border},
                   {"begin_index", begin},
                   {"end_index", i},
                   {"begin_mm", place.length(stations[begin].positionMm)},
                   {"end_mm", place.length(stations[i].positionMm)}});
  }
}

Json tendonJson(const ImageResult& image, const Place& place) {
  const Tendon& tendon = image.anatomy.tendon;
  Json out = {{"superficial_px", nullptr}, {"deep_px", nullptr},         {"cortex_px", nullptr},
              {"position_mm", nullptr},    {"sd_mm", nullptr},           {"border_inferred", nullptr},
              {"by_hand", nullptr},        {"fibre_angle_deg", nullptr}, {"station_confidence", nullptr},
              {"confidence", nullptr},     {"arrives_from", nullptr}};
  if (!tendon.found())
    return out;
  Json cortex = Json::array();
  Json positions = Json::array();
  Json sds = Json::array();
  Json angles = Json::array();
  Json confidences = Json::array();
  for (const TendonStation& s : tendon.stations) {
    cortex.push_back(place.inPx(s.cortexMm));
    positions.push_back(place.length(s.positionMm));
    sds.push_back(place.length(s.sdMm));
    angles.push_back(fine(s.fibreAngleDeg));
    confidences.push_back(fine(s.confidence));
  }
  Json inferred = Json::array();
  addStretches(inferred, tendon.stations, &TendonStation::superficialInferred, "superficial", place);
  addStretches(inferred, tendon.stations, &TendonStation::deepInferred, "deep", place);
  Json byHand = Json::array();
  addStretches(byHand, tendon.stations, &TendonStation::superficialByHand, "superficial", place);
  addStretches(byHand, tendon.stations, &TendonStation::deepByHand, "deep", place);
  addStretches(byHand, tendon.stations, &TendonStation::cortexByHand, "cortex", place);
  out["superficial_px"] = place.inPx(tendon.superficialMm());
  out["deep_px"] = place.inPx(tendon.deepMm());
  out["cortex_px"] = cortex;
  if (place.calibrated()) {
    out["position_mm"] = positions;
    out["sd_mm"] = sds;
  }
  out["border_inferred"] = inferred;
  out["by_hand"] = byHand;
  out["fibre_angle_deg"] = angles;
  out["station_confidence"] = confidences;
  out["confidence"] = fine(tendon.confidence);
  out["arrives_from"] = tendon.arrivesFromLeft ? "left" : "right";
  return out;
}

Json thicknessJson(const Thickness& thickness, const Place& place) {
  const bool measured = place.calibrated() && !thickness.profile.empty();
  Json out = Json::object();
  addSummary(out, measured ? thickness.summary : std::nullopt);
  const auto column = [&](double ThicknessSample::*field) {
    Json values = Json::array();
    for (const ThicknessSample& s : thickness.profile)
      values.push_back(fine(s.*field));
    return measured ? values : Json(nullptr);
  };
  out["position_mm"] = column(&ThicknessSample::positionMm);
  out["profile_mm"] = column(&ThicknessSample::valueMm);
  out["lower_mm"] = column(&ThicknessSample::lowerMm);
  out["upper_mm"] = column(&ThicknessSample::upperMm);
  out["remaining_mm"] = column(&ThicknessSample::remainingMm);
  out["facets"] = nullptr;
  out["sites"] = nullptr;
  if (measured) {
    out["sites"] = Json::array();
    for (const SiteThickness& site : thickness.sites) {
      const auto value = [&](double ThicknessSample::*field) {
        return site.sample ? fine((*site.sample).*field) : Json(nullptr);
      };
      out["sites"].push_back({{"distance_mm", fine(site.distanceMm)},
                              {"value_mm", value(&ThicknessSample::valueMm)},
                              {"lower_mm", value(&ThicknessSample::lowerMm)},
                              {"upper_mm", value(&ThicknessSample::upperMm)},
                              {"remaining_mm", value(&ThicknessSample::remainingMm)},
                              {"missing", text(site.missing)}});
    }
    out["facets"] = Json::array();
    for (const FacetThickness& f : thickness.facets) {
      Json facet = {{"facet", toString(f.facet)}};
      addSummary(facet, f.summary);
      out["facets"].push_back(facet);
    }
  }
  return out;
}

Json discontinuitiesJson(const ImageResult& image, const Place& place) {
  // Null and an empty list differ: not looked for, and looked for without finding any.
  if (!place.calibrated() || !image.anatomy.tendon.found())
    return nullptr;
  Json out = Json::array();
  for (const Discontinuity& d : image.measurements.discontinuities)
    out.push_back({{"kind", toString(d.kind)},
                   {"extent", d.complete ? "complete" : "focal"},
                   {"depth_mm", fine(d.depthMm)},
                   {"depth_fraction", fine(d.depthFraction)},
                   {"length_mm", fine(d.lengthMm)},
                   {"begin_mm", fine(d.beginMm)},
                   {"end_mm", fine(d.endMm)},
                   {"gap_mm", fine(d.gapMm)},
                   {"retraction_mm", fine(d.retractionMm)},
                   {"bare_facet", d.bareFacet ? Json(*d.bareFacet) : Json(nullptr)},
                   {"polygon_px", place.inPx(d.polygonMm)},
                   {"fibre_angle_deg", fine(d.fibreAngleDeg)},
                   {"suspected_anisotropy", d.suspectedAnisotropy},
                   {"fluid", d.fluid ? Json(*d.fluid) : Json(nullptr)},
                   {"border_step", d.borderStep ? Json(*d.borderStep) : Json(nullptr)},
                   {"frames_seen", d.framesSeen},
                   {"confidence", fine(d.confidence)},
                   {"by_hand", d.byHand}});
  return out;
}

Json coOccurrenceJson(const std::optional<CoOccurrence>& c, const Place& place) {
  if (!c || !place.calibrated()) // its distance is in millimetres
    return nullptr;
  return {{"contrast", fine(c->contrast)},
          {"correlation", fine(c->correlation)},
          {"energy", fine(c->energy)},
          {"homogeneity", fine(c->homogeneity)}};
}

Json findingsJson(const ImageResult& image, const Place& place) {
  const Findings& f = image.measurements.findings;
  Json calcifications;
  if (place.calibrated() && image.anatomy.tendon.found()) {
    calcifications = Json::array();
    for (const Calcification& c : f.calcifications)
      calcifications.push_back(
          {{"size_mm", fine(c.sizeMm)}, {"at_px", place.inPx(c.atMm)}, {"at_mm", place.inMm(c.atMm)}});
  }
  return {{"bursal_fluid_mm", place.length(f.bursalFluidMm)},
          {"bursal_fluid_px",
           place.calibrated() && !f.bursalFluidOutlineMm.empty() ? place.inPx(f.bursalFluidOutlineMm) : Json(nullptr)},
          {"itb_mm", place.length(f.itbMm)},
          {"calcifications", calcifications},
          {"cortical_irregularity", place.length(f.corticalIrregularityMm)},
          {"echogenicity", fine(f.echogenicity)},
          {"fibre_coherence", fine(f.fibreCoherence)},
          {"peak_spatial_frequency_per_mm", place.length(f.peakSpatialFrequencyPerMm)},
          {"cooccurrence_along", coOccurrenceJson(f.coOccurrenceAlong, place)},
          {"cooccurrence_across", coOccurrenceJson(f.coOccurrenceAcross, place)},
          {"muscle_echogenicity", fine(f.muscleEchogenicity)},
          {"assessable_fraction", fine(f.assessableFraction)},
          {"degenerated_share", fine(f.degeneratedShare)},
          {"torn_share", fine(f.tornShare)},
          {"torn_area_mm2", place.calibrated() ? fine(f.tornAreaMm2) : Json()}};
}

} // namespace

Json toJson(const ImageResult& image, const std::string& id, const ImageFiles& files, const Criteria& criteria) {
  const Place place(image);
  Json grade = toJson(image.grade, criteria);
  Json review = toJson(image.review, image.mmPerPx.has_value(), criteria);
  if (!allBuiltIn(image)) { // the criteria's bound is of the built-in stages
    grade["wrong_at_most"] = nullptr;
    if (!review.is_null())
      review["program"]["grade"]["wrong_at_most"] = nullptr;
  }
  return {{"id", id},
          {"source", sourceJson(image)},
          {"calibration", calibrationJson(image)},
          {"quality",
           {{"gradable", image.grade.grade != GradeClass::notGradable},
            {"reasons", codes(image.grade.refusals)},
            {"messages", strings(image.messages)}}},
          {"frame", image.frame ? Json(*image.frame) : Json(nullptr)},
          {"frames", framesJson(image, place)},
          {"bone_surface", boneJson(image, place)},
          {"tendon", tendonJson(image, place)},
          {"masks", {{"label_png", text(files.label)}}},
          {"picture", {{"raw_png", text(files.picture)}}},
          {"thickness", thicknessJson(image.measurements.thickness, place)},
          {"discontinuities", discontinuitiesJson(image, place)},
          {"findings", findingsJson(image, place)},
          {"grade", grade},
          {"stages", toJson(originsOf(image.anatomy, image.measurements, image.grade))},
          {"review", review}};
}

Json toJson(const InputOutcome& outcome) {
  return {
      {"path", toUtf8(outcome.path.native())}, {"problem", toUtf8(outcome.problem)}, {"remedy", text(outcome.remedy)}};
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace hipcuff::report
