// Finds gaps in the fibres: dark, patternless stretches of the tendon that speckle and beam angle don't explain.
#pragma once

#include "hipcuff/core/stages.h"

namespace hipcuff {

/// Works in the tendon unrolled along the cortex. Darkness is measured between two levels of the same picture: the
/// tendon's own (robust upper level nearby) is 0, the bone's shadow is 1. A region counts where it is darker than the
/// criteria ask, larger than speckle makes by chance, and not a shadow of something above it. Its kind is what it
/// touches: the cortex (undersurface), the superficial border (bursal), neither (intrasubstance) or both (full
/// thickness). A band that is not there at all (bare facet) counts as full thickness.
class DefectDetector final : public DiscontinuityDetector {
public:
  /// Empty where there is no tendon. Strongest first.
  /// @throws ConfigError where a criterion is missing
  [[nodiscard]] std::vector<Discontinuity> detect(const Frame& frame, const WorkingFrame& working,
                                                  const Anatomy& anatomy, const Criteria& criteria) const override;
};

} // namespace hipcuff
