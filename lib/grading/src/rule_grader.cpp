#include "hipcuff/grading/rule_grader.h"

#include "hipcuff/grading/decision.h"
#include "hipcuff/grading/tears.h"

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

/// No model is certain: "< 1 %" and "> 99 %" at the ends.
std::string percent(double probability) {
  return probability < 0.01 ? "< 1 %" : probability > 0.99 ? "> 99 %" : number(100 * probability, 0) + " %";
}

/// In words what the texture score is made from: the tissue classifier's word where there is one.
std::string textureText(const Findings& findings, std::optional<View> view, const Criteria& criteria) {
  if (findings.degeneratedShare)
    return percent(*findings.degeneratedShare) + " of the intact tendon looks degenerated to the tissue classifier";
  if (!findings.fibreCoherence || !findings.echogenicity)
    return {};
  const std::string coherence = view == View::shortAxis ? "tendinosis_coherence_short" : "tendinosis_coherence";
  return "fibre coherence " + number(*findings.fibreCoherence, 2) + " (" + coherence + " " +
         number(criteria.value(coherence), 2) + ") and echogenicity " + number(*findings.echogenicity, 0) +
         " grey levels against the tissue above (tendinosis_echogenicity " +
         number(criteria.value("tendinosis_echogenicity"), 0) + ")";
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
                       ", torn through at least " + number(100 * criteria.value("full_depth_fraction"), 0) +
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
         number(d.lengthMm, 1) + " mm long" +
         (d.byHand ? std::string() : ", the detector's confidence " + number(d.confidence, 2)) + ".";
}

TearSubtype subtypeOf(const Discontinuity& d, const Criteria& criteria) {
  TearSubtype out;
  const double half = criteria.value("high_grade_depth");
  out.depth = d.kind == DiscontinuityKind::fullThickness             ? TearSubtype::Depth::full
              : d.depthFraction >= half                              ? TearSubtype::Depth::overHalf
              : d.depthFraction >= criteria.value("low_grade_depth") ? TearSubtype::Depth::quarterToHalf
                                                                     : TearSubtype::Depth::underQuarter;
  out.highGrade = d.kind == DiscontinuityKind::fullThickness || d.depthFraction >= half;
  out.complete = d.complete;
  if (d.retractionMm) // given only where both stumps are seen
    out.retractedFar = *d.retractionMm >= criteria.value("retraction_flag");
  return out;
}

std::string nameOf(const Discontinuity& d, const TearSubtype& tear) {
  if (d.kind != DiscontinuityKind::fullThickness)
    return toString(d.kind);
  return tear.retractedFar.value_or(false) ? "retracted" : tear.complete ? "complete" : "focal";
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

  return gradeOf(input,
                 probabilitiesOf(gatherEvidence(input.anatomy, input.measurements, input.view, criteria), criteria),
                 criteria);
}

Grade gradeOf(const GradingInput& input, const std::array<double, 4>& probabilities, const Criteria& criteria) {
  Grade out;
  out.certainty = Certainty::suspected;
  const Findings& findings = input.measurements.findings;
  const auto& all = input.measurements.discontinuities;
  const double least = criteria.value("tear_confidence_min");
  const GradeEvidence evidence = gatherEvidence(input.anatomy, input.measurements, input.view, criteria);
  out.evidence = evidence;
  out.probabilities = probabilities;
  out.grade = likeliest(out.probabilities);
  out.confidence = out.probabilities[static_cast<std::size_t>(out.grade)];

  const Discontinuity* full = surestTear(all, true);
  const Discontinuity* partial = surestTear(all, false);
  switch (out.grade) {
  case GradeClass::fullThickness:
  case GradeClass::partialThickness: {
    const bool isFull = out.grade == GradeClass::fullThickness;
    const Discontinuity* shown = isFull ? full : partial;
    const Discontinuity* other = isFull ? partial : full;
    if (!shown) { // the kind is a matter of probability too: what is called partial may have been outlined as full
      shown = other;
      other = nullptr;
    }
    if (shown) {
      out.tear = subtypeOf(*shown, criteria);
      if ((shown == full) == isFull)
        out.subtype = nameOf(*shown, *out.tear);
      out.reasons.push_back(describe(*shown, criteria));
      if (other && other->confidence >= least)
        out.reasons.push_back(describe(*other, criteria));
    } else {
      out.reasons.push_back(
          "No gap that counts was outlined: the class rests on tissue that looks torn to the classifier (" +
          number(evidence.tornAreaMm2, 1) + " mm2 altogether, up to " + percent(evidence.tornShare) +
          " of the thickness) and on how common tears are (prevalence_...).");
    }
    break;
  }
  case GradeClass::tendinosis:
    out.reasons.push_back(
        evidence.texture
            ? "Darker and less fibrillar than a healthy tendon: " + textureText(findings, input.view, criteria) + "."
            : "No tear seen, and tendinosis is commoner than a normal tendon (prevalence_...).");
    break;
  default:
    out.reasons.push_back((full || partial ? "No gap in the fibres is sure enough" : "No gap in the fibres was found") +
                          (": the probability of a tear is " + percent(out.probabilities[2] + out.probabilities[3])) +
                          ".");
    if (evidence.texture)
      out.reasons.push_back("Fibrillar pattern kept: " + textureText(findings, input.view, criteria) + ".");
    break;
  }
  const auto& stations = input.anatomy.tendon.stations;
  const bool drawn = !stations.empty() &&
                     std::all_of(stations.begin(), stations.end(), [](const auto& s) { return s.superficialByHand; });
  out.reasons.push_back(drawn ? std::string("The tendon's superficial border was drawn by a reader.")
                              : "The tendon's borders were found with a confidence of " + number(evidence.borders, 2) +
                                    ".");
  if (!evidence.texture)
    out.reasons.emplace_back("Echotexture could not be judged at this beam angle: tendinosis is neither found nor "
                             "excluded.");
  for (const Discontinuity& d : all)
    if (!countsAsEvidence(d)) {
      out.reasons.push_back(
          "Dark stretch from " + number(d.beginMm, 1) + " to " + number(d.endMm, 1) +
          " mm not counted: the fibres lie " +
          (d.fibreAngleDeg ? number(std::abs(*d.fibreAngleDeg), 0) + " degrees off " : std::string("too far off ")) +
          "the perpendicular to the beam (fibre_angle_max " + number(criteria.value("fibre_angle_max"), 0) +
          " degrees).");
      break;
    }
  if (findings.assessableFraction && *findings.assessableFraction < 1)
    out.reasons.push_back(number(100 * *findings.assessableFraction, 0) +
                          " % of the tendon's length lies at an angle where darkness can be read (fibre_angle_max " +
                          number(criteria.value("fibre_angle_max"), 0) + " degrees).");
  return out;
}

} // namespace hipcuff
