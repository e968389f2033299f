// How alike do several raters put the same subjects into categories? Chance-corrected agreement, with holes where it
// may be.
#pragma once

#include "hipcuff/statistics/bootstrap.h"
#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"
#include "hipcuff/statistics/kappa.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::statistics {

/// Categories given by raters, one row a subject, one column a rater.
struct RatingTable {
  std::vector<std::string> categories{}; ///< in their order (linear and quadratic weights, ordinal alpha)
  std::vector<std::string> raters{};
  std::vector<std::vector<std::optional<std::size_t>>> ratings{}; ///< [subject][rater], index into categories
  /// Patients of the subjects (hips), where patients give several: standard errors are clustered then. Without rows:
  /// each subject by itself.
  Clusters clusters{};
};

struct Agreement {
  Estimate coefficient{};
  std::optional<double> observed{}; ///< (weighted) agreement; alpha: disagreement
  std::optional<double> expected{}; ///< by chance
  std::size_t subjects = 0;         ///< those with two ratings or more, which the value comes from
  std::size_t leftOut = 0;          ///< those with fewer; a single rating counts for chance agreement only
  Test test{};                      ///< coefficient = 0, where the literature has one
};

// The intervals: standard error by linearisation over subjects (Gwet 2008; 2014, chapter 5) or the jackknife, clustered
// where patients give several subjects, with t of (subjects or patients) - 1 degrees, cut at 1. All functions: fewer
// than 2 raters or no subject with 2 ratings: not estimable. One subject (patient): value without interval. Everybody
// always in one and the same category: expected agreement is 1, kappa-like coefficients and alpha not estimable, and
// the note says so; AC1 is 1 where there are at least two categories on the scale. A category that nobody used changes
// nothing for the kappas and alpha; it counts for AC1 and AC2, whose chance agreement knows the number of categories.
// @throws std::invalid_argument for rows of another length than `raters`, an index beyond `categories`, `clusters`
// of other rows

/// Average pairwise agreement without correction for chance, holes allowed (Gwet 2014).
[[nodiscard]] Agreement percentAgreement(const RatingTable& table, KappaWeights weights = KappaWeights::none,
                                         double level = 0.95);

/// Fleiss 1971; with holes as Gwet 2014 generalises it. `test`: standard error under no agreement of Fleiss, Nee &
/// Landis 1979, of tables without holes, weights and patients.
[[nodiscard]] Agreement fleissKappa(const RatingTable& table, KappaWeights weights = KappaWeights::none,
                                    double level = 0.95);
/// Fleiss' kappa of each category against all others, with the same test. In the order of `categories`; one that nobody
/// (or everybody) used is not estimable.
[[nodiscard]] std::vector<Agreement> fleissKappaByCategory(const RatingTable& table, double level = 0.95);

/// Conger 1980: like Fleiss', but each rater keeps marginals of his own; with two raters Cohen's kappa. Holes as Gwet
/// 2014 generalises it. Jackknife standard error.
[[nodiscard]] Agreement congerKappa(const RatingTable& table, KappaWeights weights = KappaWeights::none,
                                    double level = 0.95);

/// Gwet's AC1 (no weights; Gwet 2008) and AC2 (weights; Gwet 2014), holes allowed.
[[nodiscard]] Agreement gwetAc(const RatingTable& table, KappaWeights weights = KappaWeights::none,
                               double level = 0.95);

enum class AlphaMetric { nominal, ordinal, interval, ratio };

/// Krippendorff's alpha (Krippendorff 2011), holes allowed. Metric interval and ratio take the index of the category as
/// its value. Jackknife interval here; krippendorffAlphaBootstrap() resamples.
[[nodiscard]] Agreement krippendorffAlpha(const RatingTable& table, AlphaMetric metric = AlphaMetric::nominal,
                                          double level = 0.95);
/// Of measurements: [subject][rater], finite, for ratio not negative.
[[nodiscard]] Agreement krippendorffAlpha(std::span<const std::vector<std::optional<double>>> values,
                                          AlphaMetric metric, double level = 0.95, const Clusters& clusters = {});
/// With an interval of resampled subjects (patients), BCa or percentile (BootstrapResult::best()).
[[nodiscard]] Agreement krippendorffAlphaBootstrap(const RatingTable& table, AlphaMetric metric,
                                                   const BootstrapOptions& options = {});

/// Cohen's kappa of every two raters over the subjects that both rated.
struct PairwiseKappa {
  std::size_t first = 0; ///< index of the rater
  std::size_t second = 0;
  std::size_t subjects = 0;
  Estimate kappa{}; ///< standard error of Fleiss, Cohen & Everitt 1969 (clustered: jackknife over patients)
  std::optional<double> agreement{}; ///< share of equal ratings, no weights
};
[[nodiscard]] std::vector<PairwiseKappa> pairwiseKappas(const RatingTable& table,
                                                        KappaWeights weights = KappaWeights::none, double level = 0.95);

} // namespace hipcuff::statistics
