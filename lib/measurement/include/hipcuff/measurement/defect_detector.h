// Finds gaps in the fibres: where the tissue classifier takes the tendon for torn.
#pragma once

#include "hipcuff/core/stages.h"

namespace hipcuff {

/// Reads Tendon::tissue. Connected places of the tendon that are likelier torn than the criteria ask, and large enough,
/// are discontinuities; fluid within the tendon counts as torn. The kind is what a region touches: the cortex
/// (undersurface), the superficial border (bursal), neither (intrasubstance), or nearly the whole thickness (full
/// thickness). Where the beam is oblique, darkness alone is marked as suspected anisotropy. Methods and limits:
/// docs/methods.md.
class DefectDetector final : public DiscontinuityDetector {
public:
  /// Empty where there is no tendon or no tissue map. Strongest first.
  /// @throws ConfigError where a criterion is missing
  [[nodiscard]] std::vector<Discontinuity> detect(const Frame& frame, const WorkingFrame& working,
                                                  const Anatomy& anatomy, const Criteria& criteria) const override;
};

} // namespace hipcuff
