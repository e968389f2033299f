// Sensitivity and specificity against a reference that errs itself.
#include "distributions.h"
#include "hipcuff/statistics/normal.h"
#include "hipcuff/statistics/proportion.h"
#include "hipcuff/statistics/verification.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

void checkShares(double sensitivity, double specificity) {
  if (!(sensitivity >= 0 && sensitivity <= 1 && specificity >= 0 && specificity <= 1))
    throw std::invalid_argument("sensitivity and specificity of a reference are between 0 and 1");
}

/// A ratio of two linear functions of the four cell shares, with its delta-method variance.
struct LinearRatio {
  double value = 0;
  double variance = 0;
};

LinearRatio linearRatio(const double (&shares)[4], const double (&numerator)[4], const double (&denominator)[4],
                        double n) {
  double top = 0;
  double bottom = 0;
  for (int i = 0; i < 4; ++i) {
    top += numerator[i] * shares[i];
    bottom += denominator[i] * shares[i];
  }
  LinearRatio ratio;
  ratio.value = top / bottom;
  double mean = 0;
  double squares = 0;
  for (int i = 0; i < 4; ++i) {
    const double slope = (numerator[i] - ratio.value * denominator[i]) / bottom;
    mean += slope * shares[i];
    squares += slope * slope * shares[i];
  }
  ratio.variance = (squares - mean * mean) / n;
  return ratio;
}

Estimate cutEstimate(const LinearRatio& ratio, double level, const char* method) {
  Estimate estimate;
  const double z = normalQuantileTwoSided(level);
  const double se = std::sqrt(std::max(0.0, ratio.variance));
  estimate.value = std::clamp(ratio.value, 0.0, 1.0);
  if (ratio.value < -1e-12 || ratio.value > 1 + 1e-12)
    estimate.note = "cut: the data do not fit the reference's stated errors";
  if (se < 1e-12) {
    if (estimate.note.empty())
      estimate.note = "no variance, so no interval";
    return estimate;
  }
  estimate.se = se;
  estimate.ci = Interval{std::clamp(ratio.value - z * se, 0.0, 1.0), std::clamp(ratio.value + z * se, 0.0, 1.0)};
  estimate.method = method;
  return estimate;
}

/// All values of P(test positive, condition) / P(condition) that fit, the test's errors depending on the reference's
/// as they like. @param ownShare of the verified cell (test agrees), @param otherShare (test disagrees), both by the
/// reference; the rest of the condition hides among the other reference result.
std::optional<Interval> bounds(double agreeCalled, double disagreeCalled, double agreeMissed, double disagreeMissed,
                               double called, double missed, double condition) {
  if (!(condition > 0))
    return std::nullopt;
  // `called` cases with the condition lie in the reference's own row, `missed` in the other one.
  const double low = std::max(0.0, called - disagreeCalled) + std::max(0.0, missed - disagreeMissed);
  const double high = std::min(called, agreeCalled) + std::min(missed, agreeMissed);
  return Interval{std::clamp(low / condition, 0.0, 1.0), std::clamp(high / condition, 0.0, 1.0)};
}

} // namespace

ImperfectReference imperfectReference(const CrossTable& table, double referenceSensitivity, double referenceSpecificity,
                                      double level) {
  checkLevel(level);
  checkShares(referenceSensitivity, referenceSpecificity);
  if (table.bothPositive < 0 || table.testOnly < 0 || table.referenceOnly < 0 || table.bothNegative < 0)
    throw std::invalid_argument("a count is below 0");
  ImperfectReference result;
  result.apparentSensitivity = wilson(table.bothPositive, table.bothPositive + table.referenceOnly, level);
  result.apparentSpecificity = wilson(table.bothNegative, table.bothNegative + table.testOnly, level);
  const long total = table.bothPositive + table.testOnly + table.referenceOnly + table.bothNegative;
  result.prevalence =
      roganGladen(table.bothPositive + table.referenceOnly, total, referenceSensitivity, referenceSpecificity, level);
  const auto refuse = [&](const std::string& why) {
    result.note = why;
    result.sensitivity = result.specificity = notEstimable(why);
    return result;
  };
  if (total == 0)
    return refuse("no cases");
  const double skill = referenceSensitivity + referenceSpecificity - 1;
  if (!(skill > 0))
    return refuse("the reference is no better than chance");
  const auto n = static_cast<double>(total);
  const double shares[4] = {static_cast<double>(table.bothPositive) / n, static_cast<double>(table.testOnly) / n,
                            static_cast<double>(table.referenceOnly) / n, static_cast<double>(table.bothNegative) / n};
  const double calledPositive = shares[0] + shares[2];
  const double prevalence = (calledPositive + referenceSpecificity - 1) / skill;
  if (!(prevalence > 0 && prevalence < 1))
    return refuse("the reference's stated errors leave no cases with, or none without, the condition");
  const double sp = referenceSpecificity;
  const double se = referenceSensitivity;
  // P(test+, condition) skill = sp P(test+, reference+) - (1 - sp) P(test+, reference-), and so on.
  const double sensitivityTop[4] = {sp, -(1 - sp), 0, 0};
  const double positiveBottom[4] = {sp, -(1 - sp), sp, -(1 - sp)};
  const double specificityTop[4] = {0, 0, -(1 - se), se};
  const double negativeBottom[4] = {-(1 - se), se, -(1 - se), se};
  constexpr const char* method = "Gart & Buck 1966, delta method";
  result.sensitivity = cutEstimate(linearRatio(shares, sensitivityTop, positiveBottom, n), level, method);
  result.specificity = cutEstimate(linearRatio(shares, specificityTop, negativeBottom, n), level, method);
  const double called = prevalence * se;
  const double missed = prevalence * (1 - se);
  result.sensitivityBounds = bounds(shares[0], shares[2], shares[1], shares[3], called, missed, prevalence);
  const double rejected = (1 - prevalence) * sp;
  const double mistaken = (1 - prevalence) * (1 - sp);
  result.specificityBounds = bounds(shares[3], shares[1], shares[2], shares[0], rejected, mistaken, 1 - prevalence);
  result.note = "assumes that test and reference err independently, and that the reference's values are exact";
  return result;
}

Estimate roganGladen(long positives, long total, double sensitivity, double specificity, double level) {
  checkLevel(level);
  checkShares(sensitivity, specificity);
  if (positives < 0 || positives > total)
    throw std::invalid_argument("more positives than cases, or a count below 0");
  if (total == 0)
    return notEstimable("no cases");
  const double skill = sensitivity + specificity - 1;
  if (!(skill > 0))
    return notEstimable("the reference is no better than chance");
  const auto n = static_cast<double>(total);
  const double apparent = static_cast<double>(positives) / n;
  return cutEstimate({(apparent + specificity - 1) / skill, apparent * (1 - apparent) / (n * skill * skill)}, level,
                     "Rogan & Gladen 1978");
}

} // namespace hipcuff::statistics
