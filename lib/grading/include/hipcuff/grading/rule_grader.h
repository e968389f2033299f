// From measurements to a grade, by named criteria. Sees no pixels.
#pragma once

#include "hipcuff/core/stages.h"

#include <array>

namespace hipcuff {

/// Four classes (normal, tendinosis, partial, full), after the four-class ultrasound/MRI scheme of Docking 2019.
///
/// The probabilities are those of decision.h: calibrated on simulated hips, for the prevalence that the criteria
/// assume. The class is the likeliest; ties go to the milder one, because calling normal tendons abnormal is the known
/// human failure. A tear's subtype comes from the surest discontinuity of its kind; depth bins and high or low grade
/// are shoulder analogues; retraction is flagged only where both stumps are seen.
///
/// Darkness where healthy fibres go dark too (Discontinuity::suspectedAnisotropy) is no evidence of a tear. Thickness
/// is reported and never judged: there is no norm; muscle echogenicity is reported and not graded. Where
/// `input.refusals` is not empty, or no tendon was found, the grade is notGradable with all probabilities 0. Certainty
/// is always `suspected`: one frame. How sure is sure enough is not asked here: see refuseIfUnsure(), which is asked
/// once for a still and once for a whole cine.
class RuleGrader final : public Grader {
public:
  /// @throws ConfigError where a criterion is missing
  [[nodiscard]] Grade grade(const GradingInput& input, const Criteria& criteria) const override;
};

/// The grade that given probabilities mean for a picture that nothing speaks against grading, with RuleGrader's
/// reasons. For who knows more than the measurements tell, e.g. that a tear is there.
/// @throws ConfigError where a criterion is missing
[[nodiscard]] Grade gradeOf(const GradingInput& input, const std::array<double, 4>& probabilities,
                            const Criteria& criteria);

} // namespace hipcuff
