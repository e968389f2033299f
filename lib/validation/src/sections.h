// The report's sections, each from the same cases.
#pragma once

#include "case_set.h"

#include "hipcuff/statistics/icc.h"
#include "hipcuff/statistics/verification.h"

namespace hipcuff::validation {

/// Where cases went, the classes, and what was not compared.
[[nodiscard]] Section flowSection(const Context& context);
/// Who was verified, by the class that the system gave. `check.pattern` is `none` where nobody was, or where there is
/// no standard that could have been applied.
struct Verification {
  std::array<statistics::VerificationStratum, gradeClasses> strata;
  statistics::VerificationCheck check;
  long unverified = 0;
};
[[nodiscard]] Verification verificationOf(const Context& context);
/// A sentence where the share of verified cases depends on the class given, so that sensitivity and specificity are
/// those of a chosen few; else empty.
[[nodiscard]] std::string verificationDoubt(const Context& context);
/// Who was verified: only where some results have no reference.
[[nodiscard]] std::optional<Section> verificationSection(const Context& context);
/// Cross tabulation, agreement, and each threshold of severity.
[[nodiscard]] Section classificationSection(const Context& context);
/// ROC, operating points, calibration, decision curve.
[[nodiscard]] Section scoreSection(const Context& context);
[[nodiscard]] Section abstentionSection(const Context& context);
/// Thickness, depth, length; nothing where the reference measured nothing.
[[nodiscard]] std::optional<Section> measureSection(const Context& context);
/// @param outlines takes what was compared, where it is given
[[nodiscard]] std::optional<Section> segmentationSection(const Context& context, std::vector<CaseOutlines>* outlines);
[[nodiscard]] std::optional<Section> subgroupSection(const Context& context);
/// Each reader against the reference and each other.
/// @param systemKappa quadratic kappa of system and reference, as it stands under agreement
[[nodiscard]] std::optional<Section> readerSection(const Context& context,
                                                   const std::optional<statistics::Estimate>& systemKappa);
/// The system against the readers: McNemar, Obuchowski-Rockette, non-inferiority.
[[nodiscard]] std::optional<Section> readersAgainstSystemSection(const Context& context);

/// icc() of a table without holes, whose rows are the cases `rows`. Where patients give several of them, the intervals
/// (of the forms that are shown, SEM and MDC95) resample patients.
[[nodiscard]] statistics::IccResult reliability(const Context& context, const statistics::MeasurementTable& table,
                                                const Rows& rows);
/// How many P values and intervals a document holds.
[[nodiscard]] Section lookSection(const Document& document, const EvaluationOptions& options);

/// Bland-Altman and reliability of two columns of the same measure. Adds a row to each table, and a figure.
struct MeasureTables {
  Table agreement;   ///< bias, limits
  Table reliability; ///< ICCs, SEM, MDC95
  std::vector<Figure> figures;
};
[[nodiscard]] MeasureTables emptyMeasureTables(const Context& context, const std::string& firstName,
                                               const std::string& secondName);
struct MeasurePair {
  std::string key;
  std::string name; ///< "Mean thickness"
  std::string unit; ///< "mm", or empty for fractions
  std::vector<double> first, second;
  Rows rows; ///< the cases they are of
  bool figure = true;
};
void addMeasure(MeasureTables& tables, const Context& context, const MeasurePair& pair, const std::string& firstName,
                const std::string& secondName);
/// The measures that two answers may share.
struct MeasureKind {
  const char* key;
  const char* name;
  const char* unit;
  std::optional<double> Answer::*value;
};
[[nodiscard]] std::span<const MeasureKind> measureKinds();

} // namespace hipcuff::validation
