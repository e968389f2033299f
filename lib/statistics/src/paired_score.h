// Score intervals of paired proportions for counts that need not be whole: those of effective samples.
#pragma once

#include "hipcuff/statistics/estimate.h"

namespace hipcuff::statistics {

/// Tango (1998), for (firstOnly - secondOnly) / n. @param n > 0
[[nodiscard]] Interval tangoInterval(double n, double firstOnly, double secondOnly, double level);

} // namespace hipcuff::statistics
