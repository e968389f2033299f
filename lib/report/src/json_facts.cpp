// The way back: an image's source, measurements and findings.
#include "json_plugins.h"
#include "json_reader.h"

#include "hipcuff/core/frame.h"

namespace hipcuff::report {
namespace {

constexpr int largestSide = 65535; ///< DICOM's limit
constexpr int mostFrames = 1'000'000'000;

template <typename Enum>
Sourced<Enum> sourcedFrom(const Node& value, const Node& origin) {
  return {value.word<Enum>(), origin.text()};
}

void readSource(const Node& source, ImageResult& image) {
  image.path = source["path"].text();
  image.studyInstanceUid = source["study_instance_uid"].text();
  image.sopInstanceUid = source["sop_instance_uid"].text();
  image.pane = source["pane"].whole(0, largestSide).value_or(0);
  image.rows = source["rows"].whole(0, largestSide).value_or(0);
  image.columns = source["columns"].whole(0, largestSide).value_or(0);
  image.frames = source["frames"].whole(0, mostFrames).value_or(0);
  image.side = sourcedFrom<Side>(source["side"], source["side_origin"]);
  image.view = sourcedFrom<View>(source["view"], source["view_origin"]);
  image.bodyRegion = sourcedFrom<BodyRegion>(source["region"], source["region_origin"]);
}

std::optional<PixelBox> boxFrom(const Node& box, const ImageResult& image) {
  if (!box.there())
    return std::nullopt;
  if (box.size() != 4)
    box.fail("is not a box");
  const auto side = [&](std::size_t i) { return box.item(i).whole(0, largestSide).value_or(0); };
  const PixelBox out{side(0), side(1), side(2), side(3)};
  const bool outside = image.rows > 0 && image.columns > 0 && (out.x1 >= image.columns || out.y1 >= image.rows);
  if (out.empty() || outside)
    box.fail("is not a box inside the picture");
  return out;
}

void readCalibration(const Node& calibration, ImageResult& image) {
  image.regionPx = boxFrom(calibration["region_px"], image);
  image.calibrationOrigin = calibration["origin"].word<CalibrationOrigin>();
  if (const Node scale = calibration["mm_per_px"]; scale.there()) {
    const Spacing spacing =
        scale.size() == 2 ? Spacing{scale.item(0).numberOrNan(), scale.item(1).numberOrNan()} : Spacing{};
    if (!(spacing.x > 1e-4 && spacing.y > 1e-4 && spacing.x < 10 && spacing.y < 10))
      scale.fail("is not believable");
    image.mmPerPx = spacing;
  }
  const int height = image.regionPx ? image.regionPx->height() : image.rows;
  const double nominal = height > 0 ? nominalDepthMm / height : 1;
  image.scale = image.mmPerPx.value_or(Spacing{nominal, nominal});
}

std::vector<FrameSummary> framesFrom(const Node& list) {
  std::vector<FrameSummary> out;
  list.each([&](const Node& json) {
    FrameSummary f;
    f.frame = json["frame"].whole(0, mostFrames).value_or(0);
    f.timeSeconds = json["time_s"].number();
    f.grade = json["class"].word<GradeClass>().value_or(GradeClass::notGradable);
    json["reasons"].each([&](const Node& code) {
      if (const auto refusal = code.knownWord<Refusal>())
        f.refusals.push_back(*refusal);
    });
    f.confidence = json["confidence"].share();
    f.thicknessMeanMm = json["thickness_mean_mm"].number();
    f.thicknessMaxMm = json["thickness_max_mm"].number();
    f.discontinuities = json["discontinuities"].whole(0, mostFrames).value_or(0);
    f.fibreAngleDeg = json["fibre_angle_deg"].number();
    out.push_back(std::move(f));
  });
  return out;
}

std::vector<ThicknessSample> profileFrom(const Node& thickness) {
  const Node position = thickness["position_mm"];
  std::vector<ThicknessSample> out(position.size());
  const auto column = [&](const char* key, double ThicknessSample::*field) {
    const Node list = thickness[key];
    if (list.size() != out.size())
      list.fail("is not as long as 'position_mm'");
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i].*field = list.item(i).numberOrNan();
  };
  column("position_mm", &ThicknessSample::positionMm);
  column("profile_mm", &ThicknessSample::valueMm);
  column("lower_mm", &ThicknessSample::lowerMm);
  column("upper_mm", &ThicknessSample::upperMm);
  column("remaining_mm", &ThicknessSample::remainingMm);
  return out;
}

Thickness thicknessFrom(const Node& json, ImagePart part) {
  Thickness out;
  out.summary = summaryFrom(json);
  if (part == ImagePart::everything)
    out.profile = profileFrom(json);
  json["facets"].each([&](const Node& facet) {
    if (const auto summary = summaryFrom(facet))
      out.facets.push_back({facet["facet"].word<FacetKind>().value_or(FacetKind::unknown), *summary});
  });
  json["sites"].each([&](const Node& site) {
    SiteThickness s{site["distance_mm"].numberOrNan(), std::nullopt, site["missing"].text()};
    if (const auto value = site["value_mm"].number())
      s.sample = ThicknessSample{s.distanceMm, *value, site["lower_mm"].numberOrNan(), site["upper_mm"].numberOrNan(),
                                 site["remaining_mm"].numberOrNan()};
    out.sites.push_back(std::move(s));
  });
  return out;
}

Discontinuity discontinuityFrom(const Node& json) {
  Discontinuity d;
  const auto kind = json["kind"].word<DiscontinuityKind>();
  if (!kind)
    json["kind"].fail("of a discontinuity is missing");
  d.kind = *kind;
  d.complete = json["extent"].isFirstOf("complete", "focal");
  d.depthMm = json["depth_mm"].numberOrNan();
  d.depthFraction = json["depth_fraction"].numberOrNan();
  d.lengthMm = json["length_mm"].numberOrNan();
  d.beginMm = json["begin_mm"].numberOrNan();
  d.endMm = json["end_mm"].numberOrNan();
  d.gapMm = json["gap_mm"].number();
  d.retractionMm = json["retraction_mm"].number();
  d.bareFacet = json["bare_facet"].flag();
  d.fibreAngleDeg = json["fibre_angle_deg"].number();
  d.suspectedAnisotropy = json["suspected_anisotropy"].flag().value_or(false);
  d.fluid = json["fluid"].flag();
  d.borderStep = json["border_step"].flag();
  d.framesSeen = json["frames_seen"].whole(0, mostFrames).value_or(1);
  d.confidence = json["confidence"].numberOrNan();
  d.byHand = json["by_hand"].flag().value_or(false);
  return d;
}

std::optional<CoOccurrence> coOccurrenceFrom(const Node& json) {
  if (!json.there())
    return std::nullopt;
  return CoOccurrence{json["contrast"].numberOrNan(), json["correlation"].numberOrNan(), json["energy"].numberOrNan(),
                      json["homogeneity"].numberOrNan()};
}

Findings findingsFrom(const Node& json) {
  Findings out;
  out.bursalFluidMm = json["bursal_fluid_mm"].number();
  out.itbMm = json["itb_mm"].number();
  json["calcifications"].each([&](const Node& c) { out.calcifications.push_back({c["size_mm"].numberOrNan(), {}}); });
  out.corticalIrregularityMm = json["cortical_irregularity"].number();
  out.echogenicity = json["echogenicity"].number();
  out.fibreCoherence = json["fibre_coherence"].number();
  out.peakSpatialFrequencyPerMm = json["peak_spatial_frequency_per_mm"].number();
  out.coOccurrenceAlong = coOccurrenceFrom(json["cooccurrence_along"]);
  out.coOccurrenceAcross = coOccurrenceFrom(json["cooccurrence_across"]);
  out.muscleEchogenicity = json["muscle_echogenicity"].number();
  out.assessableFraction = json["assessable_fraction"].number();
  out.degeneratedShare = json["degenerated_share"].number();
  out.tornShare = json["torn_share"].number();
  out.tornAreaMm2 = json["torn_area_mm2"].number();
  return out;
}

} // namespace

std::optional<ThicknessSummary> summaryFrom(const Node& json) {
  const auto mean = json["mean_mm"].number();
  if (!mean)
    return std::nullopt;
  const auto interval = [&](const char* lowerKey, const char* upperKey) -> std::optional<Interval> {
    const auto lower = json[lowerKey].number();
    const auto upper = json[upperKey].number();
    return lower && upper ? std::optional(Interval{*lower, *upper}) : std::nullopt;
  };
  return ThicknessSummary{*mean,
                          json["max_mm"].numberOrNan(),
                          json["min_mm"].numberOrNan(),
                          json["sd_mm"].numberOrNan(),
                          interval("mean_lower_mm", "mean_upper_mm"),
                          interval("max_lower_mm", "max_upper_mm")};
}

ImageResult imageFrom(const Node& json, ImagePart part) {
  ImageResult image;
  readSource(json["source"], image);
  readCalibration(json["calibration"], image);
  image.messages = json["quality"]["messages"].texts();
  image.frame = json["frame"].whole(0, image.frames > 0 ? image.frames - 1 : mostFrames);
  image.measurements.thickness = thicknessFrom(json["thickness"], part);
  json["discontinuities"].each(
      [&](const Node& d) { image.measurements.discontinuities.push_back(discontinuityFrom(d)); });
  image.measurements.findings = findingsFrom(json["findings"]);
  image.grade = gradeFrom(json["grade"], json["quality"]["reasons"]);
  image.review = reviewFrom(json["review"], image);
  if (part == ImagePart::everything) {
    image.frameSummaries = framesFrom(json["frames"]);
    readGeometry(json, image);
  }
  setOrigins(json["stages"], image);
  return image;
}

ImageResult factsFromJson(const Json& json) {
  const Origin origin{{}, "image"};
  return imageFrom(Node(json, origin), ImagePart::facts);
}

} // namespace hipcuff::report
