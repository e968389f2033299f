// Multi-reader multi-case studies: several readers read the same cases by several treatments (alone, with the system).
// Obuchowski & Rockette 1995 with the degrees of freedom of Hillis 2007; Hillis, Berbaum & Metz 2008.
#pragma once

#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"
#include "hipcuff/statistics/paired.h"

#include <cstddef>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::statistics {

/// A fully crossed study: every reader read every case by every treatment.
struct ReaderStudy {
  std::vector<std::string> treatments{};
  std::vector<std::string> readers{};
  std::vector<std::vector<std::vector<double>>>
      scores{};                 ///< [treatment][reader][case], finite, higher = more likely positive
  std::vector<bool> positive{}; ///< truth of each case
  /// Patients of the cases, where patients give several (without rows: each case by itself). The jackknife then leaves
  /// out patients, and DeLong is replaced by Obuchowski's clustered covariance (1997).
  Clusters clusters{};
};

/// A figure of merit of one treatment and reader over the cases whose weight is not 0; empty: not estimable for these
/// cases.
/// @param weights one a case; 0 or 1 when jackknifed
using FigureOfMerit = std::function<std::optional<double>(
    std::span<const double> scores, const std::vector<bool>& positive, std::span<const double> weights)>;
/// Area under the empirical ROC curve.
[[nodiscard]] FigureOfMerit areaUnderCurve();
/// Share of the positive cases with score >= threshold.
[[nodiscard]] FigureOfMerit sensitivityAt(double threshold);
/// Share of the negative cases with score < threshold.
[[nodiscard]] FigureOfMerit specificityAt(double threshold);

/// Covariances of the errors of the figures of merit (Obuchowski & Rockette 1995): averages over the pairs of each
/// kind.
struct ErrorCovariance {
  double variance = 0;
  double cov1 = 0; ///< same reader, other treatment (0 with one treatment)
  double cov2 = 0; ///< other reader, same treatment (0 with one reader)
  double cov3 = 0; ///< other reader, other treatment
};

/// Figures of merit and the covariance matrix of their errors, from which everything else follows.
struct FigureTable {
  std::vector<std::string> treatments{};
  std::vector<std::string> readers{};
  std::vector<std::vector<double>> figure{};     ///< [treatment][reader]
  std::vector<std::vector<double>> covariance{}; ///< [t * readers + r][...], symmetric
  std::string method{};                          ///< of the covariance: "DeLong 1988", "jackknife"
  /// What a figure can be at all: intervals end there, those of differences at what is between its ends.
  Interval range{-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
};

/// AUC with DeLong's (clustered: Obuchowski's) covariances. Empty if a class is missing or has one case only; `why`
/// says so.
/// @throws std::invalid_argument when the shapes do not fit together
[[nodiscard]] std::optional<FigureTable> figuresByDeLong(const ReaderStudy& study, std::string* why = nullptr);
/// Any figure of merit with jackknife covariances: each case (patient) left out in turn, times (n - 1) / n. Costs one
/// figure per case and reading: seconds for 1,000 cases; for areas of large studies take figuresByDeLong().
/// @param range what the figure can be; areas and shares lie between 0 and 1
[[nodiscard]] std::optional<FigureTable> figuresByJackknife(const ReaderStudy& study, const FigureOfMerit& figure,
                                                            std::string* why = nullptr, Interval range = {0, 1});
[[nodiscard]] ErrorCovariance errorCovariance(const FigureTable& table);

/// The mean of one treatment over its readers. The covariance of its own readings only is used.
struct TreatmentFigure {
  std::size_t treatment = 0;
  Estimate figure{};
  std::optional<double> df{};
};
/// Difference of two treatments' means over readers: figure of `first` - figure of `second`.
struct TreatmentDifference {
  std::size_t first = 0;
  std::size_t second = 0;
  Estimate difference{};
  Test test{}; ///< t, two-sided
};
/// Difference of two treatments in one reader; fixed readers only.
struct ReaderDifference {
  std::size_t reader = 0;
  TreatmentDifference difference{};
};
/// The conclusions for one choice of what is a sample.
struct MrmcConclusion {
  Test overall{}; ///< all treatments alike: F (fixed readers: chi-square)
  std::vector<TreatmentFigure> treatments{};
  std::vector<TreatmentDifference> differences{}; ///< every pair
  std::vector<ReaderDifference> perReader{};
};

struct MrmcAnova {
  double treatments = 0;                    ///< mean squares
  std::optional<double> readers{};          ///< needs two readers
  std::optional<double> treatmentReaders{}; ///< needs two readers
};

struct MrmcResult {
  FigureTable figures{};
  ErrorCovariance error{};
  MrmcAnova anova{};
  std::optional<double> varianceReaders{}; ///< components; may be negative, as they come
  std::optional<double> varianceTreatmentReaders{};
  MrmcConclusion randomReadersRandomCases{}; ///< for readers and cases like these: the usual one
  MrmcConclusion fixedReaders{};             ///< for these readers and cases like these
  MrmcConclusion fixedCases{};               ///< for readers like these and these cases
  std::string note{};                        ///< why something is missing
};

/// One reader: random readers and fixed cases not estimable. One treatment: no tests, only `treatments`.
/// No variance at all (perfect readers): tests not estimable.
[[nodiscard]] MrmcResult obuchowskiRockette(const FigureTable& table, double level = 0.95);

/// A system (or any single reader) against the mean of readers, for readers and cases like these. The difference of
/// each reader from the system is the figure of merit of a study with one treatment (Hillis 2014, single treatment).
/// `table` has one row of `readers` by one treatment, the system being reader number `single`.
/// At least two other readers, otherwise not estimable.
struct SingleAgainstReaders {
  Estimate single{};
  Estimate readers{};    ///< their mean
  Estimate difference{}; ///< single - mean of readers
  Test test{};
};
[[nodiscard]] SingleAgainstReaders singleAgainstReaders(const FigureTable& table, std::size_t single,
                                                        double level = 0.95);

/// Is treatment `first` not worse than `second`, for readers and cases like these?
[[nodiscard]] NonInferiority nonInferiorityMrmc(const MrmcResult& result, std::size_t first, std::size_t second,
                                                double margin, double alpha = 0.025);
/// Is the system not worse than the mean reader?
[[nodiscard]] NonInferiority nonInferiorityMrmc(const SingleAgainstReaders& result, double margin,
                                                double alpha = 0.025);

} // namespace hipcuff::statistics
