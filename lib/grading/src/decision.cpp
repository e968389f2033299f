#include "hipcuff/grading/decision.h"

#include "hipcuff/grading/prevalence.h"
#include "hipcuff/grading/tears.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>

namespace hipcuff {
namespace {

constexpr double leastConfidence = 0.02; ///< keeps log odds finite; scripts/calibrate uses the same
constexpr double textureLimit = 4;
constexpr double areaUnitMm2 = 0.2; ///< areas enter as ln(area + 0.2 mm2): below it lies what is found anywhere
constexpr double lengthUnitMm = 5;  ///< lengths enter as ln(length / 5 mm): 0 for a tear of ordinary length

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}
double logit(double confidence) {
  const double c = std::clamp(confidence, leastConfidence, 1 - leastConfidence);
  return std::log(c / (1 - c));
}

double tearLogOdds(const GradeEvidence& e, const Criteria& criteria) {
  const double best = std::max(e.fullConfidence, e.partialConfidence);
  const double area = std::log(e.tornAreaMm2 + areaUnitMm2);
  if (best <= 0)
    return criteria.value("calibration_tear_none") + criteria.value("calibration_tear_none_area") * area;
  const double length = std::log(std::max(e.lengthMm, 0.5) / lengthUnitMm);
  return criteria.value("calibration_tear_offset") + criteria.value("calibration_tear_confidence") * logit(best) +
         criteria.value("calibration_tear_depth") * (e.depthFraction - 0.5) +
         criteria.value("calibration_tear_length") * length + criteria.value("calibration_tear_area") * area +
         criteria.value("calibration_tear_share") * (e.tornShare - 0.5);
}

double fullLogOdds(const GradeEvidence& e, const Criteria& criteria) {
  return criteria.value("calibration_full_offset") +
         criteria.value("calibration_full_confidence") * (logit(e.fullConfidence) - logit(e.partialConfidence)) +
         criteria.value("calibration_full_share") * (e.tornShare - 0.5);
}

double tendinosisLogOdds(const GradeEvidence& e, const Criteria& criteria) {
  if (!e.texture)
    return criteria.value("calibration_tendinosis_unread");
  return criteria.value("calibration_tendinosis_offset") +
         criteria.value("calibration_tendinosis_texture") * *e.texture;
}

} // namespace

bool countsAsEvidence(const Discontinuity& d) noexcept {
  return !d.suspectedAnisotropy || d.fluid.value_or(false) || d.borderStep.value_or(false);
}

bool isTear(GradeClass grade) noexcept {
  return grade == GradeClass::partialThickness || grade == GradeClass::fullThickness;
}

const Discontinuity* surestTear(const std::vector<Discontinuity>& all, bool fullThickness) noexcept {
  const Discontinuity* best = nullptr;
  for (const Discontinuity& d : all)
    if (countsAsEvidence(d) && (d.kind == DiscontinuityKind::fullThickness) == fullThickness &&
        (!best || d.confidence > best->confidence))
      best = &d;
  return best;
}

const Discontinuity* gradedTear(GradeClass grade, const std::vector<Discontinuity>& all) noexcept {
  if (!isTear(grade))
    return nullptr;
  const bool full = grade == GradeClass::fullThickness;
  const Discontinuity* own = surestTear(all, full);
  return own ? own : surestTear(all, !full);
}

std::optional<double> textureScore(const Findings& findings, std::optional<View> view, const Criteria& criteria) {
  if (findings.degeneratedShare)
    return std::clamp(logit(*findings.degeneratedShare), -textureLimit, textureLimit);
  if (!findings.fibreCoherence || !findings.echogenicity)
    return std::nullopt;
  const auto score = [&](const std::string& threshold, const std::string& width, double value) {
    return std::clamp((criteria.value(threshold) - value) / criteria.value(width), -textureLimit, textureLimit);
  };
  const double dark = score("tendinosis_echogenicity", "tendinosis_echogenicity_width", *findings.echogenicity);
  const double lost = score(view == View::shortAxis ? "tendinosis_coherence_short" : "tendinosis_coherence",
                            "tendinosis_coherence_width", *findings.fibreCoherence);
  return -std::log((std::exp(-dark) + std::exp(-lost)) / 2);
}

GradeEvidence gatherEvidence(const Anatomy& anatomy, const Measurements& measurements, std::optional<View> view,
                             const Criteria& criteria) {
  GradeEvidence out;
  const Discontinuity* surest = nullptr;
  for (const Discontinuity& d : measurements.discontinuities) {
    if (!countsAsEvidence(d))
      continue;
    double& best = d.kind == DiscontinuityKind::fullThickness ? out.fullConfidence : out.partialConfidence;
    best = std::max(best, std::clamp(d.confidence, 0.0, 1.0));
    if (!surest || d.confidence > surest->confidence)
      surest = &d;
  }
  if (surest) {
    out.depthFraction = std::clamp(surest->depthFraction, 0.0, 1.0);
    out.lengthMm = surest->lengthMm;
  }
  out.texture = textureScore(measurements.findings, view, criteria);
  out.borders = std::clamp(anatomy.tendon.confidence, 0.0, 1.0);
  out.tornShare = measurements.findings.tornShare.value_or(0.0);
  out.tornAreaMm2 = measurements.findings.tornAreaMm2.value_or(0.0);
  return out;
}

std::array<double, 4> probabilitiesOf(const GradeEvidence& evidence, const Criteria& criteria) {
  const double tear = logistic(tearLogOdds(evidence, criteria));
  const double full = logistic(fullLogOdds(evidence, criteria));
  const double tendinosis = logistic(tendinosisLogOdds(evidence, criteria));
  std::array<double, 4> p = {(1 - tear) * (1 - tendinosis), (1 - tear) * tendinosis, tear * (1 - full), tear * full};

  const Prevalence prior = {criteria.value("calibration_prior_normal"), criteria.value("calibration_prior_tendinosis"),
                            criteria.value("calibration_prior_partial"), criteria.value("calibration_prior_full")};
  const Prevalence assumed = prevalenceOf(criteria);
  const double lost = std::clamp(criteria.value("calibration_border_doubt") * (1 - evidence.borders), 0.0, 1.0);
  double sum = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    p[i] = ((1 - lost) * p[i] + lost * prior[i]) * assumed[i] / prior[i];
    sum += p[i];
  }
  for (double& value : p)
    value /= sum;
  return p;
}

GradeClass likeliest(const std::array<double, 4>& probabilities) noexcept {
  const auto best = std::max_element(probabilities.begin(), probabilities.end());
  return static_cast<GradeClass>(best - probabilities.begin());
}

void refuseIfUnsure(Grade& grade, const Criteria& criteria) {
  const double least = criteria.value("unsure_confidence_min");
  if (grade.grade == GradeClass::notGradable || grade.confidence >= least)
    return;
  char text[160];
  std::snprintf(text, sizeof text,
                "Not sure enough: the likeliest class, %s, reaches %.2f (unsure_confidence_min %.2f).",
                toString(grade.grade), grade.confidence, least);
  grade.reasons.insert(grade.reasons.begin(), text);
  grade.grade = GradeClass::notGradable;
  grade.subtype.clear();
  grade.tear.reset();
  grade.certainty = Certainty::suspected;
  grade.probabilities = {};
  grade.confidence = 0;
  grade.refusals = {Refusal::unsure};
}

} // namespace hipcuff
