#include "hipcuff/statistics/normal.h"

#include <boost/math/distributions/normal.hpp>

namespace hipcuff::statistics {

double normalCdf(double z) {
  return boost::math::cdf(boost::math::normal(), z);
}

double normalQuantile(double p) {
  return boost::math::quantile(boost::math::normal(), p);
}

double normalQuantileTwoSided(double level) {
  return normalQuantile(0.5 + level / 2);
}

} // namespace hipcuff::statistics
