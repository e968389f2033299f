// From measurements to a grade, by named criteria. Sees no pixels.
#pragma once

#include "hipcuff/core/stages.h"

namespace hipcuff {

/// Four classes (normal, tendinosis, partial, full), after the four-class ultrasound/MRI scheme of Docking 2019.
///
/// Evidence is weighed as a chain: full-thickness tear, else partial-thickness tear, else tendinosis, else normal. Each
/// link is a probability between 0 and 1 from the strength of its evidence, so that the four sum to 1; all four are
/// drawn towards equal shares as far as the tendon's borders are unsure or its echotexture can't be read. The class is
/// the likeliest; ties go to the milder one, because calling normal tendons abnormal is the known human failure.
///
/// Darkness where healthy fibres go dark too (Discontinuity::suspectedAnisotropy) is no evidence of a tear. Thickness
/// is reported and never judged: there is no norm. Where `input.refusals` is not empty, or no tendon was found, the
/// grade is notGradable with all probabilities 0. Certainty is always `suspected`: one frame.
class RuleGrader final : public Grader {
public:
  /// @throws ConfigError where a criterion is missing
  [[nodiscard]] Grade grade(const GradingInput& input, const Criteria& criteria) const override;
};

} // namespace hipcuff
