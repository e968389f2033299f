#include "hipcuff/statistics/sample_size.h"

#include "distributions.h"
#include "hipcuff/statistics/normal.h"
#include "hipcuff/statistics/proportion.h"

#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

/// Nobody plans a study of more; a question that needs it is asked wrongly.
constexpr double largest = 1e9;

void require(bool fits, const char* what) {
  if (!fits)
    throw std::invalid_argument(what);
}

void checkPower(double power, double alpha) {
  require(power > 0 && power < 1, "a power is between 0 and 1");
  require(alpha > 0 && alpha < 1, "a significance level is between 0 and 1");
}

void checkPrevalence(double prevalence) {
  require(prevalence > 0 && prevalence < 1, "a prevalence is between 0 and 1");
}

SampleSize none(std::string why) {
  SampleSize size;
  size.note = std::move(why);
  return size;
}

/// Rounds up, but not for the last digits of a floating-point number (100.0000000001 is 100).
SampleSize sized(double n, std::string method) {
  if (!(n < largest))
    return none("more than a billion cases");
  SampleSize size;
  size.cases = std::max(1L, static_cast<long>(std::ceil(n - 1e-9 * std::max(1.0, n))));
  size.method = std::move(method);
  return size;
}

/// The smallest whole n >= from for which `enough` holds, which once true stays true (but for rounding).
std::optional<long> smallest(long from, const std::function<bool(long)>& enough) {
  long high = from;
  while (!enough(high)) {
    if (static_cast<double>(high) > largest)
      return std::nullopt;
    high *= 2;
  }
  long low = std::max(from, high / 2);
  if (enough(low))
    return low;
  while (high - low > 1) {
    const long middle = low + (high - low) / 2;
    (enough(middle) ? high : low) = middle;
  }
  return high;
}

/// Width of an interval of `proportion` of n, the expected count being as it comes (not a whole number).
double widthOfProportion(double proportion, double n, double level, WidthMethod method) {
  const double z = normalQuantileTwoSided(level);
  switch (method) {
  case WidthMethod::wald:
    return 2 * z * std::sqrt(proportion * (1 - proportion) / n);
  case WidthMethod::wilson:
    return 2 * z / (n + z * z) * std::sqrt(n * proportion * (1 - proportion) + z * z / 4);
  case WidthMethod::exact: {
    const double k = proportion * n;
    const double tail = (1 - level) / 2;
    const double lower = k > 0 ? boost::math::quantile(boost::math::beta_distribution<>(k, n - k + 1), tail) : 0;
    const double upper = k < n ? boost::math::quantile(boost::math::beta_distribution<>(k + 1, n - k), 1 - tail) : 1;
    return upper - lower;
  }
  }
  throw std::invalid_argument("unknown interval of a proportion");
}

const char* nameOf(WidthMethod method) {
  switch (method) {
  case WidthMethod::wald:
    return "Wald interval";
  case WidthMethod::wilson:
    return "Wilson interval";
  case WidthMethod::exact:
    return "exact interval (Clopper & Pearson 1934)";
  }
  return "";
}

const char* nameOf(AucVariance variance) {
  return variance == AucVariance::hanleyMcNeil ? "Hanley & McNeil 1982" : "Obuchowski 1994";
}

/// Fills in a study of `wanted` of one kind, where `share` of the cases are of this kind.
SampleSize recruit(SampleSize size, double share, bool positives) {
  if (!size.cases)
    return size;
  const long wanted = *size.cases;
  const SampleSize all = sized(static_cast<double>(wanted) / share, size.method);
  if (!all.cases)
    return all;
  size.cases = all.cases;
  (positives ? size.positives : size.negatives) = wanted;
  (positives ? size.negatives : size.positives) = *all.cases - wanted;
  return size;
}

/// A whole study for an AUC: the smallest number of cases, split by prevalence (positives rounded), that is enough.
SampleSize studyFor(double prevalence, std::string method, const std::function<bool(double, double)>& enough) {
  const auto split = [&](long n) {
    const double positives =
        std::clamp(std::round(static_cast<double>(n) * prevalence), 1.0, static_cast<double>(n) - 1);
    return std::pair(positives, static_cast<double>(n) - positives);
  };
  const auto n = smallest(4, [&](long cases) {
    const auto [positives, negatives] = split(cases);
    return enough(positives, negatives);
  });
  if (!n)
    return none("more than a billion cases");
  SampleSize size;
  size.cases = n;
  size.positives = static_cast<long>(split(*n).first);
  size.negatives = static_cast<long>(split(*n).second);
  size.method = std::move(method);
  return size;
}

/// n times the variance of an AUC at positives : negatives, as far as it does not depend on their number: aucVariance.
double aucVarianceOf(double auc, double positives, double negatives, AucVariance variance) {
  if (variance == AucVariance::hanleyMcNeil) {
    const double q1 = auc / (2 - auc);
    const double q2 = 2 * auc * auc / (1 + auc);
    return (auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)) /
           (positives * negatives);
  }
  // Binormal with equal spread of both classes; "ratio" is Obuchowski's kappa, negatives per positive.
  const double a = normalQuantile(auc) * 1.414;
  const double ratio = negatives / positives;
  return 0.0099 * std::exp(-a * a / 2) * ((5 * a * a + 8) + (a * a + 8) / ratio) / positives;
}

/// Noncentrality of a chi-square with 1 df that is beyond its (1 - alpha) quantile with this probability.
double noncentrality(double power, double alpha) {
  const double z = normalQuantileTwoSided(1 - alpha);
  const auto reach = [&](double root) { return normalCdf(root - z) + normalCdf(-root - z) - power; };
  if (reach(0) >= 0)
    return 0;
  double high = z + 10;
  while (reach(high) < 0)
    high *= 2;
  boost::uintmax_t steps = 200;
  const auto bracket =
      boost::math::tools::toms748_solve(reach, 0.0, high, boost::math::tools::eps_tolerance<double>(50), steps);
  const double root = (bracket.first + bracket.second) / 2;
  return root * root;
}

/// Shares of agreement and disagreement of two raters with kappa and a common share of positives.
struct KappaCells {
  double bothPositive = 0;
  double discordant = 0;
  double bothNegative = 0;
};

KappaCells kappaCells(double kappa, double p) {
  const double q = 1 - p;
  return {p * p + p * q * kappa, 2 * p * q * (1 - kappa), q * q + p * q * kappa};
}

} // namespace

SampleSize forProportionWidth(double proportion, double width, double level, WidthMethod method) {
  checkLevel(level);
  require(proportion >= 0 && proportion <= 1, "a proportion is between 0 and 1");
  require(width > 0 && width < 1, "the width of a proportion's interval is between 0 and 1");
  if (method == WidthMethod::wald && (proportion == 0 || proportion == 1))
    return none("the Wald interval of 0 or 1 has no width; use Wilson's");
  const auto n = smallest(
      1, [&](long cases) { return widthOfProportion(proportion, static_cast<double>(cases), level, method) <= width; });
  return n ? sized(static_cast<double>(*n), nameOf(method)) : none("more than a billion cases");
}

SampleSize forSensitivity(double sensitivity, double width, double prevalence, double level, WidthMethod method) {
  checkPrevalence(prevalence);
  return recruit(forProportionWidth(sensitivity, width, level, method), prevalence, true);
}

SampleSize forSpecificity(double specificity, double width, double prevalence, double level, WidthMethod method) {
  checkPrevalence(prevalence);
  return recruit(forProportionWidth(specificity, width, level, method), 1 - prevalence, false);
}

double aucStandardError(double auc, double positives, double negatives, AucVariance variance) {
  require(auc > 0 && auc < 1, "an AUC is between 0 and 1");
  require(variance == AucVariance::hanleyMcNeil || auc >= 0.5, "Obuchowski's variance needs an AUC of 0.5 or more");
  require(positives >= 1 && negatives >= 1, "an AUC needs positive and negative cases");
  return std::sqrt(aucVarianceOf(auc, positives, negatives, variance));
}

SampleSize forAucWidth(double auc, double width, double prevalence, double level, AucVariance variance) {
  checkLevel(level);
  checkPrevalence(prevalence);
  require(width > 0 && width < 1, "the width of an AUC's interval is between 0 and 1");
  const double z = normalQuantileTwoSided(level);
  return studyFor(prevalence, nameOf(variance), [&](double positives, double negatives) {
    return 2 * z * aucStandardError(auc, positives, negatives, variance) <= width;
  });
}

SampleSize forAucTest(double auc, double nullAuc, double prevalence, double power, double alpha, AucVariance variance) {
  checkPower(power, alpha);
  checkPrevalence(prevalence);
  require(nullAuc > 0 && nullAuc < 1, "an AUC is between 0 and 1");
  if (auc == nullAuc)
    return none("the expected AUC is that of the hypothesis");
  const double za = normalQuantileTwoSided(1 - alpha);
  const double zb = normalQuantile(power);
  return studyFor(prevalence, nameOf(variance), [&](double positives, double negatives) {
    return za * aucStandardError(nullAuc, positives, negatives, variance) +
               zb * aucStandardError(auc, positives, negatives, variance) <=
           std::abs(auc - nullAuc);
  });
}

SampleSize forAucDifference(double auc1, double auc2, double correlation, double prevalence, double power, double alpha,
                            AucVariance variance) {
  checkPower(power, alpha);
  checkPrevalence(prevalence);
  require(correlation >= -1 && correlation <= 1, "a correlation is between -1 and 1");
  if (auc1 == auc2)
    return none("the expected AUCs are equal");
  const double za = normalQuantileTwoSided(1 - alpha);
  const double zb = normalQuantile(power);
  return studyFor(prevalence, nameOf(variance), [&](double positives, double negatives) {
    const double s1 = aucStandardError(auc1, positives, negatives, variance);
    const double s2 = aucStandardError(auc2, positives, negatives, variance);
    const double null = 2 * s1 * s1 * (1 - correlation);
    const double alternative = s1 * s1 + s2 * s2 - 2 * correlation * s1 * s2;
    return za * std::sqrt(null) + zb * std::sqrt(alternative) <= std::abs(auc1 - auc2);
  });
}

SampleSize forKappaTest(double kappa0, double kappa1, double prevalence, double power, double alpha) {
  checkPower(power, alpha);
  checkPrevalence(prevalence);
  require(kappa0 > -1 && kappa0 < 1 && kappa1 >= -1 && kappa1 <= 1, "a kappa is between -1 and 1");
  if (kappa0 == kappa1)
    return none("the expected kappa is that of the hypothesis");
  const KappaCells null = kappaCells(kappa0, prevalence);
  const KappaCells expected = kappaCells(kappa1, prevalence);
  require(null.bothPositive > 0 && null.discordant > 0 && null.bothNegative > 0 && expected.bothPositive >= 0 &&
              expected.bothNegative >= 0,
          "this kappa is not possible with this prevalence");
  const auto term = [](double a, double b) { return (a - b) * (a - b) / b; };
  const double effect = term(expected.bothPositive, null.bothPositive) + term(expected.discordant, null.discordant) +
                        term(expected.bothNegative, null.bothNegative);
  return sized(noncentrality(power, alpha) / effect, "goodness of fit (Donner & Eliasziw 1992)");
}

SampleSize forKappaWidth(double kappa, double width, double prevalence, double level) {
  checkLevel(level);
  checkPrevalence(prevalence);
  require(kappa > -1 && kappa < 1, "a kappa is between -1 and 1");
  require(width > 0 && width < 2, "the width of a kappa's interval is between 0 and 2");
  const double p = prevalence;
  const double unit = (1 - kappa) * ((1 - kappa) * (1 - 2 * kappa) + kappa * (2 - kappa) / (2 * p * (1 - p)));
  if (!(unit > 0))
    return none("this kappa is not possible with this prevalence");
  const double z = normalQuantileTwoSided(level);
  return sized(4 * z * z * unit / (width * width), "large-sample variance (Donner & Eliasziw 1992)");
}

SampleSize forIccWidth(double icc, double width, int raters, double level) {
  checkLevel(level);
  require(icc >= 0 && icc < 1, "an ICC to plan for is at least 0 and below 1");
  require(width > 0 && width < 2, "the width of an ICC's interval is between 0 and 2");
  require(raters >= 2, "an ICC needs two raters");
  const double k = raters;
  const double z = normalQuantileTwoSided(level);
  double n = 8 * z * z * (1 - icc) * (1 - icc) * std::pow(1 + (k - 1) * icc, 2) / (k * (k - 1) * width * width) + 1;
  if (raters == 2 && icc >= 0.7)
    n += 5 * icc; // Bonett's correction of what the large-sample formula misses with two raters
  return sized(n, "Bonett 2002");
}

SampleSize forLimitsOfAgreementWidth(double halfWidthInSd, double level, double coverage) {
  checkLevel(level);
  checkLevel(coverage);
  require(halfWidthInSd > 0, "a half width is above 0");
  const double z = normalQuantileTwoSided(level);
  const double limit = normalQuantileTwoSided(coverage);
  const auto n = smallest(2, [&](long cases) {
    const auto c = static_cast<double>(cases);
    return z * std::sqrt(1 / c + limit * limit / (2 * (c - 1))) <= halfWidthInSd;
  });
  return n ? sized(static_cast<double>(*n), "large-sample error of a limit of agreement (Bland & Altman 1999)")
           : none("more than a billion cases");
}

SampleSize forLimitsOfAgreement(double bias, double sd, double allowed, double power, double alpha, double coverage) {
  checkPower(power, alpha);
  checkLevel(coverage);
  require(std::isfinite(bias) && std::isfinite(allowed) && sd > 0, "the standard deviation is above 0");
  const double z = normalQuantileTwoSided(coverage);
  if (!(allowed > std::abs(bias) + z * sd))
    return none("the expected limits of agreement are not within the allowed difference");
  const double missed = 1 - power;
  const auto n = smallest(3, [&](long cases) {
    const auto c = static_cast<double>(cases);
    const double t = tQuantileTwoSided(1 - alpha, c - 1);
    const double se = sd * std::sqrt(1 / c + z * z / (2 * (c - 1)));
    // Either limit's interval may stick out; each side has its own chance to do so.
    const auto outside = [&](double distance) {
      if (c > 1000) // the noncentral t is the normal distribution by then
        return normalCdf(t - distance / se);
      return boost::math::cdf(boost::math::non_central_t(c - 1, distance / se), t);
    };
    return outside(allowed - bias - z * sd) + outside(allowed + bias - z * sd) <= missed;
  });
  return n ? sized(static_cast<double>(*n), "Lu et al. 2016") : none("more than a billion cases");
}

SampleSize forMcNemar(double p10, double p01, double power, double alpha) {
  checkPower(power, alpha);
  require(p10 >= 0 && p01 >= 0 && p10 + p01 > 0 && p10 + p01 <= 1,
          "shares of discordant pairs are at least 0, their sum at most 1");
  const double discordant = p10 + p01;
  const double difference = p10 - p01;
  if (difference == 0)
    return none("the expected difference is 0");
  const double za = normalQuantileTwoSided(1 - alpha);
  const double zb = normalQuantile(power);
  const double root = za * std::sqrt(discordant) + zb * std::sqrt(discordant - difference * difference);
  return sized(root * root / (difference * difference), "Connor 1987");
}

SampleSize forNonInferiorityPaired(double p10, double p01, double margin, double power, double alpha) {
  checkPower(power, alpha);
  require(p10 >= 0 && p01 >= 0 && p10 + p01 <= 1, "shares of discordant pairs are at least 0, their sum at most 1");
  require(margin > 0 && margin < 1, "a non-inferiority margin is between 0 and 1");
  const double difference = p10 - p01;
  if (!(difference > -margin))
    return none("the expected difference is not better than the margin");
  // Nam's restricted estimate in the limit: q of the hypothesis p10 = p01 - margin.
  const double linear = -(p10 + p01) - (2 - p10 + p01) * margin;
  const double constant = p01 * margin * (1 + margin);
  const double q = (-linear + std::sqrt(std::max(0.0, linear * linear - 8 * constant))) / 4;
  const double null = 2 * q - margin * (1 + margin);
  const double alternative = p10 + p01 - difference * difference;
  const double za = normalQuantile(1 - alpha);
  const double zb = normalQuantile(power);
  const double root = za * std::sqrt(null) + zb * std::sqrt(alternative);
  return sized(root * root / ((difference + margin) * (difference + margin)), "score test (Nam 1997)");
}

double designEffect(double casesPerPatient, double rho, double variationOfCases) {
  require(casesPerPatient >= 1, "a patient gives at least one case");
  require(rho >= -1 && rho <= 1, "a correlation is between -1 and 1");
  require(variationOfCases >= 0, "a coefficient of variation is at least 0");
  const double effect = 1 + ((1 + variationOfCases * variationOfCases) * casesPerPatient - 1) * rho;
  require(effect > 0, "this correlation is not possible with so many cases per patient");
  return effect;
}

SampleSize withClusters(const SampleSize& size, double casesPerPatient, double rho, double variationOfCases) {
  const double effect = designEffect(casesPerPatient, rho, variationOfCases);
  if (!size.cases)
    return size;
  const auto grow = [&](long n) { return sized(static_cast<double>(n) * effect, "").cases; };
  SampleSize larger = size;
  larger.cases = grow(*size.cases);
  if (size.positives)
    larger.positives = grow(*size.positives);
  if (size.negatives)
    larger.negatives = grow(*size.negatives);
  if (larger.positives && larger.negatives)
    larger.cases = std::max(larger.cases.value_or(0), *larger.positives + *larger.negatives);
  larger.method = size.method + ", times a design effect";
  return larger;
}

} // namespace hipcuff::statistics
