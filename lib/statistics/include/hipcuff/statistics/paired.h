// Two readers (or a reader and the system, or two versions) on the same cases: do they differ, is one not worse?
#pragma once

#include "hipcuff/statistics/estimate.h"
#include "hipcuff/statistics/proportion.h"

#include <span>
#include <string>

namespace hipcuff::statistics {

struct McNemar {
  PairedCounts counts{};
  Test exact{};                    ///< binomial, two-sided: twice the smaller tail, at most 1
  Test midP{};                     ///< Fagerland, Lydersen & Laake 2013
  Test chiSquare{};                ///< McNemar 1947, without continuity correction; 1 df
  Test chiSquareCorrected{};       ///< Edwards 1948: (|b - c| - 1)^2 / (b + c); 1 df
  Estimate difference{};           ///< p(first) - p(second), interval after Tango 1998
  Estimate conditionalOddsRatio{}; ///< b / c with the exact (Clopper-Pearson) interval; not estimable if c = 0
};
/// No discordant pair: p = 1 of the exact and mid-p test, chi-square not estimable. No pair at all: nothing is
/// estimable.
/// @throws std::invalid_argument for negative counts
[[nodiscard]] McNemar mcNemar(const PairedCounts& counts, double level = 0.95);

/// McNemar's test where a patient (cluster) gives several cases: chi-square with 1 df after Durkalski et al. 2003,
/// (sum (b_i - c_i) / n_i)^2 / sum ((b_i - c_i) / n_i)^2. Clusters without cases are ignored.
[[nodiscard]] Test clusteredMcNemarDurkalski(std::span<const PairedCounts> clusters);

/// The same after Obuchowski 1998: difference of two clustered proportions with their covariance, pooled under the
/// hypothesis of no difference; chi-square with 1 df.
[[nodiscard]] Test clusteredMcNemarObuchowski(std::span<const PairedCounts> clusters);

/// p(first) - p(second), its standard error by the ratio estimator over patients (Obuchowski 1998, not pooled), with
/// Tango's score interval (1998) on the effective sample n / design effect (Rao & Scott 1992), where a design effect
/// below 1 counts as 1: never narrower than for independent cases, as Wald's is with one or two discordant pairs.
/// Where the data show no variance between patients (no discordant pair) the interval takes patients for units, and the
/// note says so. Fewer than 2 clusters: a value without interval.
[[nodiscard]] Estimate clusteredPairedDifference(std::span<const PairedCounts> clusters, double level = 0.95);

enum class NonInferiorityVerdict {
  superior,     ///< the whole interval lies above 0 (and so above the margin)
  nonInferior,  ///< the whole interval lies above -margin
  inconclusive, ///< the interval holds -margin
  inferior,     ///< the whole interval lies below -margin
  notEstimable,
};
/// "non-inferior", "superior", "inconclusive", "inferior", "not estimable".
[[nodiscard]] std::string name(NonInferiorityVerdict verdict);

struct NonInferiority {
  double margin = 0;     ///< largest loss that is accepted, > 0
  double alpha = 0.025;  ///< one-sided
  Estimate difference{}; ///< new - old, interval at level 1 - 2 alpha
  Test test{};           ///< difference <= -margin against > -margin; one-sided p
  NonInferiorityVerdict verdict = NonInferiorityVerdict::notEstimable;
};

/// Paired proportions (sensitivity, specificity, accuracy): score test (Nam 1997) and score interval (Tango 1998) agree
/// with each other. "First" is the new one. @throws std::invalid_argument unless 0 < margin < 1 and 0 < alpha < 0.5
[[nodiscard]] NonInferiority nonInferiorityPaired(const PairedCounts& counts, double margin, double alpha = 0.025);

/// The same where a patient gives several cases, on the effective sample of clusteredPairedDifference().
[[nodiscard]] NonInferiority nonInferiorityClustered(std::span<const PairedCounts> clusters, double margin,
                                                     double alpha = 0.025);

/// Any difference that is about normally distributed and has a standard error: of two AUCs (DeLong), kappas.
/// @param df degrees of freedom of the standard error (t instead of normal), e.g. Hillis' of a reader study
/// A standard error of 0 or none: not estimable.
[[nodiscard]] NonInferiority nonInferiorityOf(double difference, std::optional<double> se, double margin,
                                              double alpha = 0.025, std::optional<double> df = std::nullopt);

} // namespace hipcuff::statistics
