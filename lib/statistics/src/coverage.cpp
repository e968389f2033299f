#include "hipcuff/statistics/coverage.h"

#include "checks.h"
#include "hipcuff/statistics/proportion.h"

#include <algorithm>
#include <numeric>

namespace hipcuff::statistics {
namespace {

void requireShare(double wanted) {
  if (!(wanted >= 0 && wanted <= 1)) {
    throw std::invalid_argument("a wanted coverage or risk must lie between 0 and 1");
  }
}

/// Shares of whole numbers, so anything nearer than this is the same share.
constexpr double rounding = 1e-12;

} // namespace

Abstention abstention(const std::vector<bool>& answered, const std::vector<bool>& wrong, const Clusters* clusters,
                      double level) {
  requireSameLength(answered.size(), wrong.size());
  requireRows(clusters, answered.size());
  requireLevel(level);
  Abstention result;
  std::vector<bool> missed(answered.size());
  for (std::size_t i = 0; i < answered.size(); ++i) {
    missed[i] = answered[i] && wrong[i];
    result.answered += answered[i] ? 1 : 0;
    result.wrong += missed[i] ? 1 : 0;
  }
  result.total = static_cast<long>(answered.size());
  if (result.total == 0) {
    result.coverage = result.error = notEstimable("no cases");
    return result;
  }
  const std::vector<bool> all(answered.size(), true);
  result.coverage = clusters != nullptr ? clusteredProportion(clusterCounts(*clusters, all, answered), level)
                                        : wilson(result.answered, result.total, level);
  if (result.answered == 0) {
    result.error = notEstimable("the system answered no case");
    return result;
  }
  result.error = clusters != nullptr ? clusteredProportion(clusterCounts(*clusters, answered, missed), level)
                                     : wilson(result.wrong, result.answered, level);
  return result;
}

RiskCoverage riskCoverage(std::span<const double> confidence, const std::vector<bool>& wrong, long abstained,
                          double level) {
  requireSameLength(confidence.size(), wrong.size());
  requireFinite(confidence);
  requireLevel(level);
  if (abstained < 0) {
    throw std::invalid_argument("a count is below 0");
  }
  std::vector<std::size_t> order(confidence.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return confidence[a] > confidence[b]; });

  RiskCoverage result;
  if (order.empty()) {
    return result;
  }
  const auto cases = static_cast<double>(order.size());
  long kept = 0;
  long missed = 0;
  double area = 0;
  for (std::size_t first = 0; first < order.size();) {
    std::size_t end = first;
    long inBlock = 0;
    for (; end < order.size() && confidence[order[end]] == confidence[order[first]]; ++end) {
      inBlock += wrong[order[end]] ? 1 : 0;
    }
    const auto size = static_cast<double>(end - first);
    for (std::size_t k = 1; k <= end - first; ++k) {
      const double share = static_cast<double>(k) / size * static_cast<double>(inBlock);
      area += (static_cast<double>(missed) + share) / (static_cast<double>(kept) + static_cast<double>(k));
    }
    kept += static_cast<long>(end - first);
    missed += inBlock;
    result.points.push_back({confidence[order[first]], kept, missed,
                             static_cast<double>(kept) / (cases + static_cast<double>(abstained)),
                             wilson(missed, kept, level)});
    first = end;
  }
  double best = 0;
  for (long k = kept - missed + 1; k <= kept; ++k) {
    best += static_cast<double>(k - (kept - missed)) / static_cast<double>(k);
  }
  result.aurc = area / cases;
  result.excess = std::max(0.0, (area - best) / cases);
  return result;
}

std::optional<CoveragePoint> atCoverage(const RiskCoverage& curve, double wanted) {
  requireShare(wanted);
  const auto found = std::find_if(curve.points.begin(), curve.points.end(),
                                  [wanted](const auto& point) { return point.coverage >= wanted - rounding; });
  return found == curve.points.end() ? std::nullopt : std::optional(*found);
}

std::optional<CoveragePoint> atRisk(const RiskCoverage& curve, double wanted) {
  requireShare(wanted);
  const auto found = std::find_if(curve.points.rbegin(), curve.points.rend(), [wanted](const auto& point) {
    return point.risk.value.value_or(1) <= wanted + rounding;
  });
  return found == curve.points.rend() ? std::nullopt : std::optional(*found);
}

} // namespace hipcuff::statistics
