// Whether probabilities are as often right as they say.
//
// Everywhere: `probabilities` and `outcome` have one entry per case. std::invalid_argument: lengths differ, or a
// probability is outside [0, 1] or NaN.
#pragma once

#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace hipcuff::statistics {

enum class Binning { equalWidth, equalCount };

struct ReliabilityBin {
  double lower = 0; ///< of the bin where equalWidth, else the smallest probability in it
  double upper = 0; ///< of the bin where equalWidth (belongs to the next bin, except for 1), else the largest in it
  long count = 0;
  long events = 0;
  double meanProbability = 0;
  Estimate observed{}; ///< events / count, Wilson; of the clusters where given
};

/// Bins with at least one case, ascending. equalCount never parts cases of equal probability, so it may give fewer
/// bins.
/// @param bins at least 1, else std::invalid_argument. @param clusters null: independent cases
[[nodiscard]] std::vector<ReliabilityBin> reliabilityBins(std::span<const double> probabilities,
                                                          const std::vector<bool>& outcome, std::size_t bins = 10,
                                                          Binning binning = Binning::equalCount,
                                                          const Clusters* clusters = nullptr, double level = 0.95);

/// Expected calibration error: mean over cases of |observed - mean probability| of the bin (Naeini et al. 2015).
/// Depends on the bins and is above 0 even for a perfect model; no interval. Not estimable without cases.
[[nodiscard]] Estimate expectedCalibrationError(const std::vector<ReliabilityBin>& bins);
/// The largest |observed - mean probability| of a bin. Not estimable without cases.
[[nodiscard]] Estimate maximumCalibrationError(const std::vector<ReliabilityBin>& bins);

struct BrierScore {
  Estimate score{}; ///< mean of (p - o)^2, with the interval of a mean (of clusters where given)
  /// 1 - score / (rate (1 - rate)): against always saying the observed rate. Empty with one class only.
  std::optional<double> scaled{};
  /// Murphy (1973): score = reliability - resolution + uncertainty + remainder, where the remainder is what
  /// probabilities differ within a bin (0 where each distinct probability is a bin of its own).
  std::optional<double> reliability{};
  std::optional<double> resolution{};
  std::optional<double> uncertainty{};
  std::optional<double> remainder{};
};
/// @param bins of the decomposition: equalCount bins; 0 takes each distinct probability for a bin, as Murphy did
[[nodiscard]] BrierScore brier(std::span<const double> probabilities, const std::vector<bool>& outcome,
                               std::size_t bins = 0, const Clusters* clusters = nullptr, double level = 0.95);

/// Brier (1950) over all classes: mean over cases of sum_k (p_k - o_k)^2, 0 (best) to 2.
/// @param probabilities [case][class]. @param classes the true class of each case
/// @throws std::invalid_argument: lengths differ, a class is out of range, a row does not sum to 1 within 1e-3
[[nodiscard]] Estimate brierOfClasses(const std::vector<std::vector<double>>& probabilities,
                                      std::span<const int> classes, const Clusters* clusters = nullptr,
                                      double level = 0.95);

/// logit P(outcome) = intercept + slope logit(p) (Cox 1958; Miller, Hui & Tierney 1991). Perfect: 0 and 1.
struct CalibrationLine {
  Estimate intercept{};
  Estimate slope{};
  Estimate inTheLarge{}; ///< the intercept where the slope is held at 1: above 0 where probabilities are too low
  Test perfect{};        ///< likelihood ratio, intercept 0 and slope 1 together, 2 degrees of freedom
  Test spiegelhalter{};  ///< z (Spiegelhalter 1986)
};
/// Wald intervals; with `clusters` SEs are sandwich ones (and the two tests, which know no clusters, say so in their
/// notes). Probabilities nearer to 0 or 1 than `least` are moved there for the line, and the notes count them. Not
/// estimable: one class only, all probabilities equal (slope), or outcomes that a threshold of the probability parts
/// perfectly.
[[nodiscard]] CalibrationLine calibrationLine(std::span<const double> probabilities, const std::vector<bool>& outcome,
                                              const Clusters* clusters = nullptr, double level = 0.95,
                                              double least = 1e-6);

} // namespace hipcuff::statistics
