#include "distributions.h"

#include "hipcuff/statistics/normal.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

// Beyond this Boost's t distribution is the normal one to more digits than anyone reads, and slower.
constexpr double normalFrom = 1e10;

} // namespace

double tQuantileTwoSided(double level, double df) {
  if (df > normalFrom)
    return normalQuantileTwoSided(level);
  return boost::math::quantile(boost::math::students_t(df), 0.5 + level / 2);
}

double tUpperP(double t, double df) {
  if (df > normalFrom || std::isinf(t))
    return normalCdf(-t);
  return boost::math::cdf(boost::math::complement(boost::math::students_t(df), t));
}

double tTwoSidedP(double t, double df) {
  return 2 * tUpperP(std::abs(t), df);
}

double chiSquaredQuantile(double p, double df) {
  return boost::math::quantile(boost::math::chi_squared(df), p);
}

double chiSquaredUpperP(double x, double df) {
  return boost::math::cdf(boost::math::complement(boost::math::chi_squared(df), x));
}

double fQuantile(double p, double df1, double df2) {
  return boost::math::quantile(boost::math::fisher_f(df1, df2), p);
}

double fUpperP(double x, double df1, double df2) {
  return boost::math::cdf(boost::math::complement(boost::math::fisher_f(df1, df2), x));
}

Estimate tEstimate(double value, double se, double df, double level, const char* method) {
  const double t = tQuantileTwoSided(level, df);
  Estimate estimate;
  estimate.value = value;
  estimate.ci = Interval{value - t * se, value + t * se};
  estimate.se = se;
  estimate.method = method;
  return estimate;
}

Test tTest(double value, double se, double df, const char* method) {
  if (!(se > 0))
    return noTest("no variance");
  Test test;
  test.statistic = value / se;
  if (df <= normalFrom)
    test.df = df;
  test.p = tTwoSidedP(*test.statistic, df);
  test.method = method;
  return test;
}

Test noTest(const char* why) {
  Test test;
  test.note = why;
  return test;
}

void checkLevel(double level) {
  if (!(level > 0 && level < 1))
    throw std::invalid_argument("a confidence level is between 0 and 1");
}

} // namespace hipcuff::statistics
