// Whether two answers of a stage are the same to the last bit.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"

#include <string>
#include <vector>

namespace hipcuff::plugin {

[[nodiscard]] std::string fingerprint(const Cortex& cortex);
[[nodiscard]] std::string fingerprint(const Tendon& tendon);
[[nodiscard]] std::string fingerprint(const std::vector<Discontinuity>& discontinuities);
[[nodiscard]] std::string fingerprint(const Grade& grade);

} // namespace hipcuff::plugin
