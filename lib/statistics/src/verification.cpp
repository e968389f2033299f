#include "hipcuff/statistics/verification.h"

#include "distributions.h"
#include "hipcuff/statistics/normal.h"
#include "hipcuff/statistics/proportion.h"

#include <boost/math/distributions/hypergeometric.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

constexpr const char* assumption = "assumes that within a result it was chance who was verified";

void check(std::span<const VerificationStratum> strata) {
  for (const VerificationStratum& stratum : strata)
    if (stratum.verifiedPositive < 0 || stratum.verifiedNegative < 0 || stratum.unverified < 0)
      throw std::invalid_argument("a count is below 0");
}

std::string quoted(const std::string& name) {
  return "\"" + name + "\"";
}

/// Interval on the logit scale, which keeps it within 0 and 1.
Estimate logitEstimate(double value, double variance, double level, const char* method) {
  Estimate estimate;
  estimate.value = value;
  if (!(value > 0 && value < 1)) {
    estimate.note = "no interval: the value is 0 or 1";
    return estimate;
  }
  if (!(variance > 0)) {
    estimate.note = "no variance, so no interval";
    return estimate;
  }
  const double se = std::sqrt(variance);
  const double z = normalQuantileTwoSided(level);
  const double logit = std::log(value / (1 - value));
  const double step = z * se / (value * (1 - value));
  const auto back = [](double x) { return 1 / (1 + std::exp(-x)); };
  estimate.se = se;
  estimate.ci = Interval{back(logit - step), back(logit + step)};
  estimate.method = method;
  return estimate;
}

/// Share of the cases with (or without) the condition whose test is positive (or negative), corrected, by the delta
/// method: the result's shares are multinomial, the condition's shares within a result binomial.
Estimate corrected(std::span<const VerificationStratum> strata, bool condition, double level) {
  double total = 0;
  for (const VerificationStratum& stratum : strata)
    total += static_cast<double>(stratum.total());
  double hit = 0;
  double all = 0;
  const auto shares = [&](const VerificationStratum& stratum) {
    const auto n = static_cast<double>(stratum.verified());
    const auto k = static_cast<double>(condition ? stratum.verifiedPositive : stratum.verifiedNegative);
    return std::pair(static_cast<double>(stratum.total()) / total, k / n);
  };
  for (const VerificationStratum& stratum : strata) {
    if (stratum.total() == 0)
      continue;
    const auto [weight, rate] = shares(stratum);
    all += weight * rate;
    if (stratum.testPositive == condition)
      hit += weight * rate;
  }
  if (!(all > 0))
    return notEstimable(condition ? "no verified case has the condition" : "every verified case has the condition");
  const double value = hit / all;
  double variance = 0;
  for (const VerificationStratum& stratum : strata) {
    if (stratum.total() == 0)
      continue;
    const auto [weight, rate] = shares(stratum);
    const double slope = ((stratum.testPositive == condition ? 1 : 0) - value) / all;
    // Derivatives by the rate (times its variance) and by the weight; the latter's multinomial mean is 0 by itself.
    variance += std::pow(slope * weight, 2) * rate * (1 - rate) / static_cast<double>(stratum.verified());
    variance += std::pow(slope * rate, 2) * weight / total;
  }
  return logitEstimate(value, variance, level, "Begg & Greenes 1983, logit interval");
}

Estimate correctedPrevalence(std::span<const VerificationStratum> strata, double level) {
  double total = 0;
  for (const VerificationStratum& stratum : strata)
    total += static_cast<double>(stratum.total());
  double value = 0;
  double squares = 0;
  double within = 0;
  for (const VerificationStratum& stratum : strata) {
    if (stratum.total() == 0)
      continue;
    const double weight = static_cast<double>(stratum.total()) / total;
    const auto n = static_cast<double>(stratum.verified());
    const double rate = static_cast<double>(stratum.verifiedPositive) / n;
    value += weight * rate;
    squares += weight * rate * rate;
    within += weight * weight * rate * (1 - rate) / n;
  }
  return logitEstimate(value, within + (squares - value * value) / total, level, "Begg & Greenes 1983, logit interval");
}

/// Two-sided Fisher's exact test of a 2 x 2 table: all tables that are not more likely than this one.
double fisherP(long a, long b, long c, long d) {
  const auto row = static_cast<unsigned>(a + b);
  const auto column = static_cast<unsigned>(a + c);
  const auto n = static_cast<unsigned>(a + b + c + d);
  const boost::math::hypergeometric distribution(row, column, n);
  const double own = boost::math::pdf(distribution, static_cast<unsigned>(a));
  const unsigned low = row + column > n ? row + column - n : 0;
  double p = 0;
  for (unsigned k = low; k <= std::min(row, column); ++k) {
    const double likely = boost::math::pdf(distribution, k);
    if (likely <= own * (1 + 1e-7))
      p += likely;
  }
  return std::min(1.0, p);
}

/// Verified or not against the result of the test.
Test independence(std::span<const VerificationStratum> strata) {
  long verified = 0;
  long total = 0;
  std::vector<const VerificationStratum*> used;
  for (const VerificationStratum& stratum : strata)
    if (stratum.total() > 0) {
      used.push_back(&stratum);
      verified += stratum.verified();
      total += stratum.total();
    }
  if (used.size() < 2)
    return noTest("one result only");
  double statistic = 0;
  double smallest = static_cast<double>(total);
  for (const VerificationStratum* stratum : used)
    for (const bool yes : {true, false}) {
      const double expected = static_cast<double>(stratum->total()) *
                              static_cast<double>(yes ? verified : total - verified) / static_cast<double>(total);
      const double seen = static_cast<double>(yes ? stratum->verified() : stratum->unverified);
      statistic += (seen - expected) * (seen - expected) / expected;
      smallest = std::min(smallest, expected);
    }
  Test test;
  // Boost's hypergeometric distribution is of whole numbers and small tables; large ones do not need it.
  if (smallest < 5 && used.size() == 2 && total < 100000) {
    test.p = fisherP(used[0]->verified(), used[0]->unverified, used[1]->verified(), used[1]->unverified);
    test.method = "Fisher's exact test";
    return test;
  }
  test.statistic = statistic;
  test.df = static_cast<double>(used.size() - 1);
  test.p = chiSquaredUpperP(statistic, *test.df);
  test.method = "chi-square";
  if (smallest < 5)
    test.note = "an expected count is below 5: p is approximate";
  return test;
}

std::string percent(long part, long whole) {
  const double value = whole > 0 ? 100.0 * static_cast<double>(part) / static_cast<double>(whole) : 0;
  return std::to_string(std::lround(value)) + " % (" + std::to_string(part) + " of " + std::to_string(whole) + ")";
}

} // namespace

BeggGreenes beggGreenes(std::span<const VerificationStratum> strata, double level) {
  checkLevel(level);
  check(strata);
  BeggGreenes result;
  long truePositives = 0;
  long trueNegatives = 0;
  long positives = 0;
  long negatives = 0;
  std::string impossible;
  for (const VerificationStratum& stratum : strata) {
    positives += stratum.verifiedPositive;
    negatives += stratum.verifiedNegative;
    (stratum.testPositive ? truePositives : trueNegatives) +=
        stratum.testPositive ? stratum.verifiedPositive : stratum.verifiedNegative;
    if (stratum.verified() == 0 && stratum.total() > 0)
      impossible += (impossible.empty() ? "" : ", ") + quoted(stratum.name);
  }
  result.naiveSensitivity = wilson(truePositives, positives, level);
  result.naiveSpecificity = wilson(trueNegatives, negatives, level);
  if (positives + negatives == 0) {
    result.note = "nobody was verified";
  } else if (!impossible.empty()) {
    result.note = "nobody was verified of the result " + impossible;
  } else {
    result.sensitivity = corrected(strata, true, level);
    result.specificity = corrected(strata, false, level);
    result.prevalence = correctedPrevalence(strata, level);
    result.note = assumption;
    return result;
  }
  result.sensitivity = result.specificity = result.prevalence = notEstimable(result.note);
  return result;
}

std::string name(VerificationPattern pattern) {
  switch (pattern) {
  case VerificationPattern::complete:
    return "complete";
  case VerificationPattern::random:
    return "random";
  case VerificationPattern::partial:
    return "partial";
  case VerificationPattern::positivesOnly:
    return "positives only";
  case VerificationPattern::negativesOnly:
    return "negatives only";
  case VerificationPattern::none:
    return "none";
  }
  throw std::invalid_argument("unknown pattern of verification");
}

VerificationCheck checkVerification(std::span<const VerificationStratum> strata, double alpha) {
  check(strata);
  if (!(alpha > 0 && alpha < 1))
    throw std::invalid_argument("a significance level is between 0 and 1");
  VerificationCheck result;
  long verified[2] = {0, 0}; // of negative and positive results
  long total[2] = {0, 0};
  for (const VerificationStratum& stratum : strata) {
    verified[stratum.testPositive ? 1 : 0] += stratum.verified();
    total[stratum.testPositive ? 1 : 0] += stratum.total();
    if (stratum.verified() == 0 && stratum.total() > 0)
      result.unverifiedStrata.push_back(stratum.name);
  }
  result.verified = verified[0] + verified[1];
  result.total = total[0] + total[1];
  if (result.verified == 0) {
    result.pattern = VerificationPattern::none;
    result.independence = noTest("nobody was verified");
    result.message = "No case was verified by the reference.";
    return result;
  }
  if (result.verified == result.total) {
    result.pattern = VerificationPattern::complete;
    result.independence = noTest("everybody was verified");
    return result;
  }
  result.independence = independence(strata);
  const std::string shares = "Verified were " + percent(verified[1], total[1]) + " of the positive and " +
                             percent(verified[0], total[0]) + " of the negative results";
  if (verified[0] == 0 && total[0] > 0) {
    result.pattern = VerificationPattern::positivesOnly;
    result.message = "Only positive results were verified: sensitivity and specificity cannot be estimated from such "
                     "cases; the positive predictive value can.";
  } else if (verified[1] == 0 && total[1] > 0) {
    result.pattern = VerificationPattern::negativesOnly;
    result.message = "Only negative results were verified: sensitivity and specificity cannot be estimated from such "
                     "cases; the negative predictive value can.";
  } else if (result.independence.p && *result.independence.p < alpha) {
    result.pattern = VerificationPattern::partial;
    result.message = shares + ": values from verified cases alone are biased, corrected ones stand beside them.";
  } else if (total[0] == 0 || total[1] == 0) {
    result.pattern = VerificationPattern::random;
    result.message = "Verified were " + percent(result.verified, result.total) + " of the results.";
  } else {
    result.pattern = VerificationPattern::random;
    result.message = shares + ", which may be chance.";
  }
  return result;
}

VerificationBounds verificationBounds(std::span<const VerificationStratum> strata) {
  check(strata);
  // By test result: with the condition, without it, unknown.
  double with[2] = {0, 0};
  double without[2] = {0, 0};
  double unknown[2] = {0, 0};
  for (const VerificationStratum& stratum : strata) {
    const int index = stratum.testPositive ? 1 : 0;
    with[index] += static_cast<double>(stratum.verifiedPositive);
    without[index] += static_cast<double>(stratum.verifiedNegative);
    unknown[index] += static_cast<double>(stratum.unverified);
  }
  VerificationBounds bounds;
  // Worst: every unknown case of the wrong result has the condition, none of the right one.
  const auto range = [](double right, double wrong, double rightUnknown,
                        double wrongUnknown) -> std::optional<Interval> {
    if (right + wrong + rightUnknown + wrongUnknown <= 0)
      return std::nullopt;
    const double worst = right + wrong + wrongUnknown;
    const double best = right + rightUnknown + wrong;
    return Interval{worst > 0 ? right / worst : 0, best > 0 ? (right + rightUnknown) / best : 1};
  };
  bounds.sensitivity = range(with[1], with[0], unknown[1], unknown[0]);
  bounds.specificity = range(without[0], without[1], unknown[0], unknown[1]);
  return bounds;
}

} // namespace hipcuff::statistics
