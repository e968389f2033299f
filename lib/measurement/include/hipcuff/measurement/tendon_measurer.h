// Thickness along the tendon and the findings around it.
#pragma once

#include "hipcuff/core/stages.h"

namespace hipcuff {

/// Thickness: distance cortex interface -> superficial border along the cortex normal, at each station of the tendon,
/// with a 95 % interval of 1.96 standard uncertainties of the station. Stations inside a full-thickness gap are left
/// out. Findings that could not be measured stay nullopt. All lengths are scanner millimetres (1540 m/s).
///
/// Where frame.nominal, lengths are nominal too: the caller must not report them.
class TendonMeasurer final : public Measurer {
public:
  /// @throws ConfigError where a criterion is missing
  [[nodiscard]] Measurements measure(const Frame& frame, const WorkingFrame& working, const Anatomy& anatomy,
                                     std::vector<Discontinuity> discontinuities,
                                     const Criteria& criteria) const override;
};

} // namespace hipcuff
