// Proportions, what follows from sensitivity and specificity, and differences of proportions, each with an interval.
// Counts below 0 or k > n, a level outside (0, 1) and a prevalence outside [0, 1] are std::invalid_argument everywhere.
#pragma once

#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"

#include <span>
#include <vector>

namespace hipcuff::statistics {

/// k of n with the score interval of Wilson (1927), without continuity correction. `se` is sqrt(p (1 - p) / n),
/// empty at p = 0 and p = 1, where it would be 0.
/// n = 0: not estimable. k = 0 and k = n have an interval like any other.
[[nodiscard]] Estimate wilson(long k, long n, double level = 0.95);

/// k of n with the exact interval of Clopper & Pearson (1934). n = 0: not estimable.
[[nodiscard]] Estimate clopperPearson(long k, long n, double level = 0.95);

/// What one cluster (a patient) gives: `hits` of `total`.
struct ClusterCount {
  long hits = 0;
  long total = 0;
};

/// Of the rows with `counted`, in how many there is a `hit`, cluster by cluster.
/// @throws std::invalid_argument where the lengths differ
[[nodiscard]] std::vector<ClusterCount> clusterCounts(const Clusters& clusters, const std::vector<bool>& counted,
                                                      const std::vector<bool>& hit);

/// The proportion over all units of all clusters. SE of the ratio estimator (Rao & Scott 1992; Obuchowski 1998);
/// interval by Wilson on the effective sample n / design effect (Rao & Scott 1992), where a design effect below 1
/// counts as 1. Clusters without units don't count. Where every unit is a hit, or none is, the data say nothing of the
/// correlation: the interval then takes clusters for units, the most cautious choice, and the note says so. One cluster
/// only: a value without interval. No units: not estimable.
[[nodiscard]] Estimate clusteredProportion(std::span<const ClusterCount> clusters, double level = 0.95);

struct PredictiveValues {
  double prevalence = 0;
  Estimate ppv{};
  Estimate npv{};
  Estimate positiveLikelihoodRatio{};
  Estimate negativeLikelihoodRatio{};
};

/// PPV and NPV at `prevalence` from `truePositives` of `positives` and `trueNegatives` of `negatives`, with logit
/// intervals (Mercaldo, Lau & Zhou 2007; their adjusted logit where sensitivity or specificity is 0 or 1: the value
/// stays the unadjusted one), and likelihood ratios with log intervals (Simel, Samsa & Matchar 1991; a half is added to
/// every cell for the interval where one is 0). `se` of the four is on the scale of the value, by the delta method, and
/// empty where the interval is an adjusted one. A value of 0 / 0 or x / 0 is not estimable (LR+ at specificity 1).
[[nodiscard]] PredictiveValues predictiveValues(long truePositives, long positives, long trueNegatives, long negatives,
                                                double prevalence, double level = 0.95);

/// The same where patients give several cases: `positives` holds the true positives among the positive cases of each
/// patient, `negatives` the true negatives among the negative ones. On the effective samples of clusteredProportion(),
/// so there are intervals at sensitivity or specificity 1 too. One patient only on one side: values without intervals.
[[nodiscard]] PredictiveValues predictiveValues(std::span<const ClusterCount> positives,
                                                std::span<const ClusterCount> negatives, double prevalence,
                                                double level = 0.95);

/// The same from estimates with an SE (clustered ones), which count as independent of each other. Where sensitivity or
/// specificity is 0 or 1, or has no SE, there are values and no intervals.
[[nodiscard]] PredictiveValues predictiveValues(const Estimate& sensitivity, const Estimate& specificity,
                                                double prevalence, double level = 0.95);

/// k1 / n1 - k2 / n2 of two independent samples: Newcombe (1998, "independent proportions"), method 10 (hybrid score).
[[nodiscard]] Estimate differenceOfProportions(long k1, long n1, long k2, long n2, double level = 0.95);

/// Two yes-or-no answers on the same units.
struct PairedCounts {
  long both = 0;
  long firstOnly = 0;
  long secondOnly = 0;
  long neither = 0;
};

/// (firstOnly - secondOnly) / n: Newcombe (1998, "paired data"), method 10. n = 0: not estimable.
[[nodiscard]] Estimate pairedDifferenceNewcombe(const PairedCounts& counts, double level = 0.95);

/// The same difference with the score interval of Tango (1998). n = 0: not estimable.
[[nodiscard]] Estimate pairedDifferenceTango(const PairedCounts& counts, double level = 0.95);

} // namespace hipcuff::statistics
