// Cases as plain columns of numbers, which the statistics want.
#pragma once

#include "hipcuff/validation/evaluation.h"

#include "hipcuff/statistics/bootstrap.h"
#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/proportion.h"

#include <array>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::validation {

inline constexpr int missing = -1;     ///< nothing was said of the class
inline constexpr int notGradable = 4;  ///< declined, or failed
inline constexpr int gradeClasses = 4; ///< normal, tendinosis, partial, full

/// "Normal", "Tendinosis", "Partial tear", "Full tear", "Not gradable".
[[nodiscard]] const std::string& className(int code);
/// "normal", ..., "not_gradable".
[[nodiscard]] std::string classKey(int code);
/// What a threshold means: "Tendinosis or worse", "Tear", "Full-thickness tear".
[[nodiscard]] const std::string& thresholdName(int least);
/// The same in running text: "tear (partial or full)".
[[nodiscard]] std::string thresholdWords(int least);
[[nodiscard]] int codeOf(const Answer* answer);
/// "image", "images".
[[nodiscard]] std::string unitWord(Unit unit, std::size_t count = 2);
/// What cases are clustered by, as far as anybody said: "patients", else "exams".
[[nodiscard]] std::string clusterWord(const Matched& matched, std::size_t count = 2);
/// "12 images", "1 hip"
[[nodiscard]] std::string countOf(Unit unit, std::size_t count);
/// "R1", "R1, reading 2".
[[nodiscard]] std::string sourceName(const Source& source);
/// A name as part of a key: letters, digits, _ and -.
[[nodiscard]] std::string keyOf(const std::string& name);

using Rows = std::vector<std::size_t>;

/// Rows are cases in the order of Matched::cases.
class CaseSet {
public:
  explicit CaseSet(const Matched& matched);

  [[nodiscard]] const Matched& matched() const noexcept { return *matched_; }
  [[nodiscard]] Unit unit() const noexcept { return matched_->unit; }
  [[nodiscard]] std::size_t size() const noexcept { return matched_->cases.size(); }
  [[nodiscard]] const Case& at(std::size_t row) const { return matched_->cases[row]; }
  [[nodiscard]] int reference(std::size_t row) const { return reference_[row]; }
  [[nodiscard]] int system(std::size_t row) const { return system_[row]; }
  /// P(class >= least); none where the program gave no probabilities.
  [[nodiscard]] std::optional<double> score(std::size_t row, int least) const;
  /// Patients of all cases.
  [[nodiscard]] const statistics::Clusters& clusters() const noexcept { return clusters_; }
  [[nodiscard]] bool clustered(const Rows& rows) const { return !clusters_.subset(rows).singletons(); }

  /// Whether the reference standard says anything of any case; false where all rows are readers'.
  [[nodiscard]] bool spokenOf() const;
  /// Reference and system both gave a class (not gradable by the system included).
  [[nodiscard]] const Rows& evaluable() const noexcept { return evaluable_; }
  /// Those of them that the system graded.
  [[nodiscard]] const Rows& graded() const noexcept { return graded_; }
  /// Graded ones with probabilities.
  [[nodiscard]] const Rows& scored() const noexcept { return scored_; }
  /// The classes that a source gave, one a case.
  [[nodiscard]] std::vector<int> classesOf(const Source& source) const;

private:
  const Matched* matched_;
  std::vector<int> reference_;
  std::vector<int> system_;
  statistics::Clusters clusters_;
  Rows evaluable_, graded_, scored_;
};

/// Below that many patients there is no interval that rests on resampling or on the formulas of large samples (kappa).
inline constexpr std::size_t fewestForInterval = 10;
/// "no interval: fewer than 10 patients"
[[nodiscard]] std::string tooFewWords(const CaseSet& cases);

/// Whether `other` says nothing that `first` does not say: each patient has one case in both, with the same answers of
/// the reference, the system and the readers.
[[nodiscard]] bool holdsNothingNew(const CaseSet& first, const CaseSet& other);

/// What all sections are given.
struct Context {
  const CaseSet& cases;
  const EvaluationOptions& options;
  std::string prefix; ///< "image-": of ids
  int positive = 2;   ///< code of the class from which on a case is positive

  /// Wilson or exact where each patient gives one item among `rows`, else the clustered ratio estimator.
  [[nodiscard]] statistics::Estimate proportion(const Rows& rows, const std::function<bool(std::size_t)>& hit) const;
  /// The same as a cell, with its counts.
  [[nodiscard]] Cell proportionCell(const Rows& rows, const std::function<bool(std::size_t)>& hit) const;
  [[nodiscard]] statistics::BootstrapOptions bootstrap() const;
};

[[nodiscard]] Rows filtered(const Rows& rows, const std::function<bool(std::size_t)>& keep);
[[nodiscard]] Paragraph text(std::string words);
[[nodiscard]] Paragraph warning(std::string words);
[[nodiscard]] Paragraph note(std::string words);
/// What each class is called in running text, counted: "12 normal, 3 partial tear".
[[nodiscard]] std::string classCounts(const std::array<long, 5>& counts);

} // namespace hipcuff::validation
