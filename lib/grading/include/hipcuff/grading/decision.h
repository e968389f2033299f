// From evidence to probabilities, and from probabilities to a class or to none.
//
// Fitted by scripts/calibrate on simulated hips; every coefficient is a criterion (calibration_...). Methods and
// figures: docs/methods.md, "Grade".
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"

#include <array>
#include <optional>

namespace hipcuff {

/// Whether a discontinuity is evidence of a tear. Darkness alone at an oblique angle (suspectedAnisotropy) is not; what
/// is as dark as fluid or lets the superficial border sink is, at whatever angle. A detector that sees a gap or a bare
/// facet does not set suspectedAnisotropy: that is not darkness alone.
[[nodiscard]] bool countsAsEvidence(const Discontinuity& discontinuity) noexcept;

/// Above 0: degenerated. The log odds of the share of the intact tendon that the tissue classifier takes for
/// degenerated. Where a segmenter gives no tissue map: how much darker *and* less fibrillar than healthy the tendon is,
/// the lesser of both, smoothly (soft minimum), in widths from its threshold; in the short axis fibres are cut across
/// and cohere less, so that their threshold is another one. Limited to +-4, so that no single odd reading decides. None
/// where nothing could be read at this beam angle. Thickness plays no part: there is no norm.
[[nodiscard]] std::optional<double> textureScore(const Findings& findings, std::optional<View> view,
                                                 const Criteria& criteria);

[[nodiscard]] GradeEvidence gatherEvidence(const Anatomy& anatomy, const Measurements& measurements,
                                           std::optional<View> view, const Criteria& criteria);

/// A chain of three logistic links: tear or none; full or partial, given a tear; tendinosis or normal, given none. Then
/// drawn towards the prior as far as the borders are unsure, and moved from the prior of the calibration to the
/// prevalence assumed (Bayes). Sums to 1.
/// @throws ConfigError where a criterion is missing
[[nodiscard]] std::array<double, 4> probabilitiesOf(const GradeEvidence& evidence, const Criteria& criteria);

/// The likeliest; the milder one on a tie.
[[nodiscard]] GradeClass likeliest(const std::array<double, 4>& probabilities) noexcept;

/// Takes a grade back whose confidence is below unsure_confidence_min: notGradable with Refusal::unsure, the reasons
/// kept after a sentence that says what was likeliest. The evidence stays. No change where it was not gradable anyway.
/// @throws ConfigError where the criterion is missing
void refuseIfUnsure(Grade& grade, const Criteria& criteria);

} // namespace hipcuff
