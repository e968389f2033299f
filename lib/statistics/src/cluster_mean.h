// The mean of a value over rows, with the interval that rows or clusters of rows give it.
#pragma once

#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"

#include <span>
#include <string>

namespace hipcuff::statistics {

/// Independent rows: s / sqrt(n), t with n - 1 degrees of freedom. With clusters the ratio estimator (sum over size), t
/// with clusters - 1. No rows: not estimable. One row or cluster, or no variance: a value without interval.
[[nodiscard]] Estimate meanOfRows(std::span<const double> values, const Clusters* clusters, double level);

/// t interval about a mean. An se of 0 says nothing: value without interval.
[[nodiscard]] Estimate meanWithError(double mean, double se, double df, double level, const std::string& method);

} // namespace hipcuff::statistics
