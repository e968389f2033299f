#include "hipcuff/statistics/confusion.h"

#include "checks.h"
#include "hipcuff/statistics/normal.h"
#include "hipcuff/statistics/proportion.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace hipcuff::statistics {
namespace {

void requireTable(const ConfusionMatrix& matrix) {
  const auto classes = matrix.classes.size();
  const auto broken = [](long count) { return count < 0; };
  bool sound = matrix.counts.size() == classes && (matrix.abstained.empty() || matrix.abstained.size() == classes) &&
               std::none_of(matrix.abstained.begin(), matrix.abstained.end(), broken);
  for (const auto& row : matrix.counts) {
    sound = sound && row.size() == classes && std::none_of(row.begin(), row.end(), broken);
  }
  if (!sound) {
    throw std::invalid_argument("a confusion matrix must have classes x classes counts of 0 or more");
  }
}

long sumOf(const std::vector<long>& values) {
  return std::accumulate(values.begin(), values.end(), 0L);
}

long columnSum(const ConfusionMatrix& matrix, std::size_t column) {
  long sum = 0;
  for (const auto& row : matrix.counts) {
    sum += row[column];
  }
  return sum;
}

/// "no cases of A, B", or nothing.
std::string leftOut(const char* what, const std::vector<std::string>& names) {
  std::string note;
  for (const auto& name : names) {
    note += (note.empty() ? what : ", ") + name;
  }
  return note;
}

template <typename Answered, typename Abstained>
void forEachRow(std::size_t classes, std::span<const int> reference, std::span<const int> system, Answered answered,
                Abstained abstained) {
  requireSameLength(reference.size(), system.size());
  const auto count = static_cast<long>(classes);
  for (std::size_t row = 0; row < reference.size(); ++row) {
    if (reference[row] < 0 || reference[row] >= count || system[row] >= count) {
      throw std::invalid_argument("row " + std::to_string(row) + " names a class that there is not");
    }
    const auto truth = static_cast<std::size_t>(reference[row]);
    if (system[row] < 0) {
      abstained(row, truth);
    } else {
      answered(row, truth, static_cast<std::size_t>(system[row]));
    }
  }
}

/// Positive where `isPositive` says so of the class.
template <typename Predicate>
BinaryCounts collapsed(const ConfusionMatrix& matrix, Predicate isPositive) {
  BinaryCounts counts;
  for (std::size_t truth = 0; truth < matrix.classes.size(); ++truth) {
    for (std::size_t answer = 0; answer < matrix.classes.size(); ++answer) {
      const long n = matrix.counts[truth][answer];
      if (isPositive(truth)) {
        (isPositive(answer) ? counts.truePositives : counts.falseNegatives) += n;
      } else {
        (isPositive(answer) ? counts.falsePositives : counts.trueNegatives) += n;
      }
    }
    if (!matrix.abstained.empty()) {
      (isPositive(truth) ? counts.abstainedPositives : counts.abstainedNegatives) += matrix.abstained[truth];
    }
  }
  return counts;
}

void requireClass(const ConfusionMatrix& matrix, std::size_t index) {
  requireTable(matrix);
  if (index >= matrix.classes.size()) {
    throw std::invalid_argument("there is no class number " + std::to_string(index));
  }
}

Estimate proportion(long k, long n, double level, const char* whyNot) {
  return n == 0 ? notEstimable(whyNot) : wilson(k, n, level);
}

Estimate f1Of(const BinaryCounts& c, double level) {
  const long named = c.truePositives + c.falsePositives + c.falseNegatives;
  if (named == 0) {
    return notEstimable("neither the reference nor the system names the class");
  }
  const Estimate jaccard = wilson(c.truePositives, named, level);
  const auto f1 = [](double j) { return 2 * j / (1 + j); };
  Estimate result;
  result.value = f1(*jaccard.value);
  result.ci = Interval{f1(jaccard.ci->lower), f1(jaccard.ci->upper)};
  if (jaccard.se) {
    const double slope = 2 / ((1 + *jaccard.value) * (1 + *jaccard.value));
    result.se = slope * *jaccard.se;
  }
  result.method = "Wilson 1927 of TP / (TP + FP + FN)";
  return result;
}

} // namespace

long ConfusionMatrix::total() const {
  return std::accumulate(counts.begin(), counts.end(), 0L, [](long sum, const auto& row) { return sum + sumOf(row); });
}

long ConfusionMatrix::totalAbstained() const {
  return sumOf(abstained);
}

ConfusionMatrix tabulate(std::vector<std::string> classes, std::span<const int> reference,
                         std::span<const int> system) {
  ConfusionMatrix matrix;
  const auto n = classes.size();
  matrix.counts.assign(n, std::vector<long>(n, 0));
  std::vector<long> abstained(n, 0);
  forEachRow(
      n, reference, system, [&](std::size_t, std::size_t truth, std::size_t answer) { ++matrix.counts[truth][answer]; },
      [&](std::size_t, std::size_t truth) { ++abstained[truth]; });
  matrix.classes = std::move(classes);
  if (sumOf(abstained) > 0) {
    matrix.abstained = std::move(abstained);
  }
  return matrix;
}

std::vector<std::vector<double>> weightedTable(std::size_t classes, std::span<const int> reference,
                                               std::span<const int> system, std::span<const std::uint32_t> rowWeights) {
  requireSameLength(reference.size(), rowWeights.size());
  std::vector<std::vector<double>> table(classes, std::vector<double>(classes, 0.0));
  forEachRow(
      classes, reference, system,
      [&](std::size_t row, std::size_t truth, std::size_t answer) { table[truth][answer] += rowWeights[row]; },
      [](std::size_t, std::size_t) {});
  return table;
}

Estimate accuracy(const ConfusionMatrix& matrix, double level) {
  requireTable(matrix);
  long right = 0;
  for (std::size_t i = 0; i < matrix.classes.size(); ++i) {
    right += matrix.counts[i][i];
  }
  return wilson(right, matrix.total(), level);
}

Estimate balancedAccuracy(const ConfusionMatrix& matrix, double level) {
  requireTable(matrix);
  double sum = 0;
  double variance = 0;
  double below = 0;
  double above = 0;
  double classes = 0;
  std::vector<std::string> empty;
  for (std::size_t i = 0; i < matrix.classes.size(); ++i) {
    const Estimate sensitivity = wilson(matrix.counts[i][i], sumOf(matrix.counts[i]), level);
    if (!sensitivity.value) {
      empty.push_back(matrix.classes[i]);
      continue;
    }
    const double p = *sensitivity.value;
    sum += p;
    variance += sensitivity.se ? *sensitivity.se * *sensitivity.se : 0;
    below += std::pow(p - sensitivity.ci->lower, 2);
    above += std::pow(sensitivity.ci->upper - p, 2);
    classes += 1;
  }
  if (classes == 0) {
    return notEstimable("no cases");
  }
  Estimate result;
  const double mean = sum / classes;
  result.value = mean;
  result.ci =
      Interval{std::max(0.0, mean - std::sqrt(below) / classes), std::min(1.0, mean + std::sqrt(above) / classes)};
  if (variance > 0) {
    result.se = std::sqrt(variance) / classes;
  }
  result.method = "MOVER of Wilson limits, Zou & Donner 2008";
  result.note = leftOut("left out, for the reference has no case of it: ", empty);
  return result;
}

BinaryCounts oneAgainstRest(const ConfusionMatrix& matrix, std::size_t positive) {
  requireClass(matrix, positive);
  return collapsed(matrix, [positive](std::size_t index) { return index == positive; });
}

BinaryCounts atLeast(const ConfusionMatrix& matrix, std::size_t least) {
  requireClass(matrix, least);
  return collapsed(matrix, [least](std::size_t index) { return index >= least; });
}

BinaryMeasures binaryMeasures(const BinaryCounts& c, double level) {
  requireLevel(level);
  if (std::min({c.truePositives, c.falseNegatives, c.falsePositives, c.trueNegatives, c.abstainedPositives,
                c.abstainedNegatives}) < 0) {
    throw std::invalid_argument("a count is below 0");
  }
  const long positives = c.truePositives + c.falseNegatives;
  const long negatives = c.trueNegatives + c.falsePositives;
  BinaryMeasures m;
  m.sensitivity = proportion(c.truePositives, positives, level, "no positive cases");
  m.specificity = proportion(c.trueNegatives, negatives, level, "no negative cases");
  m.ppv = proportion(c.truePositives, c.truePositives + c.falsePositives, level, "nobody was called positive");
  m.npv = proportion(c.trueNegatives, c.trueNegatives + c.falseNegatives, level, "nobody was called negative");
  m.accuracy = proportion(c.truePositives + c.trueNegatives, positives + negatives, level, "no cases");
  m.f1 = f1Of(c, level);
  m.sensitivityWithAbstentions =
      proportion(c.truePositives, positives + c.abstainedPositives, level, "no positive cases");
  m.specificityWithAbstentions =
      proportion(c.trueNegatives, negatives + c.abstainedNegatives, level, "no negative cases");
  return m;
}

std::vector<ClassMeasures> perClass(const ConfusionMatrix& matrix, double level) {
  requireTable(matrix);
  std::vector<ClassMeasures> result;
  for (std::size_t i = 0; i < matrix.classes.size(); ++i) {
    const BinaryCounts counts = oneAgainstRest(matrix, i);
    result.push_back({matrix.classes[i], counts, binaryMeasures(counts, level)});
  }
  return result;
}

Estimate macroF1(const ConfusionMatrix& matrix, double level) {
  requireTable(matrix);
  requireLevel(level);
  const auto classes = matrix.classes.size();
  const auto n = static_cast<double>(matrix.total());
  if (n == 0) {
    return notEstimable("no cases");
  }
  // Of class k: F1 = 2 p_kk / margins_k; `ownCell` and `margin` are its derivatives by p_kk's numerator and by a
  // margin.
  std::vector<double> ownCell(classes, 0);
  std::vector<double> margin(classes, 0);
  std::vector<std::string> empty;
  double sum = 0;
  double named = 0;
  for (std::size_t k = 0; k < classes; ++k) {
    const double margins = static_cast<double>(sumOf(matrix.counts[k]) + columnSum(matrix, k)) / n;
    if (margins == 0) {
      empty.push_back(matrix.classes[k]);
      continue;
    }
    const double hit = static_cast<double>(matrix.counts[k][k]) / n;
    sum += 2 * hit / margins;
    ownCell[k] = 2 / margins;
    margin[k] = -2 * hit / (margins * margins);
    named += 1;
  }
  double mean = 0;
  double square = 0;
  for (std::size_t i = 0; i < classes; ++i) {
    for (std::size_t j = 0; j < classes; ++j) {
      const double p = static_cast<double>(matrix.counts[i][j]) / n;
      const double gradient = (margin[i] + margin[j] + (i == j ? ownCell[i] : 0)) / named;
      mean += p * gradient;
      square += p * gradient * gradient;
    }
  }
  Estimate result;
  result.value = sum / named;
  result.method = "delta method, Takahashi et al. 2022";
  result.note = leftOut("left out, for neither side names it: ", empty);
  const double variance = (square - mean * mean) / n;
  if (variance > 1e-15) {
    result.se = std::sqrt(variance);
    const double half = normalQuantileTwoSided(level) * *result.se;
    result.ci = Interval{std::max(0.0, *result.value - half), std::min(1.0, *result.value + half)};
  } else {
    result.note += (result.note.empty() ? "" : "; ") + std::string("no variance, so no interval");
  }
  return result;
}

} // namespace hipcuff::statistics
