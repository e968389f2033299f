// Do two ways of measuring the same thing agree? Bias and limits of agreement (Bland & Altman).
#pragma once

#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"

#include <cstddef>
#include <span>
#include <vector>

namespace hipcuff::statistics {

/// What a pair's difference is. Differences are always first minus second.
enum class DifferenceScale {
  absolute,      ///< first - second, in the unit of the measurements
  logRatio,      ///< ln(first / second); bias and limits are given back as ratios (antilogs), Bland & Altman 1999
                 ///< section 3.1
  percentOfMean, ///< 100 (first - second) / mean of the two, in percent
};

struct BlandAltmanOptions {
  double level = 0.95;    ///< of every interval, within (0, 1)
  double coverage = 0.95; ///< the share of differences that the limits should hold, within (0, 1)
  DifferenceScale scale = DifferenceScale::absolute;
};

/// One pair as it is drawn. On the log scale `mean` is the geometric mean and `difference` the ratio.
struct DifferencePoint {
  double mean = 0;
  double difference = 0;
};

/// On the log scale `bias`, `lower` and `upper` and their intervals are ratios (1 = alike), `se` and `sd` stay on the
/// log scale, and so does the regression.
struct BlandAltman {
  std::size_t pairs = 0;
  std::size_t subjects = 0; ///< equals `pairs` unless the measurements are repeated
  DifferenceScale scale = DifferenceScale::absolute;
  double coverage = 0.95;
  std::optional<double> sd{}; ///< of a single pair's difference (repeated: within and between subjects together)
  Estimate bias{};            ///< mean difference with its t interval
  Estimate lower{};           ///< lower limit of agreement
  Estimate upper{};           ///< upper limit of agreement
  /// Of the limits, by the large-sample formula sd^2 (1/n + z^2 / 2(n-1)) with t (Bland & Altman 1999, section 2).
  /// Without repeated measures only; what older papers print.
  std::optional<Interval> lowerApproximate{};
  std::optional<Interval> upperApproximate{};
  std::optional<double> sdWithin{}; ///< repeated measures only
  std::optional<double>
      sdBetween{}; ///< repeated measures only; 0 where the variance between subjects came out negative
  /// Proportional bias: regression of the difference on the mean of the two. An interval of the slope without 0 says
  /// that the bias changes with the size.
  Estimate slope{};
  Estimate intercept{};
  Test proportional{}; ///< slope = 0; t test
  std::vector<DifferencePoint> points{};
};

/// One pair per subject. Limits bias -+ z sd (Bland & Altman 1986); `lower` and `upper` carry the exact intervals from
/// the noncentral t distribution (Carkeet 2015, each limit by itself). Fewer than 2 pairs: bias without interval (1) or
/// nothing (0). Fewer than 3: no regression. All differences equal: the limits are the bias, without intervals, and
/// the note says so. All means equal: no slope.
/// @param first,second of equal length, finite; positive on the log scale and of a positive mean in percent
/// @throws std::invalid_argument otherwise
[[nodiscard]] BlandAltman blandAltman(std::span<const double> first, std::span<const double> second,
                                      const BlandAltmanOptions& options = {});

/// Several pairs per subject while the true value may change from pair to pair (left and right hip, several pictures):
/// variance of a difference = between + within subjects, from a one-way analysis of variance (Bland & Altman 2007,
/// section 3). The bias is the mean of all pairs; its standard error is clustered by subject (t with subjects - 1
/// degrees). Intervals of the limits by MOVER (Zou 2013). The regression's standard errors are clustered by subject
/// (CR1, t with subjects - 1). Every subject with one pair: the same as blandAltman(). A single subject: bias and
/// limits not estimable as a statement on other subjects, and the note says so.
/// @param subjects one row per pair
[[nodiscard]] BlandAltman blandAltmanPairsPerSubject(std::span<const double> first, std::span<const double> second,
                                                     const Clusters& subjects, const BlandAltmanOptions& options = {});

/// One subject's repeated measurements by both ways. The true value is the same in all; the counts may differ.
struct Replicates {
  std::vector<double> first{};
  std::vector<double> second{};
};

/// Replicates of an unchanging true value, not paired with each other (Bland & Altman 2007, section 2; 1999,
/// section 5.1): variance of a single difference = variance of the differences of means + (1 - mean 1/m) of the
/// within-subject variances. Bias is the mean over subjects. Intervals of the limits by MOVER (Zou 2013). `points` and
/// the regression are of subject means. `sdWithin` is of the difference of two single measurements. A subject without
/// measurements by one of the two is left out. @throws std::invalid_argument for the log scale of numbers that are not
/// positive, and for percent, which unpaired measurements do not have
[[nodiscard]] BlandAltman blandAltmanReplicates(std::span<const Replicates> subjects,
                                                const BlandAltmanOptions& options = {});

} // namespace hipcuff::statistics
