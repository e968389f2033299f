// What acting on a probability is worth (Vickers & Elkin 2006).
#pragma once

#include "hipcuff/statistics/bootstrap.h"
#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"

#include <span>
#include <vector>

namespace hipcuff::statistics {

struct DecisionPoint {
  double threshold = 0;  ///< the probability from which on one would act
  Estimate netBenefit{}; ///< TP / n - FP / n * threshold / (1 - threshold), per case; interval of a mean (of clusters)
  double treatAll = 0;   ///< of acting on everybody; acting on nobody is 0
  /// netBenefit / rate of events: 1 is the most there can be. Empty without events.
  std::optional<double> standardised{};
};

/// Evenly spaced thresholds, both ends included: 0.01 to 0.99 in steps of 0.01 without arguments.
[[nodiscard]] std::vector<double> decisionThresholds(double from = 0.01, double to = 0.99, double step = 0.01);

/// One point a threshold, in the order given; empty without cases.
/// @throws std::invalid_argument: lengths differ, a probability is outside [0, 1] or NaN, a threshold outside [0, 1)
[[nodiscard]] std::vector<DecisionPoint> decisionCurve(std::span<const double> probabilities,
                                                       const std::vector<bool>& outcome,
                                                       std::span<const double> thresholds,
                                                       const Clusters* clusters = nullptr, double level = 0.95);

/// The same with the intervals of a cluster bootstrap instead (pointwise).
[[nodiscard]] std::vector<DecisionPoint> decisionCurveBootstrapped(std::span<const double> probabilities,
                                                                   const std::vector<bool>& outcome,
                                                                   std::span<const double> thresholds,
                                                                   const Clusters& clusters,
                                                                   const BootstrapOptions& options = {});

} // namespace hipcuff::statistics
