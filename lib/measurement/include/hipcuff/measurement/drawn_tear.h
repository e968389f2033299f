// A discontinuity as a person outlined it, described by the rules that hold for detected ones.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/core/measurements.h"

#include <optional>

namespace hipcuff {

/// Kind, depth, length and the rest follow from the part of the outline that lies within the tendon; the outline itself
/// is kept as it was drawn. byHand is set, the confidence is the highest that a detected one can have, and darkness at
/// an oblique angle is no doubt: a person looked. An outline of full thickness that goes on beyond the edge where the
/// tendon arrives, in the long axis, shows its stump there.
/// @param outlineMm closed, frame mm
/// @returns none where fewer than two stations' normals pass through the outline within the tendon
/// @throws ConfigError where a criterion is missing
[[nodiscard]] std::optional<Discontinuity> describeOutline(const WorkingFrame& working, const Tendon& tendon,
                                                           const Polyline& outlineMm, const Criteria& criteria);

/// Part of the smaller one's area that two closed outlines have in common, 0..1; looked at on a grid of a fiftieth of
/// the smaller one's extent.
[[nodiscard]] double overlap(const Polyline& a, const Polyline& b);

} // namespace hipcuff
