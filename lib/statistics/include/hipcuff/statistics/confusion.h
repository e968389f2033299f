// A system's classes against the reference's.
#pragma once

#include "hipcuff/statistics/estimate.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::statistics {

/// Classes in their order (the least severe first, where there is an order). The functions below take a table whose
/// shape is not classes x classes, or with a count below 0, as std::invalid_argument.
struct ConfusionMatrix {
  std::vector<std::string> classes{};
  std::vector<std::vector<long>> counts{}; ///< [reference][system], classes x classes
  std::vector<long> abstained{};           ///< [reference]: no answer by the system; empty where none abstained

  [[nodiscard]] long total() const; ///< answered ones
  [[nodiscard]] long totalAbstained() const;
};

/// Counts rows. `reference` and `system` hold class indices, one per row; a system index below 0 is an abstention.
/// @throws std::invalid_argument where the lengths differ, a reference index or a system index is out of range
[[nodiscard]] ConfusionMatrix tabulate(std::vector<std::string> classes, std::span<const int> reference,
                                       std::span<const int> system);

/// The table [reference][system] of a resample, without abstentions. @param rowWeights one per row
/// @throws std::invalid_argument as tabulate
[[nodiscard]] std::vector<std::vector<double>> weightedTable(std::size_t classes, std::span<const int> reference,
                                                             std::span<const int> system,
                                                             std::span<const std::uint32_t> rowWeights);

/// Agreement of all answered rows, Wilson. No rows: not estimable.
[[nodiscard]] Estimate accuracy(const ConfusionMatrix& matrix, double level = 0.95);

/// The mean over classes of their sensitivities. Interval from the classes' Wilson limits (MOVER; Zou & Donner 2008);
/// SE by the variances of independent binomials. Classes without reference rows are left out and named in the note.
[[nodiscard]] Estimate balancedAccuracy(const ConfusionMatrix& matrix, double level = 0.95);

/// One class, or several, taken for positive and the others for negative.
struct BinaryCounts {
  long truePositives = 0;
  long falseNegatives = 0;
  long falsePositives = 0;
  long trueNegatives = 0;
  long abstainedPositives = 0; ///< reference positive, no answer
  long abstainedNegatives = 0;
};

/// Class `positive` against the rest. @throws std::invalid_argument where there is no such class
[[nodiscard]] BinaryCounts oneAgainstRest(const ConfusionMatrix& matrix, std::size_t positive);
/// Class `least` and those after it against those before it. @throws std::invalid_argument where there is no such class
[[nodiscard]] BinaryCounts atLeast(const ConfusionMatrix& matrix, std::size_t least);

/// All Wilson, except for F1. Each is not estimable where its denominator is 0.
struct BinaryMeasures {
  Estimate sensitivity{};
  Estimate specificity{};
  Estimate ppv{}; ///< at the prevalence of this sample
  Estimate npv{}; ///< at the prevalence of this sample
  Estimate accuracy{};
  /// 2 TP / (2 TP + FP + FN). Interval: that of Wilson for TP / (TP + FP + FN), of which F1 is a monotone function.
  Estimate f1{};
  /// With abstentions counted as missed positives (false negatives) and as false positives, the worst case of an
  /// intention-to-diagnose analysis (Schuetz et al. 2012). Equal to the plain ones where none abstained.
  Estimate sensitivityWithAbstentions{};
  Estimate specificityWithAbstentions{};
};
[[nodiscard]] BinaryMeasures binaryMeasures(const BinaryCounts& counts, double level = 0.95);

struct ClassMeasures {
  std::string name{};
  BinaryCounts counts{};
  BinaryMeasures measures{};
};
/// Every class against the rest, in the order of `classes`.
[[nodiscard]] std::vector<ClassMeasures> perClass(const ConfusionMatrix& matrix, double level = 0.95);

/// The mean over classes of F1, with the delta-method interval of the multinomial (Takahashi et al. 2022). Classes that
/// neither the reference nor the system ever names are left out and named in the note.
[[nodiscard]] Estimate macroF1(const ConfusionMatrix& matrix, double level = 0.95);

} // namespace hipcuff::statistics
