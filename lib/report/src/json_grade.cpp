// The way back: grades, what a person said of them, hips, criteria.
#include "json_reader.h"

#include <array>
#include <limits>

namespace hipcuff::report {
namespace {

constexpr int mostOfAnything = 1'000'000'000;
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::array<double, 4> probabilitiesFrom(const Node& json) {
  return {json["normal"].share(), json["tendinosis"].share(), json["partial_thickness"].share(),
          json["full_thickness"].share()};
}

std::optional<TearSubtype> tearFrom(const Node& json) {
  if (!json.there())
    return std::nullopt;
  TearSubtype tear;
  tear.depth = json["depth_bin"].word<TearSubtype::Depth>().value_or(TearSubtype::Depth::underQuarter);
  tear.highGrade = json["depth_grade"].isFirstOf("high", "low");
  tear.complete = json["extent"].isFirstOf("complete", "focal");
  tear.retractedFar = json["retraction_flag"].flag();
  return tear;
}

std::optional<GradeEvidence> evidenceFrom(const Node& json) {
  if (!json.there())
    return std::nullopt;
  const auto value = [&](const char* key) { return json[key].number().value_or(0); };
  GradeEvidence out;
  out.fullConfidence = value("full_confidence");
  out.partialConfidence = value("partial_confidence");
  out.depthFraction = value("depth_fraction");
  out.lengthMm = value("length_mm");
  out.texture = json["texture"].number();
  out.borders = value("borders");
  out.tornShare = value("torn_share");
  out.tornAreaMm2 = value("torn_area_mm2");
  return out;
}

Annotation annotationFrom(const Node& json, const ImageResult& image) {
  Annotation a;
  const auto kind = json["kind"].word<Annotation::Kind>();
  if (!kind)
    json["kind"].fail("of an annotation is missing");
  a.kind = *kind;
  a.id = json["id"].whole(0, mostOfAnything).value_or(0);
  a.frame = json["frame"].whole(0, mostOfAnything).value_or(0);
  a.px = lineIn(pictureOf(image), json["points_px"]);
  const std::size_t points = a.kind == Annotation::Kind::caliper ? 2 : a.kind == Annotation::Kind::angle ? 3 : 1;
  if (a.px.size() != points)
    json["points_px"].fail("of an annotation has the wrong number of points");
  a.text = json["text"].text();
  if (a.kind == Annotation::Kind::caliper)
    a.value = json["value_mm"].number();
  if (a.kind == Annotation::Kind::angle)
    a.value = json["value_deg"].number();
  return a;
}

std::vector<ViewResult> viewsFrom(const Node& list) {
  std::vector<ViewResult> out;
  list.each([&](const Node& json) {
    ViewResult v;
    v.view = json["view"].word<View>();
    v.images = json["images"].whole(0, mostOfAnything).value_or(0);
    v.grade = json["class"].word<GradeClass>().value_or(GradeClass::notGradable);
    v.probabilities = probabilitiesFrom(json["probabilities"]);
    if (const auto mean = json["thickness_mean_mm"].number()) // the plane's other figures are not written
      v.thickness = ThicknessSummary{*mean, json["thickness_max_mm"].numberOrNan(), unknown, unknown};
    v.tearDepthMm = json["tear_depth_mm"].number().value_or(0);
    v.tearLengthMm = json["tear_length_mm"].number().value_or(0);
    out.push_back(v);
  });
  return out;
}

std::optional<HipChange> changeFrom(const Node& json) {
  if (!json.there())
    return std::nullopt;
  HipChange out;
  const Node prior = json["prior"];
  out.priorStudyUid = prior["study_instance_uid"].text();
  out.priorDate = prior["study_date"].text();
  out.priorGrade = prior["class"].word<GradeClass>().value_or(GradeClass::notGradable);
  json["measures"].each([&](const Node& m) {
    out.measures.push_back({m["measure"].text(), m["view"].word<View>(), m["prior_mm"].numberOrNan(),
                            m["now_mm"].numberOrNan(), m["mdc95_mm"].numberOrNan(),
                            m["measurable"].flag().value_or(false)});
  });
  out.text = json["text"].text();
  return out;
}

} // namespace

Grade gradeFrom(const Node& json, const Node& refusals) {
  Grade grade;
  grade.grade = json["class"].word<GradeClass>().value_or(GradeClass::notGradable);
  grade.subtype = json["subtype"].text();
  grade.certainty = json["certainty"].word<Certainty>().value_or(Certainty::suspected);
  grade.probabilities = probabilitiesFrom(json["probabilities"]);
  grade.tear = tearFrom(json["tear"]);
  grade.confidence = json["confidence"].share();
  grade.reasons = json["reasons"].texts();
  refusals.each([&](const Node& code) {
    if (const auto refusal = code.knownWord<Refusal>())
      grade.refusals.push_back(*refusal);
  });
  grade.evidence = evidenceFrom(json["evidence"]);
  return grade;
}

std::optional<Review> reviewFrom(const Node& json, const ImageResult& image) {
  if (!json.there())
    return std::nullopt;
  Review review;
  review.by = json["by"].text();
  review.at = json["at"].text();
  review.verdict = json["verdict"].word<Verdict>();
  review.grade = json["grade"]["class"].word<GradeClass>().value_or(GradeClass::notGradable);
  review.subtype = json["grade"]["subtype"].text();
  review.reason = json["reason"].text();
  json["edits"].each([&](const Node& edit) {
    if (!edit.json().is_object())
      edit.fail("holds what is no object");
    review.edits.push_back(dump(edit.json()));
  });
  json["annotations"].each([&](const Node& a) { review.annotations.push_back(annotationFrom(a, image)); });
  const Node program = json["program"];
  review.program = gradeFrom(program["grade"], program["not_gradable_reasons"]);
  review.programThickness = summaryFrom(program["thickness"]);
  review.programDiscontinuities = program["discontinuities"].whole(0, mostOfAnything).value_or(0);
  return review;
}

HipResult hipFrom(const Node& json) {
  HipResult hip;
  hip.side = json["side"].word<Side>();
  hip.grade = gradeFrom(json["grade"], json["not_gradable_reasons"]);
  hip.thickness = summaryFrom(json["thickness"]);
  hip.images = json["images"].texts();
  hip.sideDifferenceMm = json["side_difference"].number();
  hip.views = viewsFrom(json["views"]);
  hip.contradictory = json["contradictory_views"].flag().value_or(false);
  hip.change = changeFrom(json["change"]);
  return hip;
}

Criteria criteriaFrom(const Node& json) {
  Criteria out;
  out.name = json["name"].text();
  out.version = json["version"].text();
  const Node items = json["items"];
  if (!items.there())
    return out;
  if (!items.json().is_object())
    items.fail("is not an object");
  for (const auto& [key, value] : items.json().items()) {
    const Node item(value, json.origin(), "items");
    const auto number = item["value"].number();
    if (!number)
      item["value"].fail("of criterion " + key + " is missing");
    out.items[key] = {*number, item["unit"].text(), item["source"].text()};
  }
  return out;
}

} // namespace hipcuff::report
