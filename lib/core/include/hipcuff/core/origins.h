// Which stages of a result were not HipCuff's own.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/stage_origin.h"

#include <cstddef>
#include <string>
#include <vector>

namespace hipcuff {

struct NamedOrigin {
  std::string stage; ///< "cortex", "tendon", "discontinuities" or "grader"
  StageOrigin by;
};

/// In the order of the stages; empty where all were built in.
[[nodiscard]] std::vector<NamedOrigin> originsOf(const Anatomy& anatomy, const Measurements& measurements,
                                                 const Grade& grade);

/// For ImageResult::messages of a cine: on how many of its frames a built-in stage stood in. The origins are those of
/// the one frame that is shown, and the grade is of all.
[[nodiscard]] std::string standInFramesSentence(std::size_t stoodIn, std::size_t frames, const std::string& firstFault);
/// "3 of 12 frames" out of such a sentence; empty where it is another.
[[nodiscard]] std::string standInFramesOf(const std::string& message);

} // namespace hipcuff
