// The way back: from an image's JSON to what words need of it.
#include "json_result.h"

#include <limits>

namespace hipcuff::report {
namespace {

template <typename T>
std::optional<T> maybe(const Json& value) {
  return value.is_null() ? std::nullopt : std::optional<T>(value.get<T>());
}
/// Null stands for a number that was not finite.
double number(const Json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}
std::string textOrEmpty(const Json& value) {
  return value.is_null() ? std::string() : value.get<std::string>();
}

/// The enumerator whose word this is. Enumerators count from 0 and toString() is empty beyond the last.
template <typename Enum>
std::optional<Enum> fromWord(const Json& value) {
  if (!value.is_string())
    return std::nullopt;
  constexpr int more = 64; // than any enumeration has
  for (int i = 0; i < more; ++i)
    if (value == toString(static_cast<Enum>(i)))
      return static_cast<Enum>(i);
  return std::nullopt;
}

std::optional<ThicknessSummary> summaryFrom(const Json& json) {
  if (json.is_null() || json.at("mean_mm").is_null())
    return std::nullopt;
  const auto interval = [&](const std::string& name) -> std::optional<Interval> {
    const auto lower = maybe<double>(json.at(name + "_lower_mm"));
    const auto upper = maybe<double>(json.at(name + "_upper_mm"));
    return lower && upper ? std::optional(Interval{*lower, *upper}) : std::nullopt;
  };
  return ThicknessSummary{number(json.at("mean_mm")), number(json.at("max_mm")), number(json.at("min_mm")),
                          number(json.at("sd_mm")),   interval("mean"),          interval("max")};
}

Discontinuity discontinuityFrom(const Json& json) {
  Discontinuity d;
  d.kind = fromWord<DiscontinuityKind>(json.at("kind")).value_or(DiscontinuityKind::intrasubstance);
  d.complete = json.at("extent") == "complete";
  d.depthMm = number(json.at("depth_mm"));
  d.depthFraction = number(json.at("depth_fraction"));
  d.lengthMm = number(json.at("length_mm"));
  d.beginMm = number(json.at("begin_mm"));
  d.endMm = number(json.at("end_mm"));
  d.gapMm = maybe<double>(json.at("gap_mm"));
  d.retractionMm = maybe<double>(json.at("retraction_mm"));
  d.bareFacet = maybe<bool>(json.at("bare_facet"));
  d.fibreAngleDeg = maybe<double>(json.at("fibre_angle_deg"));
  d.suspectedAnisotropy = json.at("suspected_anisotropy");
  d.framesSeen = json.at("frames_seen");
  d.confidence = number(json.at("confidence"));
  return d;
}

std::optional<TearSubtype> tearFrom(const Json& json) {
  if (json.is_null())
    return std::nullopt;
  TearSubtype tear;
  tear.depth = fromWord<TearSubtype::Depth>(json.at("depth_bin")).value_or(TearSubtype::Depth::underQuarter);
  tear.highGrade = json.at("depth_grade") == "high";
  tear.complete = json.at("extent") == "complete";
  tear.retractedFar = maybe<bool>(json.at("retraction_flag"));
  return tear;
}

Grade gradeFrom(const Json& json, const Json& refusals) {
  Grade grade;
  grade.grade = fromWord<GradeClass>(json.at("class")).value_or(GradeClass::notGradable);
  grade.subtype = textOrEmpty(json.at("subtype"));
  grade.certainty = fromWord<Certainty>(json.at("certainty")).value_or(Certainty::suspected);
  if (const Json& p = json.at("probabilities"); !p.is_null())
    grade.probabilities = {number(p.at("normal")), number(p.at("tendinosis")), number(p.at("partial_thickness")),
                           number(p.at("full_thickness"))};
  grade.tear = tearFrom(json.at("tear"));
  grade.confidence = maybe<double>(json.at("confidence")).value_or(0);
  grade.reasons = json.at("reasons").get<std::vector<std::string>>();
  for (const Json& code : refusals)
    if (const auto refusal = fromWord<Refusal>(code))
      grade.refusals.push_back(*refusal);
  return grade;
}

} // namespace

ImageResult factsFromJson(const Json& json) {
  ImageResult image;
  const Json& source = json.at("source");
  image.path = source.at("path").get<std::string>();
  image.studyInstanceUid = textOrEmpty(source.at("study_instance_uid"));
  image.sopInstanceUid = textOrEmpty(source.at("sop_instance_uid"));
  image.pane = source.at("pane");
  image.frames = source.at("frames");
  image.side.value = fromWord<Side>(source.at("side"));
  image.view.value = fromWord<View>(source.at("view"));
  image.bodyRegion.value = fromWord<BodyRegion>(source.at("region"));
  const Json& calibration = json.at("calibration");
  if (const Json& scale = calibration.at("mm_per_px"); !scale.is_null())
    image.mmPerPx = Spacing{scale.at(0), scale.at(1)};
  image.calibrationOrigin = fromWord<CalibrationOrigin>(calibration.at("origin"));
  image.messages = json.at("quality").at("messages").get<std::vector<std::string>>();
  image.frame = maybe<int>(json.at("frame"));

  Measurements& m = image.measurements;
  const Json& thickness = json.at("thickness");
  m.thickness.summary = summaryFrom(thickness);
  if (!thickness.at("facets").is_null())
    for (const Json& facet : thickness.at("facets"))
      if (const auto summary = summaryFrom(facet))
        m.thickness.facets.push_back({fromWord<FacetKind>(facet.at("facet")).value_or(FacetKind::unknown), *summary});
  if (!thickness.at("sites").is_null())
    for (const Json& site : thickness.at("sites")) {
      SiteThickness s{number(site.at("distance_mm")), std::nullopt, textOrEmpty(site.at("missing"))};
      if (!site.at("value_mm").is_null())
        s.sample = ThicknessSample{s.distanceMm, number(site.at("value_mm")), number(site.at("lower_mm")),
                                   number(site.at("upper_mm")), number(site.at("remaining_mm"))};
      m.thickness.sites.push_back(std::move(s));
    }
  if (!json.at("discontinuities").is_null())
    for (const Json& d : json.at("discontinuities"))
      m.discontinuities.push_back(discontinuityFrom(d));
  const Json& findings = json.at("findings");
  m.findings.bursalFluidMm = maybe<double>(findings.at("bursal_fluid_mm"));
  m.findings.itbMm = maybe<double>(findings.at("itb_mm"));
  if (!findings.at("calcifications").is_null())
    for (const Json& c : findings.at("calcifications"))
      m.findings.calcifications.push_back({number(c.at("size_mm")), {}});
  m.findings.corticalIrregularityMm = maybe<double>(findings.at("cortical_irregularity"));
  m.findings.echogenicity = maybe<double>(findings.at("echogenicity"));
  m.findings.fibreCoherence = maybe<double>(findings.at("fibre_coherence"));
  m.findings.muscleEchogenicity = maybe<double>(findings.at("muscle_echogenicity"));
  m.findings.assessableFraction = maybe<double>(findings.at("assessable_fraction"));
  m.findings.degeneratedShare = maybe<double>(findings.at("degenerated_share"));
  m.findings.tornShare = maybe<double>(findings.at("torn_share"));
  m.findings.tornAreaMm2 = maybe<double>(findings.at("torn_area_mm2"));
  image.grade = gradeFrom(json.at("grade"), json.at("quality").at("reasons"));
  return image;
}

} // namespace hipcuff::report
