// Which of several discontinuities stands for an image in tables and lists.
#pragma once

#include "hipcuff/core/measurements.h"

#include <vector>

namespace hipcuff::report {

/// The worst discontinuity: full thickness first, then the deepest. nullptr where there is none. Those likelier to be
/// one than not come before the others; suspected anisotropy comes after everything else.
[[nodiscard]] const Discontinuity* worst(const std::vector<Discontinuity>& all) noexcept;

} // namespace hipcuff::report
