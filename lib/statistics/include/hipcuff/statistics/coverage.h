// A system that may abstain: how often it answers, and how often it is then wrong.
#pragma once

#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace hipcuff::statistics {

/// Answered, and wrong among the answered: Wilson, or clusteredProportion() where clusters are given.
struct Abstention {
  long total = 0;
  long answered = 0;
  long wrong = 0;
  Estimate coverage{}; ///< answered / total
  Estimate error{};    ///< wrong / answered
};
/// @param answered,wrong one per case; `wrong` counts only where answered. @throws std::invalid_argument: lengths
/// differ
[[nodiscard]] Abstention abstention(const std::vector<bool>& answered, const std::vector<bool>& wrong,
                                    const Clusters* clusters = nullptr, double level = 0.95);

/// Keeping only the cases of at least `threshold`'s confidence.
struct CoveragePoint {
  double threshold = 0;
  long kept = 0;
  long wrong = 0;
  double coverage = 0; ///< kept / (cases + abstained)
  Estimate risk{};     ///< wrong / kept, Wilson
};

struct RiskCoverage {
  std::vector<CoveragePoint> points{}; ///< coverage ascending, one for each distinct confidence
  /// Area under the risk-coverage curve: mean over k = 1 ... cases of the risk among the k most confident (Geifman &
  /// El-Yaniv 2017), over the cases that were answered; ties count as if in random order (their mean). Lower is better.
  std::optional<double> aurc{};
  /// AURC less that of an order that puts every wrong case last (Geifman, Uziel & El-Yaniv 2019).
  std::optional<double> excess{};
};

/// @param confidence of the answered cases. @param wrong the same cases. @param abstained cases without an answer
/// @throws std::invalid_argument: lengths differ, a confidence is NaN or infinite, abstained is below 0
[[nodiscard]] RiskCoverage riskCoverage(std::span<const double> confidence, const std::vector<bool>& wrong,
                                        long abstained = 0, double level = 0.95);

/// The first point whose coverage is at least `wanted` (0 to 1); empty where the curve does not reach it.
[[nodiscard]] std::optional<CoveragePoint> atCoverage(const RiskCoverage& curve, double wanted);
/// The last point whose risk is at most `wanted` (0 to 1); empty where there is none.
[[nodiscard]] std::optional<CoveragePoint> atRisk(const RiskCoverage& curve, double wanted);

} // namespace hipcuff::statistics
