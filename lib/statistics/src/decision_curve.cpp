#include "hipcuff/statistics/decision_curve.h"

#include "checks.h"
#include "cluster_mean.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hipcuff::statistics {
namespace {

void requireThresholds(std::span<const double> thresholds) {
  for (const double threshold : thresholds) {
    if (!(threshold >= 0 && threshold < 1)) {
      throw std::invalid_argument("a threshold of a decision curve must be at least 0 and below 1");
    }
  }
}

/// What a false positive costs in true positives.
double oddsOf(double threshold) {
  return threshold / (1 - threshold);
}

/// Thresholds ascending, and for each case how many of them it reaches.
struct Ranks {
  std::vector<std::size_t> order{}; ///< numbers of the thresholds, ascending
  std::vector<std::size_t> reached{};
};

Ranks ranksOf(std::span<const double> probabilities, std::span<const double> thresholds) {
  Ranks ranks{std::vector<std::size_t>(thresholds.size()), {}};
  std::iota(ranks.order.begin(), ranks.order.end(), std::size_t{0});
  std::stable_sort(ranks.order.begin(), ranks.order.end(),
                   [&](auto a, auto b) { return thresholds[a] < thresholds[b]; });
  std::vector<double> sorted(thresholds.begin(), thresholds.end());
  std::sort(sorted.begin(), sorted.end());
  ranks.reached.reserve(probabilities.size());
  for (const double probability : probabilities) {
    ranks.reached.push_back(
        static_cast<std::size_t>(std::upper_bound(sorted.begin(), sorted.end(), probability) - sorted.begin()));
  }
  return ranks;
}

DecisionPoint pointAt(double threshold, double rate) {
  DecisionPoint point;
  point.threshold = threshold;
  point.treatAll = rate - (1 - rate) * oddsOf(threshold);
  return point;
}

void standardise(DecisionPoint& point, double rate) {
  if (rate > 0) {
    point.standardised = *point.netBenefit.value / rate;
  }
}

double rateOf(const std::vector<bool>& outcome) {
  return static_cast<double>(std::count(outcome.begin(), outcome.end(), true)) / static_cast<double>(outcome.size());
}

} // namespace

std::vector<double> decisionThresholds(double from, double to, double step) {
  if (!(step > 0) || !(from <= to)) {
    throw std::invalid_argument("thresholds need a step above 0 and an end not before the start");
  }
  const std::vector<double> ends{from, to};
  requireThresholds(ends);
  std::vector<double> thresholds;
  const auto steps = static_cast<std::size_t>(std::floor((to - from) / step + 1e-9));
  for (std::size_t i = 0; i <= steps; ++i) {
    // Whole steps to the twelfth digit, so that 0.3 is 0.3 and not the double before it.
    thresholds.push_back(std::round((from + static_cast<double>(i) * step) * 1e12) / 1e12);
  }
  return thresholds;
}

std::vector<DecisionPoint> decisionCurve(std::span<const double> probabilities, const std::vector<bool>& outcome,
                                         std::span<const double> thresholds, const Clusters* clusters, double level) {
  requireSameLength(probabilities.size(), outcome.size());
  requireProbabilities(probabilities);
  requireThresholds(thresholds);
  requireRows(clusters, outcome.size());
  requireLevel(level);
  std::vector<DecisionPoint> curve;
  if (outcome.empty()) {
    return curve;
  }
  const double rate = rateOf(outcome);
  std::vector<double> benefits(outcome.size());
  for (const double threshold : thresholds) {
    const double cost = oddsOf(threshold);
    for (std::size_t i = 0; i < benefits.size(); ++i) {
      benefits[i] = probabilities[i] < threshold ? 0 : (outcome[i] ? 1 : -cost);
    }
    DecisionPoint point = pointAt(threshold, rate);
    point.netBenefit = meanOfRows(benefits, clusters, level);
    standardise(point, rate);
    curve.push_back(std::move(point));
  }
  return curve;
}

std::vector<DecisionPoint> decisionCurveBootstrapped(std::span<const double> probabilities,
                                                     const std::vector<bool>& outcome,
                                                     std::span<const double> thresholds, const Clusters& clusters,
                                                     const BootstrapOptions& options) {
  requireSameLength(probabilities.size(), outcome.size());
  requireProbabilities(probabilities);
  requireThresholds(thresholds);
  requireRows(&clusters, outcome.size());
  std::vector<DecisionPoint> curve;
  if (outcome.empty()) {
    return curve;
  }
  const Ranks ranks = ranksOf(probabilities, thresholds);
  const auto statistics = [&](const Resample& resample, std::span<std::optional<double>> out) {
    const auto weights = resample.rowWeights();
    std::vector<double> events(thresholds.size() + 1, 0);
    std::vector<double> others(thresholds.size() + 1, 0);
    double total = 0;
    for (std::size_t row = 0; row < weights.size(); ++row) {
      (outcome[row] ? events : others)[ranks.reached[row]] += weights[row];
      total += weights[row];
    }
    double hits = 0;
    double falseAlarms = 0;
    for (std::size_t k = thresholds.size(); k > 0; --k) {
      hits += events[k];
      falseAlarms += others[k];
      const auto number = ranks.order[k - 1];
      out[number] = (hits - falseAlarms * oddsOf(thresholds[number])) / total;
    }
  };
  const auto results = clusterBootstrap(clusters, thresholds.size(), statistics, options);
  const double rate = rateOf(outcome);
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    DecisionPoint point = pointAt(thresholds[i], rate);
    point.netBenefit = results[i].best();
    standardise(point, rate);
    curve.push_back(std::move(point));
  }
  return curve;
}

} // namespace hipcuff::statistics
