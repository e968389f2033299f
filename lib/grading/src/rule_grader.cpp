#include "hipcuff/grading/rule_grader.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace hipcuff {

namespace {

std::string number(double value, int decimals) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

double logistic(double x) {
  return 1 / (1 + std::exp(-x));
}

struct Tendinosis {
  double probability = 0;
  std::string reason; ///< empty where echotexture could not be judged
};

/// Hypoechoic and without fibrillar pattern, read only where the angle allows it. Thickening is not judged: no norm.
Tendinosis judgeTexture(const Findings& findings, const Criteria& criteria) {
  Tendinosis out;
  if (!findings.fibreCoherence || !findings.echogenicity)
    return out;
  const double dark = (criteria.value("tendinosis_echogenicity") - *findings.echogenicity) /
                      criteria.value("tendinosis_echogenicity_width");
  const double lost = (criteria.value("tendinosis_coherence") - *findings.fibreCoherence) /
                      criteria.value("tendinosis_coherence_width");
  out.probability = logistic(dark + lost);
  out.reason = "fibre coherence " + number(*findings.fibreCoherence, 2) + " (tendinosis_coherence " +
               number(criteria.value("tendinosis_coherence"), 2) + ") and echogenicity " +
               number(*findings.echogenicity, 0) + " grey levels against the tissue above (tendinosis_echogenicity " +
               number(criteria.value("tendinosis_echogenicity"), 0) + ")";
  return out;
}

std::string depthBin(double fraction, const Criteria& criteria) {
  if (fraction >= criteria.value("high_grade_depth"))
    return "50 % of the thickness or more (high_grade_depth, shoulder analogue)";
  if (fraction >= criteria.value("low_grade_depth"))
    return "25 to 50 % of the thickness (low_grade_depth, shoulder analogue)";
  return "less than 25 % of the thickness (low_grade_depth, shoulder analogue)";
}

std::string describe(const Discontinuity& d, const Criteria& criteria) {
  const std::string place = " from " + number(d.beginMm, 1) + " to " + number(d.endMm, 1) + " mm along the footprint";
  if (d.kind == DiscontinuityKind::fullThickness) {
    std::string text = "Full-thickness gap of " + number(d.gapMm.value_or(d.lengthMm), 1) + " mm" + place +
                       ", dark over at least " + number(100 * criteria.value("full_depth_fraction"), 0) +
                       " % of the thickness (full_depth_fraction)";
    if (d.bareFacet.value_or(false))
      text += "; the facet is bare";
    if (d.retractionMm)
      text += "; stumps " + number(*d.retractionMm, 1) + " mm apart" +
              (*d.retractionMm >= criteria.value("retraction_flag") ? ", at or beyond retraction_flag"
                                                                    : ", below retraction_flag") +
              " (" + number(criteria.value("retraction_flag"), 0) + " mm)";
    return text + ".";
  }
  const std::string kind = d.kind == DiscontinuityKind::undersurface ? "Undersurface"
                           : d.kind == DiscontinuityKind::bursal     ? "Bursal-side"
                                                                     : "Intrasubstance";
  return kind + " gap in the fibres" + place + ": " + number(d.depthMm, 1) + " mm deep (" +
         number(100 * d.depthFraction, 0) + " % of the thickness; " + depthBin(d.depthFraction, criteria) + "), " +
         number(d.lengthMm, 1) + " mm long, confidence " + number(d.confidence, 2) + " (tear_confidence_min " +
         number(criteria.value("tear_confidence_min"), 2) + ").";
}

std::string subtypeOf(const Discontinuity& d, const Criteria& criteria) {
  if (d.kind != DiscontinuityKind::fullThickness)
    return toString(d.kind);
  if (d.retractionMm && *d.retractionMm >= criteria.value("retraction_flag"))
    return "retracted";
  return d.complete ? "complete" : "focal";
}

} // namespace

Grade RuleGrader::grade(const GradingInput& input, const Criteria& criteria) const {
  Grade out;
  out.certainty = Certainty::suspected;
  out.refusals = input.refusals;
  const auto refuse = [&](Refusal refusal) {
    if (std::find(out.refusals.begin(), out.refusals.end(), refusal) == out.refusals.end())
      out.refusals.push_back(refusal);
  };
  if (out.refusals.empty() && input.anatomy.cortex.segments.empty())
    refuse(Refusal::noCortex);
  if (out.refusals.empty() && !input.anatomy.tendon.found())
    refuse(Refusal::noTendon);
  if (!out.refusals.empty()) {
    for (const Refusal refusal : out.refusals)
      out.reasons.emplace_back(explain(refusal));
    return out;
  }

  const Findings& findings = input.measurements.findings;
  const double least = criteria.value("tear_confidence_min");
  double full = 0;
  double partial = 0;
  const Discontinuity* worstFull = nullptr;
  const Discontinuity* worstPartial = nullptr;
  const Discontinuity* dismissed = nullptr;
  for (const Discontinuity& d : input.measurements.discontinuities) {
    if (d.suspectedAnisotropy) {
      dismissed = &d;
      continue;
    }
    const bool isFull = d.kind == DiscontinuityKind::fullThickness;
    double& best = isFull ? full : partial;
    const Discontinuity*& worst = isFull ? worstFull : worstPartial;
    if (d.confidence > best) {
      best = d.confidence;
      worst = &d;
    }
  }
  const Tendinosis tendinosis = judgeTexture(findings, criteria);
  out.probabilities[3] = full;
  out.probabilities[2] = (1 - full) * partial;
  out.probabilities[1] = (1 - full) * (1 - partial) * tendinosis.probability;
  out.probabilities[0] = (1 - full) * (1 - partial) * (1 - tendinosis.probability);

  // All of this holds if the borders are right; as far as they are not, the picture tells nothing about the tendon.
  // Where the echotexture could not be read, half of what tells the classes apart is missing.
  const double borders = std::clamp(input.anatomy.tendon.confidence, 0.0, 1.0);
  const double sure = tendinosis.reason.empty() ? borders / 2 : borders;
  for (double& p : out.probabilities)
    p = sure * p + (1 - sure) / static_cast<double>(out.probabilities.size());

  // The first largest, from normal upwards: ties go to the milder class.
  const auto likeliest = std::max_element(out.probabilities.begin(), out.probabilities.end());
  constexpr GradeClass classes[] = {GradeClass::normal, GradeClass::tendinosis, GradeClass::partialThickness,
                                    GradeClass::fullThickness};
  const auto index = static_cast<std::size_t>(likeliest - out.probabilities.begin());
  out.grade = classes[index];
  out.confidence = *likeliest;

  switch (out.grade) {
  case GradeClass::fullThickness:
    out.subtype = subtypeOf(*worstFull, criteria);
    out.reasons.push_back(describe(*worstFull, criteria));
    if (worstPartial && partial >= least)
      out.reasons.push_back(describe(*worstPartial, criteria));
    break;
  case GradeClass::partialThickness:
    out.subtype = subtypeOf(*worstPartial, criteria);
    out.reasons.push_back(describe(*worstPartial, criteria));
    break;
  case GradeClass::tendinosis:
    out.reasons.push_back("Darker and less fibrillar than a healthy tendon: " + tendinosis.reason + ".");
    break;
  default:
    out.reasons.push_back("No gap in the fibres with a confidence of tear_confidence_min (" + number(least, 2) +
                          ") or more.");
    if (!tendinosis.reason.empty())
      out.reasons.push_back("Fibrillar pattern kept: " + tendinosis.reason + ".");
    break;
  }
  out.reasons.push_back("The tendon's borders were found with a confidence of " + number(borders, 2) + ".");
  if (tendinosis.reason.empty())
    out.reasons.push_back("Echotexture could not be judged at this beam angle: tendinosis is neither found nor "
                          "excluded.");
  if (dismissed)
    out.reasons.push_back("Dark stretch from " + number(dismissed->beginMm, 1) + " to " + number(dismissed->endMm, 1) +
                          " mm not counted: the fibres lie " +
                          (dismissed->fibreAngleDeg ? number(std::abs(*dismissed->fibreAngleDeg), 0) + " degrees off "
                                                    : std::string("too far off ")) +
                          "the perpendicular to the beam (fibre_angle_max " +
                          number(criteria.value("fibre_angle_max"), 0) + " degrees).");
  if (findings.assessableFraction && *findings.assessableFraction < 1)
    out.reasons.push_back(number(100 * *findings.assessableFraction, 0) +
                          " % of the tendon's length lies at an angle where darkness can be read (fibre_angle_max " +
                          number(criteria.value("fibre_angle_max"), 0) + " degrees).");
  return out;
}

} // namespace hipcuff
