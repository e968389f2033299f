#include "hipcuff/statistics/paired.h"

#include "distributions.h"
#include "hipcuff/statistics/normal.h"
#include "paired_score.h"

#include <boost/math/distributions/binomial.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

double total(const PairedCounts& counts) {
  return static_cast<double>(counts.both + counts.firstOnly + counts.secondOnly + counts.neither);
}

void check(const PairedCounts& counts) {
  if (counts.both < 0 || counts.firstOnly < 0 || counts.secondOnly < 0 || counts.neither < 0)
    throw std::invalid_argument("a count is below 0");
}

void check(double margin, double alpha) {
  if (!(margin > 0))
    throw std::invalid_argument("a non-inferiority margin is above 0");
  if (!(alpha > 0 && alpha < 0.5))
    throw std::invalid_argument("a one-sided significance level is between 0 and 0.5");
}

Test chiSquare(double statistic, const char* method) {
  Test test;
  test.statistic = statistic;
  test.df = 1;
  test.p = chiSquaredUpperP(statistic, 1);
  test.method = method;
  return test;
}

/// What the clustered tests are made of: each cluster's surplus of the first over the second.
struct Surplus {
  std::vector<double> difference{};
  std::vector<double> size{};
  double cases = 0;
  double sum = 0;
};

Surplus surplusOf(std::span<const PairedCounts> clusters) {
  Surplus surplus;
  for (const PairedCounts& cluster : clusters) {
    check(cluster);
    const double n = total(cluster);
    if (n == 0)
      continue;
    surplus.difference.push_back(static_cast<double>(cluster.firstOnly - cluster.secondOnly));
    surplus.size.push_back(n);
    surplus.cases += n;
    surplus.sum += surplus.difference.back();
  }
  return surplus;
}

void judge(NonInferiority& result) {
  if (!result.difference.ci) {
    result.verdict = NonInferiorityVerdict::notEstimable;
    return;
  }
  const Interval ci = *result.difference.ci;
  if (ci.lower > 0)
    result.verdict = NonInferiorityVerdict::superior;
  else if (ci.lower > -result.margin)
    result.verdict = NonInferiorityVerdict::nonInferior;
  else if (ci.upper < -result.margin)
    result.verdict = NonInferiorityVerdict::inferior;
  else
    result.verdict = NonInferiorityVerdict::inconclusive;
}

/// Nam's score statistic of difference = -margin, its variance restricted to that hypothesis.
double namScore(double n, double b, double c, double margin) {
  // The share of "second only" under the hypothesis p(first only) = p(second only) - margin solves 2n q^2 + B q + C =
  // 0.
  const double linear = -(b + c) - (2 * n - b + c) * margin;
  const double constant = c * margin * (margin + 1);
  const double q = (-linear + std::sqrt(std::max(0.0, linear * linear - 8 * n * constant))) / (4 * n);
  const double variance = n * (2 * q - margin * (margin + 1));
  return (b - c + n * margin) / std::sqrt(variance);
}

} // namespace

McNemar mcNemar(const PairedCounts& counts, double level) {
  checkLevel(level);
  check(counts);
  McNemar result;
  result.counts = counts;
  result.difference = pairedDifferenceTango(counts, level);
  const auto b = static_cast<double>(counts.firstOnly);
  const auto c = static_cast<double>(counts.secondOnly);
  const double discordant = b + c;
  if (total(counts) == 0) {
    result.exact = result.midP = result.chiSquare = result.chiSquareCorrected = noTest("no cases");
    result.conditionalOddsRatio = notEstimable("no cases");
    return result;
  }
  result.exact.method = "McNemar, exact binomial";
  result.midP.method = "McNemar, mid-p (Fagerland, Lydersen & Laake 2013)";
  if (discordant == 0) {
    result.exact.p = result.midP.p = 1;
    result.exact.note = result.midP.note = "no discordant pairs";
    result.chiSquare = result.chiSquareCorrected = noTest("no discordant pairs");
    result.conditionalOddsRatio = notEstimable("no discordant pairs");
    return result;
  }
  const boost::math::binomial binomial(discordant, 0.5);
  const double smaller = std::min(b, c);
  const double tail = boost::math::cdf(binomial, smaller);
  result.exact.statistic = result.midP.statistic = smaller;
  result.exact.p = std::min(1.0, 2 * tail);
  result.midP.p = std::min(1.0, 2 * tail - boost::math::pdf(binomial, smaller));
  result.chiSquare = chiSquare((b - c) * (b - c) / discordant, "McNemar, chi-square");
  const double corrected = std::max(0.0, std::abs(b - c) - 1);
  result.chiSquareCorrected =
      chiSquare(corrected * corrected / discordant, "McNemar, chi-square with continuity correction (Edwards 1948)");

  if (counts.secondOnly == 0) {
    result.conditionalOddsRatio = notEstimable("infinite: the second was never right alone");
  } else {
    const Estimate share = clopperPearson(counts.firstOnly, counts.firstOnly + counts.secondOnly, level);
    const auto odds = [](double p) { return p < 1 ? p / (1 - p) : std::numeric_limits<double>::infinity(); };
    result.conditionalOddsRatio.value = b / c;
    if (share.ci)
      result.conditionalOddsRatio.ci = Interval{odds(share.ci->lower), odds(share.ci->upper)};
    result.conditionalOddsRatio.method = "exact, conditional on the discordant pairs";
  }
  return result;
}

Test clusteredMcNemarDurkalski(std::span<const PairedCounts> clusters) {
  const Surplus surplus = surplusOf(clusters);
  if (surplus.size.size() < 2)
    return noTest("fewer than two patients");
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < surplus.size.size(); ++i) {
    const double share = surplus.difference[i] / surplus.size[i];
    sum += share;
    squares += share * share;
  }
  if (!(squares > 0))
    return noTest("no patient's cases speak for one of the two");
  return chiSquare(sum * sum / squares, "clustered McNemar (Durkalski et al. 2003)");
}

Test clusteredMcNemarObuchowski(std::span<const PairedCounts> clusters) {
  const Surplus surplus = surplusOf(clusters);
  if (surplus.size.size() < 2)
    return noTest("fewer than two patients");
  double squares = 0;
  for (const double difference : surplus.difference)
    squares += difference * difference;
  if (!(squares > 0))
    return noTest("no patient's cases speak for one of the two");
  const auto m = static_cast<double>(surplus.size.size());
  return chiSquare(surplus.sum * surplus.sum * (m - 1) / (m * squares), "clustered McNemar (Obuchowski 1998)");
}

namespace {

/// The pairs as if they were independent: as many as tell as much as those of the patients do.
struct EffectivePairs {
  double n = 0;
  double firstOnly = 0;
  double secondOnly = 0;
  double se = 0; ///< of the difference, by the ratio estimator over patients; 0: no variance to be seen
  std::string note{};
};

/// @param clusters with two or more that have cases
EffectivePairs effectivePairs(std::span<const PairedCounts> clusters) {
  const Surplus surplus = surplusOf(clusters);
  double first = 0;
  double second = 0;
  for (const PairedCounts& cluster : clusters) {
    first += static_cast<double>(cluster.firstOnly);
    second += static_cast<double>(cluster.secondOnly);
  }
  const double value = surplus.sum / surplus.cases;
  const auto m = static_cast<double>(surplus.size.size());
  double squares = 0;
  for (std::size_t i = 0; i < surplus.size.size(); ++i)
    squares += std::pow(surplus.difference[i] - surplus.size[i] * value, 2);
  const double variance = m / (m - 1) * squares / (surplus.cases * surplus.cases);
  const double independent = ((first + second) / surplus.cases - value * value) / surplus.cases;
  EffectivePairs result;
  constexpr double rounding = 1e-24;
  if (variance > rounding && independent > rounding) {
    result.n = surplus.cases / std::max(1.0, variance / independent);
    result.se = std::sqrt(variance);
  } else {
    result.n = m;
    result.note = "no variance between patients; the interval takes patients for units";
  }
  result.firstOnly = first / surplus.cases * result.n;
  result.secondOnly = second / surplus.cases * result.n;
  return result;
}

} // namespace

Estimate clusteredPairedDifference(std::span<const PairedCounts> clusters, double level) {
  checkLevel(level);
  const Surplus surplus = surplusOf(clusters);
  if (surplus.size.empty())
    return notEstimable("no cases");
  Estimate estimate;
  estimate.value = surplus.sum / surplus.cases;
  if (surplus.size.size() < 2) {
    estimate.note = "one patient only";
    return estimate;
  }
  const EffectivePairs pairs = effectivePairs(clusters);
  if (pairs.se > 0)
    estimate.se = pairs.se;
  estimate.ci = tangoInterval(pairs.n, pairs.firstOnly, pairs.secondOnly, level);
  estimate.note = pairs.note;
  estimate.method = "Tango 1998, effective sample (Rao & Scott 1992)";
  return estimate;
}

std::string name(NonInferiorityVerdict verdict) {
  switch (verdict) {
  case NonInferiorityVerdict::superior:
    return "superior";
  case NonInferiorityVerdict::nonInferior:
    return "non-inferior";
  case NonInferiorityVerdict::inconclusive:
    return "inconclusive";
  case NonInferiorityVerdict::inferior:
    return "inferior";
  case NonInferiorityVerdict::notEstimable:
    return "not estimable";
  }
  throw std::invalid_argument("unknown verdict");
}

NonInferiority nonInferiorityPaired(const PairedCounts& counts, double margin, double alpha) {
  check(margin, alpha);
  check(counts);
  if (!(margin < 1))
    throw std::invalid_argument("a margin for proportions is below 1");
  NonInferiority result;
  result.margin = margin;
  result.alpha = alpha;
  result.difference = pairedDifferenceTango(counts, 1 - 2 * alpha);
  if (total(counts) == 0) {
    result.test = noTest("no cases");
    return result;
  }
  result.test.statistic =
      namScore(total(counts), static_cast<double>(counts.firstOnly), static_cast<double>(counts.secondOnly), margin);
  result.test.p = normalCdf(-*result.test.statistic);
  result.test.method = "score test, one-sided (Nam 1997)";
  judge(result);
  return result;
}

NonInferiority nonInferiorityClustered(std::span<const PairedCounts> clusters, double margin, double alpha) {
  check(margin, alpha);
  if (!(margin < 1))
    throw std::invalid_argument("a margin for proportions is below 1");
  NonInferiority result;
  result.margin = margin;
  result.alpha = alpha;
  result.difference = clusteredPairedDifference(clusters, 1 - 2 * alpha);
  if (!result.difference.ci) {
    result.test = noTest(result.difference.value ? "one patient only" : "no cases");
    return result;
  }
  const EffectivePairs pairs = effectivePairs(clusters);
  result.test.statistic = namScore(pairs.n, pairs.firstOnly, pairs.secondOnly, margin);
  result.test.p = normalCdf(-*result.test.statistic);
  result.test.method = "score test, one-sided (Nam 1997), effective sample (Rao & Scott 1992)";
  judge(result);
  return result;
}

NonInferiority nonInferiorityOf(double difference, std::optional<double> se, double margin, double alpha,
                                std::optional<double> df) {
  check(margin, alpha);
  NonInferiority result;
  result.margin = margin;
  result.alpha = alpha;
  result.difference.value = difference;
  if (!se || !(*se > 0)) {
    result.difference.note = "no standard error";
    result.test = noTest("no standard error");
    return result;
  }
  const double freedom = df.value_or(std::numeric_limits<double>::infinity());
  result.difference = tEstimate(difference, *se, freedom, 1 - 2 * alpha, df ? "t interval" : "Wald");
  result.test.statistic = (difference + margin) / *se;
  result.test.df = df;
  result.test.p = tUpperP(*result.test.statistic, freedom);
  result.test.method = df ? "t test, one-sided" : "z test, one-sided";
  judge(result);
  return result;
}

} // namespace hipcuff::statistics
