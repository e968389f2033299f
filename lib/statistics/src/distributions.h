// Probabilities and quantiles of the distributions that tests and intervals of this room take from Boost.Math.
#pragma once

#include "hipcuff/statistics/estimate.h"

namespace hipcuff::statistics {

/// t with P(|T| <= t) = level. @param df > 0; infinity is the normal distribution
[[nodiscard]] double tQuantileTwoSided(double level, double df);
/// P(|T| > |t|).
[[nodiscard]] double tTwoSidedP(double t, double df);
/// P(T > t).
[[nodiscard]] double tUpperP(double t, double df);
[[nodiscard]] double chiSquaredQuantile(double p, double df);
/// P(X > x).
[[nodiscard]] double chiSquaredUpperP(double x, double df);
[[nodiscard]] double fQuantile(double p, double df1, double df2);
[[nodiscard]] double fUpperP(double x, double df1, double df2);

/// A value with value -+ t se.
[[nodiscard]] Estimate tEstimate(double value, double se, double df, double level, const char* method);
/// t test of value = 0. A standard error of 0: not estimable.
[[nodiscard]] Test tTest(double value, double se, double df, const char* method);
[[nodiscard]] Test noTest(const char* why);
/// @throws std::invalid_argument unless within (0, 1)
void checkLevel(double level);

} // namespace hipcuff::statistics
