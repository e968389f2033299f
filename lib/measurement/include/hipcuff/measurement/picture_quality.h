// Reasons not to grade that only pixels can tell.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/screen.h"

#include <vector>

namespace hipcuff {

/// noCortex / noTendon (nothing found, too short, or less sure than the criterion), tooDark, saturated, colourBox (over
/// the tendon), textOverTendon (too much of the band is masked), beamTooOblique (too little of the tendon's length at
/// an angle where darkness can be read). Without a tendon the last five are judged over the whole pane where they
/// make sense there. Each at most once, in the order above; empty: nothing speaks against grading.
/// @param pane the one that `frame` was cut from
/// @throws ConfigError where a criterion is missing
[[nodiscard]] std::vector<Refusal> checkPicture(const Frame& frame, const WorkingFrame& working, const Anatomy& anatomy,
                                                const Pane& pane, const Criteria& criteria);

} // namespace hipcuff
