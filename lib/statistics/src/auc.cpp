#include "hipcuff/statistics/roc.h"

#include "checks.h"
#include "hipcuff/statistics/normal.h"
#include "roc_order.h"

#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>

namespace hipcuff::statistics {
namespace {

/// What is less is rounding: placements that are all equal.
constexpr double leastVariance = 1e-18;

/// For each case the share of the other class that it beats (a positive by being above, a negative by being below).
struct Placements {
  std::vector<double> of{};
  double auc = 0;
};

Placements placementsOf(std::span<const double> scores, const std::vector<bool>& positive, double positives,
                        double negatives) {
  const auto order = ascending(scores);
  Placements result{std::vector<double>(scores.size(), 0), 0};
  double positivesBelow = 0;
  double negativesBelow = 0;
  for (std::size_t first = 0; first < order.size();) {
    double blockPositives = 0;
    double blockNegatives = 0;
    std::size_t end = first;
    for (; end < order.size() && scores[order[end]] == scores[order[first]]; ++end) {
      (positive[order[end]] ? blockPositives : blockNegatives) += 1;
    }
    const double ofPositive = (negativesBelow + blockNegatives / 2) / negatives;
    const double ofNegative = (positives - positivesBelow - blockPositives / 2) / positives;
    for (std::size_t i = first; i < end; ++i) {
      result.of[order[i]] = positive[order[i]] ? ofPositive : ofNegative;
    }
    result.auc += blockPositives * ofPositive;
    positivesBelow += blockPositives;
    negativesBelow += blockNegatives;
    first = end;
  }
  result.auc /= positives;
  return result;
}

/// Per cluster and score: the sums of what its positives, and its negatives, lie above the area.
struct Deviations {
  std::vector<double> positives{};
  std::vector<double> negatives{};
};

double product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += a[i] * b[i];
  }
  return sum;
}

struct Sizes {
  double positives = 0;
  double negatives = 0;
  double clusters = 0; ///< cases where there are no clusters
  double clustersWithPositive = 0;
  double clustersWithNegative = 0;
};

Sizes sizesOf(const std::vector<bool>& positive, const Clusters& clusters) {
  Sizes sizes;
  sizes.clusters = static_cast<double>(clusters.count());
  for (std::size_t cluster = 0; cluster < clusters.count(); ++cluster) {
    double own = 0;
    const auto rows = clusters.rowsOf(cluster);
    for (const auto row : rows) {
      own += positive[row] ? 1 : 0;
    }
    sizes.positives += own;
    sizes.negatives += static_cast<double>(rows.size()) - own;
    sizes.clustersWithPositive += own > 0 ? 1 : 0;
    sizes.clustersWithNegative += own < static_cast<double>(rows.size()) ? 1 : 0;
  }
  return sizes;
}

std::string noVariance(const Sizes& sizes, bool clustered) {
  const bool positives = sizes.clustersWithPositive < 2;
  return std::string(clustered ? "one cluster only has " : "one ") + (positives ? "positive" : "negative") +
         (clustered ? " cases" : " case only") + ", so no standard error";
}

/// Newcombe (2006, part 2), method 5: all areas that the observed one would not reject, with the variance that the
/// exponential model gives at the area asked about. Has an interval where the observed area is 0 or 1.
Interval newcombeInterval(double observed, double positives, double negatives, double level) {
  const double z = normalQuantileTwoSided(level);
  const double extra = (positives + negatives) / 2 - 1;
  const auto rejected = [&](double area) {
    const double variance =
        area * (1 - area) * (1 + extra * ((1 - area) / (2 - area) + area / (1 + area))) / (positives * negatives);
    const double distance = observed - area;
    return area == observed ? -1.0 : distance * distance - z * z * variance;
  };
  const auto limit = [&](double end) {
    if (observed == end) {
      return end;
    }
    std::uintmax_t steps = 200;
    // At the end itself the variance is 0, so the end is always rejected.
    const auto [low, high] = boost::math::tools::bisect(rejected, std::min(observed, end), std::max(observed, end),
                                                        boost::math::tools::eps_tolerance<double>(50), steps);
    return (low + high) / 2;
  };
  return {limit(0), limit(1)};
}

const char* methodOf(const Clusters* clusters) {
  return clusters != nullptr ? "Obuchowski 1997" : "DeLong 1988";
}

/// The interval where it can be had. @param variance 0 where there is none, and `note` says why
Estimate withInterval(double value, double variance, const Sizes& sizes, const std::string& method,
                      const std::string& note, double level, AucInterval interval) {
  Estimate result;
  result.value = value;
  result.method = method;
  if (value <= 0 || value >= 1) {
    result.value = value <= 0 ? 0 : 1;
    result.ci = newcombeInterval(*result.value, sizes.clustersWithPositive, sizes.clustersWithNegative, level);
    result.method = "Newcombe 2006, part 2, method 5";
    result.note = "the scores part the classes without overlap, where " + method + " gives no standard error";
    return result;
  }
  if (!(variance > leastVariance)) {
    result.note = note.empty() ? "no variance between cases, so no interval" : note;
    return result;
  }
  const double se = std::sqrt(variance);
  const double z = normalQuantileTwoSided(level);
  result.se = se;
  if (interval == AucInterval::logit) {
    const double at = std::log(value / (1 - value));
    const double half = z * se / (value * (1 - value));
    result.ci = Interval{1 / (1 + std::exp(half - at)), 1 / (1 + std::exp(-half - at))};
    result.method += ", logit interval";
  } else {
    result.ci = Interval{std::max(0.0, value - z * se), std::min(1.0, value + z * se)};
    result.method += ", Wald interval";
  }
  return result;
}

struct Covariance {
  AucCovariance result{};
  Sizes sizes{};
};

Covariance covarianceOf(const std::vector<std::span<const double>>& scores, const std::vector<bool>& positive,
                        const Clusters* clusters) {
  for (const auto& one : scores) {
    requireScores(one, positive);
  }
  requireRows(clusters, positive.size());
  const Clusters own = clusters != nullptr ? Clusters() : Clusters::independent(positive.size());
  const Clusters& groups = clusters != nullptr ? *clusters : own;
  Covariance out;
  out.sizes = sizesOf(positive, groups);
  AucCovariance& result = out.result;
  const Sizes& n = out.sizes;
  result.method = methodOf(clusters);
  if (n.positives == 0 || n.negatives == 0) {
    result.note =
        n.positives + n.negatives == 0 ? "no cases" : (n.positives == 0 ? "no positive cases" : "no negative cases");
    return out;
  }
  std::vector<Deviations> deviations;
  for (const auto& one : scores) {
    const auto placements = placementsOf(one, positive, n.positives, n.negatives);
    result.auc.push_back(placements.auc);
    Deviations sums{std::vector<double>(groups.count(), 0), std::vector<double>(groups.count(), 0)};
    const auto of = groups.ofRows();
    for (std::size_t row = 0; row < of.size(); ++row) {
      (positive[row] ? sums.positives : sums.negatives)[of[row]] += placements.of[row] - placements.auc;
    }
    deviations.push_back(std::move(sums));
  }
  if (n.clustersWithPositive < 2 || n.clustersWithNegative < 2) {
    result.note = noVariance(n, clusters != nullptr);
    return out;
  }
  const double positiveScale = n.clustersWithPositive / (n.clustersWithPositive - 1) / (n.positives * n.positives);
  const double negativeScale = n.clustersWithNegative / (n.clustersWithNegative - 1) / (n.negatives * n.negatives);
  const double crossScale = n.clusters / (n.clusters - 1) / (n.positives * n.negatives);
  result.covariance.assign(scores.size(), std::vector<double>(scores.size(), 0));
  for (std::size_t a = 0; a < scores.size(); ++a) {
    for (std::size_t b = 0; b <= a; ++b) {
      const auto& x = deviations[a];
      const auto& y = deviations[b];
      const double covariance = positiveScale * product(x.positives, y.positives) +
                                negativeScale * product(x.negatives, y.negatives) +
                                crossScale * (product(x.positives, y.negatives) + product(x.negatives, y.positives));
      result.covariance[a][b] = covariance;
      result.covariance[b][a] = covariance;
    }
  }
  return out;
}

Estimate single(std::span<const double> scores, const std::vector<bool>& positive, const Clusters* clusters,
                double level, AucInterval interval) {
  requireLevel(level);
  const auto [areas, sizes] = covarianceOf({scores}, positive, clusters);
  if (areas.auc.empty()) {
    return notEstimable(areas.note);
  }
  const double variance = areas.covariance.empty() ? 0 : areas.covariance[0][0];
  return withInterval(areas.auc[0], variance, sizes, areas.method, areas.note, level, interval);
}

} // namespace

Estimate auc(std::span<const double> scores, const std::vector<bool>& positive, double level, AucInterval interval) {
  return single(scores, positive, nullptr, level, interval);
}

Estimate clusteredAuc(std::span<const double> scores, const std::vector<bool>& positive, const Clusters& clusters,
                      double level, AucInterval interval) {
  return single(scores, positive, &clusters, level, interval);
}

AucCovariance aucCovariance(const std::vector<std::span<const double>>& scores, const std::vector<bool>& positive,
                            const Clusters* clusters) {
  return covarianceOf(scores, positive, clusters).result;
}

AucComparison pairedAuc(std::span<const double> first, std::span<const double> second,
                        const std::vector<bool>& positive, const Clusters* clusters, double level) {
  requireLevel(level);
  const auto [areas, sizes] = covarianceOf({first, second}, positive, clusters);
  AucComparison result;
  result.test.method = areas.method + ", two-sided z";
  if (areas.auc.empty()) {
    result.first = notEstimable(areas.note);
    result.second = notEstimable(areas.note);
    result.difference = notEstimable(areas.note);
    result.test.note = areas.note;
    return result;
  }
  const bool known = !areas.covariance.empty();
  const auto variance = [&](std::size_t i) { return known ? areas.covariance[i][i] : 0; };
  result.first = withInterval(areas.auc[0], variance(0), sizes, areas.method, areas.note, level, AucInterval::logit);
  result.second = withInterval(areas.auc[1], variance(1), sizes, areas.method, areas.note, level, AucInterval::logit);

  const double difference = areas.auc[0] - areas.auc[1];
  result.difference.value = difference;
  result.difference.method = areas.method + ", Wald interval";
  const double spread = known ? areas.covariance[0][0] + areas.covariance[1][1] - 2 * areas.covariance[0][1] : 0;
  if (spread <= leastVariance) {
    result.difference.note =
        known ? "the two scores order the cases alike, so the difference has no variance" : areas.note;
    result.test.note = result.difference.note;
    return result;
  }
  const double se = std::sqrt(spread);
  const double half = normalQuantileTwoSided(level) * se;
  result.difference.se = se;
  result.difference.ci = Interval{std::max(-1.0, difference - half), std::min(1.0, difference + half)};
  result.test.statistic = difference / se;
  result.test.p = 2 * normalCdf(-std::abs(difference / se));
  return result;
}

} // namespace hipcuff::statistics
