#include "cluster_mean.h"

#include "checks.h"

#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <numeric>

namespace hipcuff::statistics {

Estimate meanWithError(double mean, double se, double df, double level, const std::string& method) {
  Estimate result;
  result.value = mean;
  result.method = method;
  // Sums of equal values differ from their multiple in the last digits.
  if (!(se > 1e-14 * std::abs(mean))) {
    result.note = "no variance between cases, so no interval";
    return result;
  }
  const double t = boost::math::quantile(boost::math::students_t(df), 0.5 + level / 2);
  result.se = se;
  result.ci = Interval{mean - t * se, mean + t * se};
  return result;
}

Estimate meanOfRows(std::span<const double> values, const Clusters* clusters, double level) {
  requireLevel(level);
  requireRows(clusters, values.size());
  if (values.empty()) {
    return notEstimable("no cases");
  }
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  const auto units = clusters != nullptr ? clusters->count() : values.size();
  if (units < 2) {
    Estimate single;
    single.value = mean;
    single.note = clusters != nullptr ? "one cluster only, so no interval" : "one case only, so no interval";
    return single;
  }
  double squares = 0;
  if (clusters == nullptr) {
    for (const double value : values) {
      squares += (value - mean) * (value - mean);
    }
  } else {
    for (std::size_t cluster = 0; cluster < units; ++cluster) {
      double deviation = 0;
      for (const auto row : clusters->rowsOf(cluster)) {
        deviation += values[row] - mean;
      }
      squares += deviation * deviation;
    }
  }
  const auto m = static_cast<double>(units);
  return meanWithError(mean, std::sqrt(m / (m - 1) * squares) / n, m - 1, level,
                       clusters != nullptr ? "ratio estimator over clusters, t interval" : "t interval of a mean");
}

} // namespace hipcuff::statistics
