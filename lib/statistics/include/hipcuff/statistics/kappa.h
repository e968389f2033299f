// Agreement of two raters beyond chance.
#pragma once

#include "hipcuff/statistics/confusion.h"
#include "hipcuff/statistics/estimate.h"

#include <optional>
#include <vector>

namespace hipcuff::statistics {

/// How much a disagreement by d of at most D classes weighs: all alike, d / D, (d / D)^2.
enum class KappaWeights { none, linear, quadratic };

/// Cohen's kappa (1960, 1968) of a square table [first rater][second rater], classes in their order. SE and Wald
/// interval of Fleiss, Cohen & Everitt (1969), cut at -1 and 1. Not estimable where there are no rows, one class only,
/// or chance agreement is 1 (both raters always name the same class). With perfect agreement or one row the SE is 0 and
/// says nothing: a value without interval. @throws std::invalid_argument: not square, or a count below 0
[[nodiscard]] Estimate kappa(const std::vector<std::vector<long>>& counts, KappaWeights weights, double level = 0.95);
[[nodiscard]] Estimate kappa(const ConfusionMatrix& matrix, KappaWeights weights, double level = 0.95);

/// Whether kappa is 0: z from the SE under independence (Fleiss, Cohen & Everitt 1969), two-sided.
[[nodiscard]] Test kappaTest(const std::vector<std::vector<long>>& counts, KappaWeights weights);

/// The value alone, of a table of weights: for resampling. Empty where kappa() is not estimable.
[[nodiscard]] std::optional<double> kappaValue(const std::vector<std::vector<double>>& counts, KappaWeights weights);

/// What a paradoxical kappa is explained by (Byrt, Bishop & Carlin 1993).
struct KappaContext {
  std::optional<double> observedAgreement{};
  std::optional<double> chanceAgreement{};
  std::optional<double> pabak{};           ///< prevalence- and bias-adjusted kappa: (C p_o - 1) / (C - 1), C classes
  std::optional<double> prevalenceIndex{}; ///< |a - d| / n, of 2 x 2 tables only
  std::optional<double> biasIndex{};       ///< |b - c| / n, of 2 x 2 tables only
  std::optional<double> maximumKappa{};    ///< the largest unweighted kappa that the margins allow
};
[[nodiscard]] KappaContext kappaContext(const std::vector<std::vector<long>>& counts);

} // namespace hipcuff::statistics
