// Grades, reviews, hips and criteria as JSON.
#include "json_node.h"
#include "json_result.h"
#include "json_values.h"
#include "text.h"

#include "hipcuff/grading/prevalence.h"

#include <algorithm>

namespace hipcuff::report {
namespace {

Json probabilitiesJson(const std::array<double, 4>& p) {
  return {{"normal", fine(p[0])},
          {"tendinosis", fine(p[1])},
          {"partial_thickness", fine(p[2])},
          {"full_thickness", fine(p[3])}};
}

Json tearJson(const std::optional<TearSubtype>& tear) {
  if (!tear)
    return nullptr;
  return {{"depth_bin", toString(tear->depth)},
          {"depth_grade", tear->highGrade ? "high" : "low"},
          {"depth_scheme", "shoulder_analogue"},
          {"extent", tear->complete ? "complete" : "focal"},
          {"retraction_flag", tear->retractedFar ? Json(*tear->retractedFar) : Json(nullptr)}};
}

Json evidenceJson(const std::optional<GradeEvidence>& evidence) {
  if (!evidence)
    return nullptr;
  return {{"full_confidence", fine(evidence->fullConfidence)},
          {"partial_confidence", fine(evidence->partialConfidence)},
          {"depth_fraction", fine(evidence->depthFraction)},
          {"length_mm", fine(evidence->lengthMm)},
          {"texture", fine(evidence->texture)},
          {"borders", fine(evidence->borders)},
          {"torn_share", fine(evidence->tornShare)},
          {"torn_area_mm2", fine(evidence->tornAreaMm2)}};
}

Json viewsJson(const HipResult& hip) {
  Json out = Json::array();
  for (const ViewResult& v : hip.views) {
    const auto& t = v.thickness;
    out.push_back({{"view", word(v.view)},
                   {"images", v.images},
                   {"class", toString(v.grade)},
                   {"probabilities", probabilitiesJson(v.probabilities)},
                   {"thickness_mean_mm", t ? fine(t->meanMm) : Json(nullptr)},
                   {"thickness_max_mm", t ? fine(t->maxMm) : Json(nullptr)},
                   {"tear_depth_mm", fine(v.tearDepthMm)},
                   {"tear_length_mm", fine(v.tearLengthMm)}});
  }
  return out;
}

Json changeJson(const std::optional<HipChange>& change) {
  if (!change)
    return nullptr;
  Json measures = Json::array();
  for (const MeasureChange& m : change->measures)
    measures.push_back({{"measure", toUtf8(m.measure)},
                        {"view", word(m.view)},
                        {"prior_mm", fine(m.priorMm)},
                        {"now_mm", fine(m.nowMm)},
                        {"change_mm", difference(m.nowMm, m.priorMm)},
                        {"mdc95_mm", fine(m.mdc95Mm)},
                        {"measurable", m.measurable}});
  return {{"prior",
           {{"study_instance_uid", text(change->priorStudyUid)},
            {"study_date", text(change->priorDate)},
            {"class", toString(change->priorGrade)}}},
          {"matched_by", "side and view; that both exams are of one person is the user's word (--prior)"},
          {"measurable", change->measurable()},
          {"measures", measures},
          {"text", toUtf8(change->text)}};
}

/// As it was recorded; what is no JSON object is kept as text.
Json editJson(const std::string& edit) {
  const std::string valid = toUtf8(edit);
  try {
    if (Json json = parseBounded(valid, {}); json.is_object())
      return json;
  } catch (const InputError&) { // not ours, or cut off: kept as it is below
  }
  return {{"raw", valid}};
}

Json annotationJson(const Annotation& a, bool calibrated) {
  Json points = Json::array();
  for (const Point p : a.px)
    points.push_back(Json::array({px(p.x), px(p.y)}));
  const auto value = [&](Annotation::Kind kind) {
    return calibrated && a.kind == kind ? fine(a.value) : Json(nullptr);
  };
  return {{"id", a.id},
          {"frame", a.frame},
          {"kind", toString(a.kind)},
          {"points_px", points},
          {"value_mm", value(Annotation::Kind::caliper)},
          {"value_deg", value(Annotation::Kind::angle)},
          {"text", text(a.text)}};
}

} // namespace

Json toJson(const Grade& grade, const Criteria& criteria) {
  const bool gradable = grade.grade != GradeClass::notGradable;
  return {{"class", toString(grade.grade)},
          {"subtype", text(grade.subtype)},
          {"tear", tearJson(grade.tear)},
          {"certainty", gradable ? Json(toString(grade.certainty)) : Json(nullptr)},
          {"probabilities", gradable ? probabilitiesJson(grade.probabilities) : Json(nullptr)},
          {"confidence", gradable ? fine(grade.confidence) : Json(nullptr)},
          {"wrong_at_most", gradable ? fine(wrongAtMost(criteria)) : Json(nullptr)},
          {"reasons", strings(grade.reasons)},
          {"evidence", evidenceJson(grade.evidence)},
          {"criteria", {{"name", toUtf8(criteria.name)}, {"version", toUtf8(criteria.version)}}}};
}

Json toJson(const std::optional<Review>& review, bool calibrated, const Criteria& criteria) {
  if (!review)
    return nullptr;
  Json grade;
  if (review->verdict)
    grade = {{"class", toString(review->grade)}, {"subtype", text(review->subtype)}};
  Json edits = Json::array();
  for (const std::string& edit : review->edits)
    edits.push_back(editJson(edit));
  Json annotations = Json::array();
  for (const Annotation& a : review->annotations)
    annotations.push_back(annotationJson(a, calibrated));
  // Where the program had no millimetres, a person may have given them since.
  const auto& refusals = review->program.refusals;
  const bool looked =
      calibrated && std::find(refusals.begin(), refusals.end(), Refusal::noCalibration) == refusals.end();
  return {{"by", toUtf8(review->by)},
          {"at", toUtf8(review->at)},
          {"verdict", word(review->verdict)},
          {"grade", grade},
          {"reason", text(review->reason)},
          {"edits", edits},
          {"annotations", annotations},
          {"program",
           {{"grade", toJson(review->program, criteria)},
            {"not_gradable_reasons", codes(refusals)},
            {"thickness", looked ? summaryJson(review->programThickness) : Json(nullptr)},
            {"discontinuities", looked ? Json(review->programDiscontinuities) : Json(nullptr)}}}};
}

Json toJson(const HipResult& hip, const Criteria& criteria) {
  return {{"side", word(hip.side)},
          {"grade", toJson(hip.grade, criteria)},
          {"not_gradable_reasons", codes(hip.grade.refusals)},
          {"views", viewsJson(hip)},
          {"contradictory_views", hip.contradictory},
          {"thickness", summaryJson(hip.thickness)},
          {"images", strings(hip.images)},
          {"side_difference", fine(hip.sideDifferenceMm)},
          {"change", changeJson(hip.change)}};
}

Json toJson(const Criteria& criteria) {
  Json items = Json::object();
  for (const auto& [key, item] : criteria.items)
    items[toUtf8(key)] = {{"value", item.value}, {"unit", toUtf8(item.unit)}, {"source", toUtf8(item.source)}};
  return {{"name", toUtf8(criteria.name)}, {"version", toUtf8(criteria.version)}, {"items", items}};
}

} // namespace hipcuff::report
