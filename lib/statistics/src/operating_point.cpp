#include "checks.h"
#include "hipcuff/statistics/proportion.h"
#include "hipcuff/statistics/roc.h"
#include "roc_order.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::statistics {
namespace {

constexpr const char* chosenHere = "threshold chosen on the same cases, so sensitivity and specificity are flattered";

/// Shares of whole numbers, so anything nearer than this is the same share.
constexpr double rounding = 1e-12;

OperatingPoint none(const char* why) {
  return {std::nullopt, notEstimable(why), notEstimable(why), std::nullopt, why};
}

const char* missingClass(const std::vector<bool>& positive) {
  const auto positives = std::count(positive.begin(), positive.end(), true);
  return positive.empty() ? "no cases" : (positives == 0 ? "no positive cases" : "no negative cases");
}

void requireShare(double wanted) {
  if (!(wanted >= 0 && wanted <= 1)) {
    throw std::invalid_argument("a wanted sensitivity or specificity must lie between 0 and 1");
  }
}

template <typename Choose>
OperatingPoint chosen(std::span<const double> scores, const std::vector<bool>& positive, const Clusters* clusters,
                      double level, Choose choose) {
  const auto curve = rocCurve(scores, positive);
  if (curve.empty()) {
    requireLevel(level);
    requireRows(clusters, positive.size());
    return none(missingClass(positive));
  }
  OperatingPoint point = operatingPoint(scores, positive, choose(curve).threshold, clusters, level);
  point.note = chosenHere;
  return point;
}

} // namespace

OperatingPoint operatingPoint(std::span<const double> scores, const std::vector<bool>& positive, double threshold,
                              const Clusters* clusters, double level) {
  requireScores(scores, positive);
  requireLevel(level);
  requireRows(clusters, positive.size());
  if (std::isnan(threshold)) {
    throw std::invalid_argument("a threshold is not a number");
  }
  if (positive.empty()) {
    return none("no cases");
  }
  std::vector<bool> called(positive.size());
  std::vector<bool> negative(positive.size());
  std::vector<bool> passed(positive.size());
  long positives = 0;
  long hits = 0;
  long passes = 0;
  for (std::size_t i = 0; i < positive.size(); ++i) {
    called[i] = scores[i] >= threshold;
    passed[i] = !called[i];
    negative[i] = !positive[i];
    positives += positive[i] ? 1 : 0;
    hits += positive[i] && called[i] ? 1 : 0;
    passes += negative[i] && passed[i] ? 1 : 0;
  }
  const long negatives = static_cast<long>(positive.size()) - positives;
  OperatingPoint point;
  point.threshold = threshold;
  if (positives == 0) {
    point.sensitivity = notEstimable("no positive cases");
  } else {
    point.sensitivity = clusters != nullptr ? clusteredProportion(clusterCounts(*clusters, positive, called), level)
                                            : wilson(hits, positives, level);
  }
  if (negatives == 0) {
    point.specificity = notEstimable("no negative cases");
  } else {
    point.specificity = clusters != nullptr ? clusteredProportion(clusterCounts(*clusters, negative, passed), level)
                                            : wilson(passes, negatives, level);
  }
  if (point.sensitivity.value && point.specificity.value) {
    point.youden = *point.sensitivity.value + *point.specificity.value - 1;
  }
  return point;
}

OperatingPoint operatingPointAtSensitivity(std::span<const double> scores, const std::vector<bool>& positive,
                                           double wanted, const Clusters* clusters, double level) {
  requireShare(wanted);
  return chosen(scores, positive, clusters, level, [wanted](const std::vector<RocPoint>& curve) {
    return *std::find_if(curve.begin(), curve.end(),
                         [wanted](const RocPoint& point) { return point.sensitivity >= wanted - rounding; });
  });
}

OperatingPoint operatingPointAtSpecificity(std::span<const double> scores, const std::vector<bool>& positive,
                                           double wanted, const Clusters* clusters, double level) {
  requireShare(wanted);
  return chosen(scores, positive, clusters, level, [wanted](const std::vector<RocPoint>& curve) {
    return *std::find_if(curve.rbegin(), curve.rend(),
                         [wanted](const RocPoint& point) { return point.specificity >= wanted - rounding; });
  });
}

OperatingPoint operatingPointYouden(std::span<const double> scores, const std::vector<bool>& positive,
                                    const Clusters* clusters, double level) {
  return chosen(scores, positive, clusters, level, [](const std::vector<RocPoint>& curve) {
    RocPoint best = curve.front();
    for (const RocPoint& point : curve) {
      if (point.sensitivity + point.specificity > best.sensitivity + best.specificity + rounding) {
        best = point;
      }
    }
    return best;
  });
}

} // namespace hipcuff::statistics
