// Finds gaps in the fibres: dark, patternless stretches of the tendon that speckle and beam angle don't explain.
#pragma once

#include "hipcuff/core/stages.h"

namespace hipcuff {

/// Works in the tendon unrolled along the cortex, where every pixel has its own fibre angle. Darkness is measured
/// between two levels of the same picture: tendon at that angle is 0, the bone's shadow is 1. A region counts where it
/// is darker than the criteria ask, larger than speckle makes by chance, not a shadow of something above it, and not
/// muscle at the tendon's arrival. Its kind is what it touches: the cortex (undersurface), the superficial border
/// (bursal), neither (intrasubstance), or nearly the whole thickness (full thickness). Where no fibre angle is known
/// (short axis), darkness is read as if the beam were perpendicular. Methods and limits: docs/methods.md.
class DefectDetector final : public DiscontinuityDetector {
public:
  /// Empty where there is no tendon. Strongest first.
  /// @throws ConfigError where a criterion is missing
  [[nodiscard]] std::vector<Discontinuity> detect(const Frame& frame, const WorkingFrame& working,
                                                  const Anatomy& anatomy, const Criteria& criteria) const override;
};

} // namespace hipcuff
