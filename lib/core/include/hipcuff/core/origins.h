// Which stages of a result were not HipCuff's own.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/stage_origin.h"

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

} // namespace hipcuff
