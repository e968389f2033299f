#include "hipcuff/statistics/proportion.h"

#include "checks.h"
#include "hipcuff/statistics/normal.h"
#include "paired_score.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace hipcuff::statistics {
namespace {

void requireCounts(long k, long n) {
  if (k < 0 || n < 0 || k > n) {
    throw std::invalid_argument("not a count of a total: " + std::to_string(k) + " of " + std::to_string(n));
  }
}

/// Also for effective samples, which need not be whole.
Interval scoreInterval(double p, double n, double level) {
  const double z = normalQuantileTwoSided(level);
  const double centre = p + z * z / (2 * n);
  const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {p <= 0 ? 0 : std::max(0.0, (centre - half) / scale), p >= 1 ? 1 : std::min(1.0, (centre + half) / scale)};
}

Estimate proportionOf(long k, long n, std::string method) {
  Estimate result;
  const double p = static_cast<double>(k) / static_cast<double>(n);
  result.value = p;
  if (k > 0 && k < n) {
    result.se = std::sqrt(p * (1 - p) / static_cast<double>(n));
  }
  result.method = std::move(method);
  return result;
}

} // namespace

Estimate wilson(long k, long n, double level) {
  requireLevel(level);
  requireCounts(k, n);
  if (n == 0) {
    return notEstimable("no cases");
  }
  Estimate result = proportionOf(k, n, "Wilson 1927");
  result.ci = scoreInterval(*result.value, static_cast<double>(n), level);
  return result;
}

Estimate clopperPearson(long k, long n, double level) {
  requireLevel(level);
  requireCounts(k, n);
  if (n == 0) {
    return notEstimable("no cases");
  }
  Estimate result = proportionOf(k, n, "Clopper & Pearson 1934");
  const double tail = (1 - level) / 2;
  const auto hits = static_cast<double>(k);
  const auto misses = static_cast<double>(n - k);
  result.ci =
      Interval{k == 0 ? 0 : boost::math::quantile(boost::math::beta_distribution<>(hits, misses + 1), tail),
               k == n ? 1 : boost::math::quantile(boost::math::beta_distribution<>(hits + 1, misses), 1 - tail)};
  return result;
}

std::vector<ClusterCount> clusterCounts(const Clusters& clusters, const std::vector<bool>& counted,
                                        const std::vector<bool>& hit) {
  requireSameLength(clusters.rows(), counted.size());
  requireSameLength(clusters.rows(), hit.size());
  std::vector<ClusterCount> counts(clusters.count());
  const auto of = clusters.ofRows();
  for (std::size_t row = 0; row < of.size(); ++row) {
    if (counted[row]) {
      counts[of[row]].total += 1;
      counts[of[row]].hits += hit[row] ? 1 : 0;
    }
  }
  return counts;
}

Estimate clusteredProportion(std::span<const ClusterCount> clusters, double level) {
  requireLevel(level);
  long hits = 0;
  long total = 0;
  long filled = 0;
  for (const auto& cluster : clusters) {
    requireCounts(cluster.hits, cluster.total);
    hits += cluster.hits;
    total += cluster.total;
    filled += cluster.total > 0 ? 1 : 0;
  }
  if (total == 0) {
    return notEstimable("no cases");
  }
  Estimate result = proportionOf(hits, total, "Rao & Scott 1992");
  result.se.reset();
  if (filled < 2) {
    result.method.clear();
    result.note = "one cluster only, so no interval";
    return result;
  }
  const double p = *result.value;
  const auto n = static_cast<double>(total);
  if (hits == 0 || hits == total) {
    result.ci = scoreInterval(p, static_cast<double>(filled), level);
    result.note = "no variance between clusters; the interval takes clusters for units";
    return result;
  }
  double squares = 0;
  for (const auto& cluster : clusters) {
    const double residual = static_cast<double>(cluster.hits) - p * static_cast<double>(cluster.total);
    squares += residual * residual;
  }
  const auto m = static_cast<double>(filled);
  const double variance = m / (m - 1) * squares / (n * n);
  const double designEffect = std::max(1.0, variance / (p * (1 - p) / n));
  if (variance > 0) {
    result.se = std::sqrt(variance);
  }
  result.ci = scoreInterval(p, n / designEffect, level);
  return result;
}

Estimate differenceOfProportions(long k1, long n1, long k2, long n2, double level) {
  const Estimate first = wilson(k1, n1, level);
  const Estimate second = wilson(k2, n2, level);
  if (!first.value || !second.value) {
    return notEstimable("no cases in one of the two samples");
  }
  Estimate result;
  result.value = *first.value - *second.value;
  const double variance = (first.se ? *first.se * *first.se : 0) + (second.se ? *second.se * *second.se : 0);
  if (variance > 0) {
    result.se = std::sqrt(variance);
  }
  result.ci = Interval{*result.value - std::hypot(*first.value - first.ci->lower, second.ci->upper - *second.value),
                       *result.value + std::hypot(first.ci->upper - *first.value, *second.value - second.ci->lower)};
  result.method = "Newcombe 1998, independent, method 10";
  return result;
}

namespace {

long checkedTotal(const PairedCounts& counts) {
  if (std::min({counts.both, counts.firstOnly, counts.secondOnly, counts.neither}) < 0) {
    throw std::invalid_argument("a count is below 0");
  }
  return counts.both + counts.firstOnly + counts.secondOnly + counts.neither;
}

Estimate pairedDifference(const PairedCounts& counts, long total, std::string method) {
  const auto n = static_cast<double>(total);
  const auto discordant = static_cast<double>(counts.firstOnly + counts.secondOnly);
  Estimate result;
  const double difference = static_cast<double>(counts.firstOnly - counts.secondOnly) / n;
  result.value = difference;
  const double variance = (discordant / n - difference * difference) / n;
  if (variance > 0) {
    result.se = std::sqrt(variance);
  }
  result.method = std::move(method);
  return result;
}

/// The correlation that ties the two Wilson intervals together, its numerator corrected for continuity (method 10).
double pairedCorrelation(const PairedCounts& counts) {
  const auto a = static_cast<double>(counts.both);
  const auto b = static_cast<double>(counts.firstOnly);
  const auto c = static_cast<double>(counts.secondOnly);
  const auto d = static_cast<double>(counts.neither);
  const double margins = (a + b) * (c + d) * (a + c) * (b + d);
  if (margins <= 0) {
    return 0;
  }
  const double covariation = a * d - b * c;
  const double corrected = covariation > 0 ? std::max(covariation - (a + b + c + d) / 2, 0.0) : covariation;
  return corrected / std::sqrt(margins);
}

} // namespace

Estimate pairedDifferenceNewcombe(const PairedCounts& counts, double level) {
  requireLevel(level);
  const long total = checkedTotal(counts);
  if (total == 0) {
    return notEstimable("no cases");
  }
  Estimate result = pairedDifference(counts, total, "Newcombe 1998, paired, method 10");
  const Estimate first = wilson(counts.both + counts.firstOnly, total, level);
  const Estimate second = wilson(counts.both + counts.secondOnly, total, level);
  const double phi = pairedCorrelation(counts);
  const auto tied = [phi](double x, double y) { return std::sqrt(std::max(0.0, x * x - 2 * phi * x * y + y * y)); };
  result.ci = Interval{*result.value - tied(*first.value - first.ci->lower, second.ci->upper - *second.value),
                       *result.value + tied(first.ci->upper - *first.value, *second.value - second.ci->lower)};
  return result;
}

Interval tangoInterval(double n, double b, double c, double level) {
  const double z = normalQuantileTwoSided(level);
  const double observed = (b - c) / n;
  // Above 0 where a true difference of delta is rejected. At the observed difference it never is.
  const auto rejected = [&](double delta) {
    if (delta == observed) {
      return -1.0;
    }
    const double linear = -b - c + (2 * n - b + c) * delta;
    const double constant = -c * delta * (1 - delta);
    const double q = (std::sqrt(std::max(0.0, linear * linear - 8 * n * constant)) - linear) / (4 * n);
    const double variance = n * (2 * q + delta * (1 - delta));
    const double distance = b - c - n * delta;
    return distance * distance - z * z * std::max(0.0, variance);
  };
  const auto limit = [&](double end) {
    if (end == observed || rejected(end) <= 0) {
      return end;
    }
    std::uintmax_t steps = 200;
    const auto [low, high] = boost::math::tools::bisect(rejected, std::min(observed, end), std::max(observed, end),
                                                        boost::math::tools::eps_tolerance<double>(50), steps);
    return (low + high) / 2;
  };
  return Interval{limit(-1), limit(1)};
}

Estimate pairedDifferenceTango(const PairedCounts& counts, double level) {
  requireLevel(level);
  const long total = checkedTotal(counts);
  if (total == 0) {
    return notEstimable("no cases");
  }
  Estimate result = pairedDifference(counts, total, "Tango 1998");
  result.ci = tangoInterval(static_cast<double>(total), static_cast<double>(counts.firstOnly),
                            static_cast<double>(counts.secondOnly), level);
  return result;
}

} // namespace hipcuff::statistics
