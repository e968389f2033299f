// What lies on, in and under the tendon besides discontinuities.
#pragma once

#include "hipcuff/core/stages.h"

#include <vector>

namespace hipcuff {

[[nodiscard]] Findings findFindings(const Frame& frame, const WorkingFrame& working, const Anatomy& anatomy,
                                    const std::vector<Discontinuity>& discontinuities, const Criteria& criteria);

/// RMS distance of a line from its own course smoothed by local parabolas of `windowMm`; none where it is shorter than
/// twice the window.
[[nodiscard]] std::optional<double> irregularityMm(const Polyline& line, double windowMm);

/// Part of the columns with a known fibre angle whose angle is within the limit; none where no angle is known.
[[nodiscard]] std::optional<double> assessableFraction(const Tendon& tendon, double maxAngleDeg);

} // namespace hipcuff
