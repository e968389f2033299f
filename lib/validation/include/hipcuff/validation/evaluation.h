// From matched cases to the report: who was right how often, with which certainty, laid out along STARD-AI and CLAIM.
#pragma once

#include "hipcuff/validation/cases.h"
#include "hipcuff/validation/document.h"
#include "hipcuff/validation/masks.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::validation {

struct EvaluationOptions {
  /// The least severe class that counts as positive where one threshold has to stand for all (ROC, decision curve,
  /// readers, non-inferiority). Any class but normal and not gradable.
  GradeClass positive = GradeClass::partialThickness;
  std::vector<double> prevalences{}; ///< of that condition, for PPV and NPV beside those of the sample; each in (0, 1)
  std::optional<double> margin{};    ///< of non-inferiority, in (0, 1); none: no such test
  /// The outcome that was named before looking: "sensitivity", "specificity", "accuracy", "auc", "kappa"; empty: none
  std::string primary{};
  bool exact = false;                 ///< Clopper-Pearson instead of Wilson where cases are independent
  std::uint64_t seed = 1;             ///< of the bootstrap
  std::size_t replicates = 2000;      ///< of the bootstrap; at least 40
  unsigned threads = 1;               ///< the results do not depend on it
  bool masks = true;                  ///< compare label maps where both sides have them
  std::string systemName = "HipCuff"; ///< for tables and legends
  std::string referenceName = "the reference standard";
  /// The pictures are simulated, as far as the reference standard is HipCuff's truth of them: said in Methods and
  /// Limits.
  bool simulated = false;
};

/// How alike the outlines of one image are.
struct CaseOutlines {
  std::string id; ///< Case::id
  std::vector<StructureOverlap> overlaps;
  std::string problem; ///< why its masks could not be compared; empty where they were
};

/// @param units the same study by image, hip and patient, as far as the reference speaks of them; the first one is the
/// main one. @param outlines if given: what the outlines' table is made of, image by image, for casesCsv()
/// @return without command, time and inputs, which the caller knows
[[nodiscard]] Document evaluate(std::span<const Matched> units, const EvaluationOptions& options = {},
                                std::vector<CaseOutlines>* outlines = nullptr);

/// Two versions (or programs) on the same cases: `first` and `second` hold the same reference, or none at all. Cases
/// are paired by their ids; those of one side only are counted and listed.
struct ComparisonOptions {
  EvaluationOptions evaluation{};
  std::string firstName = "A";
  std::string secondName = "B";
};
struct Comparison {
  Document document{};
  /// Of the main unit: second minus first, of the share of right answers among all cases with a reference that both
  /// were given (not answered is wrong). Without reference: not estimable.
  statistics::Estimate difference{};
  std::size_t paired = 0;  ///< cases of the main unit that both have a result of
  std::size_t changed = 0; ///< of them with another class
  std::size_t worse = 0;   ///< of them right in the first and wrong in the second
  std::string changes{};   ///< changes.csv: one row a case with another class, of all units
};
[[nodiscard]] Comparison compareVersions(std::span<const Matched> first, std::span<const Matched> second,
                                         const ComparisonOptions& options = {});

/// cases.csv: one row a case, with all that was said of it, so that the report's numbers can be had from it again.
/// @param outlines of evaluate(); no columns of outlines where it is empty
[[nodiscard]] std::string casesCsv(std::span<const Matched> units, std::span<const CaseOutlines> outlines = {});
/// leftovers.csv.
[[nodiscard]] std::string leftoversCsv(std::span<const Matched> units);

} // namespace hipcuff::validation
