#include "hipcuff/statistics/estimate.h"

#include <utility>

namespace hipcuff::statistics {

Estimate notEstimable(std::string why) {
  Estimate none;
  none.note = std::move(why);
  return none;
}

} // namespace hipcuff::statistics
