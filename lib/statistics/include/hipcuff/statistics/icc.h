// How alike are k raters' (or repetitions') measurements of the same subjects? Intraclass correlation and measurement
// error.
#pragma once

#include "hipcuff/statistics/estimate.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::statistics {

/// Shrout & Fleiss 1979 (in brackets: McGraw & Wong 1996).
enum class IccForm {
  oneWaySingle,      ///< ICC(1,1): each subject by other raters [ICC(1)]
  agreementSingle,   ///< ICC(2,1): the raters are a sample, absolute agreement of a single one [ICC(A,1)]
  consistencySingle, ///< ICC(3,1): these raters and no others, consistency [ICC(C,1)]
  oneWayMean,        ///< ICC(1,k): of the mean of k ratings [ICC(k)]
  agreementMean,     ///< ICC(2,k) [ICC(A,k)]
  consistencyMean,   ///< ICC(3,k) [ICC(C,k)]; equals Cronbach's alpha
};
inline constexpr std::array<IccForm, 6> allIccForms = {IccForm::oneWaySingle,      IccForm::agreementSingle,
                                                       IccForm::consistencySingle, IccForm::oneWayMean,
                                                       IccForm::agreementMean,     IccForm::consistencyMean};
/// "ICC(2,1)".
[[nodiscard]] std::string name(IccForm form);

/// Measurements, one row a subject, one column a rater or repetition. Rows may have holes.
struct MeasurementTable {
  std::vector<std::string> subjects{};                      ///< names; one a row
  std::vector<std::string> raters{};                        ///< names; one a column
  std::vector<std::vector<std::optional<double>>> values{}; ///< [subject][rater], finite
};

/// Two-way analysis of variance without replication: n subjects by k raters.
struct RatingAnova {
  double subjects = 0; ///< mean squares: between subjects, n - 1
  double within = 0;   ///< within subjects, n (k - 1)
  double raters = 0;   ///< between raters, k - 1
  double error = 0;    ///< residual, (n - 1)(k - 1)
};

struct IccResult {
  std::size_t subjects = 0; ///< without holes, those the values come from
  std::size_t raters = 0;
  std::vector<std::string> leftOut{}; ///< names of the subjects with a hole
  std::optional<RatingAnova> anova{}; ///< empty with fewer than 2 subjects or raters
  std::array<Estimate, 6> forms{};    ///< in the order of allIccForms; can be negative
  std::array<Test, 6> tests{};        ///< F tests of ICC = 0, one-sided by nature

  /// Standard error of measurement of a single rating, in the unit of the measurements, with chi-square intervals.
  Estimate sem{};            ///< sqrt(mean square within): systematic differences between raters count as error
  Estimate semConsistency{}; ///< sqrt(residual mean square): they do not
  Estimate mdc95{};          ///< 1.96 sqrt(2) sem: smallest change of one subject that is more than error
  Estimate mdc95Consistency{};
  /// Repeatability coefficient, 1.96 sqrt(2) s_w of Bland & Altman 1986: the same number as mdc95, under the name that
  /// it has where the columns are repetitions.
  Estimate repeatability{};

  [[nodiscard]] const Estimate& form(IccForm f) const { return forms.at(static_cast<std::size_t>(f)); }
  [[nodiscard]] const Test& test(IccForm f) const { return tests.at(static_cast<std::size_t>(f)); }
};

/// All six forms with F tests and intervals: exact for the one-way and consistency forms, Satterthwaite's degrees of
/// freedom for absolute agreement (Shrout & Fleiss 1979; McGraw & Wong 1996, table 7, with the 1996 correction).
/// Subjects with a hole are left out and named. Fewer than 2 complete subjects or raters, or no variance at all: not
/// estimable. Perfect agreement of different subjects: 1 without interval, and the F test says that there is no error.
/// Where subjects hardly differ (negative values) ICC(2,1) may have no interval, as its degrees of freedom go below 1,
/// and the forms of means neither value nor interval, as they go to minus infinity; the notes say so.
/// @throws std::invalid_argument when rows, columns and names do not fit together or a value is not finite
[[nodiscard]] IccResult icc(const MeasurementTable& table, double level = 0.95);

} // namespace hipcuff::statistics
