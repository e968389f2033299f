#include "hipcuff/statistics/bland_altman.h"

#include "distributions.h"
#include "hipcuff/statistics/normal.h"

#include <boost/math/distributions/non_central_t.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace hipcuff::statistics {
namespace {

constexpr const char* carkeet = "exact, noncentral t (Carkeet 2015)";
constexpr const char* mover = "MOVER (Zou 2013)";
constexpr const char* regression = "least squares, t interval";
constexpr const char* clusteredRegression = "least squares, standard error clustered by subject";

/// Both measurements of a pair on the scale that is analysed.
struct Pair {
  double mean = 0;
  double difference = 0;
};

Pair onScale(double a, double b, DifferenceScale scale) {
  if (!std::isfinite(a) || !std::isfinite(b))
    throw std::invalid_argument("measurements must be finite numbers");
  switch (scale) {
  case DifferenceScale::absolute:
    return {(a + b) / 2, a - b};
  case DifferenceScale::logRatio:
    if (!(a > 0 && b > 0))
      throw std::invalid_argument("ratios need measurements above 0");
    return {(std::log(a) + std::log(b)) / 2, std::log(a) - std::log(b)};
  case DifferenceScale::percentOfMean:
    if (!((a + b) / 2 > 0))
      throw std::invalid_argument("percent of the mean needs means above 0");
    return {(a + b) / 2, 100 * (a - b) / ((a + b) / 2)};
  }
  throw std::invalid_argument("unknown scale of differences");
}

std::vector<Pair> pairsOf(std::span<const double> first, std::span<const double> second, DifferenceScale scale) {
  if (first.size() != second.size())
    throw std::invalid_argument("two ways of measuring need as many measurements");
  std::vector<Pair> pairs;
  pairs.reserve(first.size());
  for (std::size_t i = 0; i < first.size(); ++i)
    pairs.push_back(onScale(first[i], second[i], scale));
  return pairs;
}

void check(const BlandAltmanOptions& options) {
  checkLevel(options.level);
  if (!(options.coverage > 0 && options.coverage < 1))
    throw std::invalid_argument("the coverage of limits of agreement is between 0 and 1");
}

/// Antilogs: bias and limits of logarithms are read as ratios.
void toRatios(Estimate& estimate) {
  if (estimate.value)
    estimate.value = std::exp(*estimate.value);
  if (estimate.ci)
    estimate.ci = Interval{std::exp(estimate.ci->lower), std::exp(estimate.ci->upper)};
}

void toRatios(std::optional<Interval>& interval) {
  if (interval)
    interval = Interval{std::exp(interval->lower), std::exp(interval->upper)};
}

void finish(BlandAltman& result, const std::vector<Pair>& pairs) {
  const bool log = result.scale == DifferenceScale::logRatio;
  result.points.reserve(pairs.size());
  for (const Pair& pair : pairs)
    result.points.push_back(log ? DifferencePoint{std::exp(pair.mean), std::exp(pair.difference)}
                                : DifferencePoint{pair.mean, pair.difference});
  if (!log)
    return;
  for (Estimate* estimate : {&result.bias, &result.lower, &result.upper})
    toRatios(*estimate);
  toRatios(result.lowerApproximate);
  toRatios(result.upperApproximate);
}

double meanDifference(const std::vector<Pair>& pairs) {
  double sum = 0;
  for (const Pair& pair : pairs)
    sum += pair.difference;
  return sum / static_cast<double>(pairs.size());
}

/// The difference's regression on the mean, ordinary or with standard errors clustered by subject.
void regress(BlandAltman& result, const std::vector<Pair>& pairs, const Clusters* subjects, double level) {
  const auto refuse = [&](const char* why) {
    result.slope = notEstimable(why);
    result.intercept = notEstimable(why);
    result.proportional = noTest(why);
  };
  const auto n = static_cast<double>(pairs.size());
  if (pairs.size() < 3 || (subjects != nullptr && subjects->count() < 3))
    return refuse("fewer than three subjects");
  double meanX = 0;
  for (const Pair& pair : pairs)
    meanX += pair.mean / n;
  const double meanY = meanDifference(pairs);
  double xx = 0;
  double xy = 0;
  double scaleX = 0;
  for (const Pair& pair : pairs) {
    xx += (pair.mean - meanX) * (pair.mean - meanX);
    xy += (pair.mean - meanX) * (pair.difference - meanY);
    scaleX = std::max(scaleX, std::abs(pair.mean));
  }
  // Equal means differ by their rounding only.
  if (xx <= n * std::pow(1e-12 * scaleX, 2))
    return refuse("all means are equal");
  const double slope = xy / xx;
  const double intercept = meanY - slope * meanX;
  const auto residual = [&](const Pair& pair) { return pair.difference - intercept - slope * pair.mean; };

  double slopeVariance = 0;
  double interceptVariance = 0;
  double df = n - 2;
  if (subjects == nullptr) {
    double rss = 0;
    for (const Pair& pair : pairs)
      rss += residual(pair) * residual(pair);
    slopeVariance = rss / df / xx;
    interceptVariance = rss / df * (1 / n + meanX * meanX / xx);
  } else {
    const auto c = static_cast<double>(subjects->count());
    for (std::size_t s = 0; s < subjects->count(); ++s) {
      double slopeScore = 0;
      double interceptScore = 0;
      for (const std::uint32_t row : subjects->rowsOf(s)) {
        const double influence = (pairs[row].mean - meanX) / xx * residual(pairs[row]);
        slopeScore += influence;
        interceptScore += residual(pairs[row]) / n - meanX * influence;
      }
      slopeVariance += slopeScore * slopeScore;
      interceptVariance += interceptScore * interceptScore;
    }
    const double smallSample = c / (c - 1) * (n - 1) / (n - 2);
    slopeVariance *= smallSample;
    interceptVariance *= smallSample;
    df = c - 1;
  }
  const char* method = subjects == nullptr ? regression : clusteredRegression;
  result.slope = tEstimate(slope, std::sqrt(slopeVariance), df, level, method);
  result.intercept = tEstimate(intercept, std::sqrt(interceptVariance), df, level, method);
  result.proportional = tTest(slope, std::sqrt(slopeVariance), df, method);
  if (!result.proportional.p)
    result.proportional.note = "the points lie on a line";
}

/// t'(p; n - 1, z sqrt n) / sqrt n: how many standard deviations the bound of the upper limit is from the bias.
double toleranceFactor(double p, double n, double z) {
  const boost::math::non_central_t distribution(n - 1, z * std::sqrt(n));
  return boost::math::quantile(distribution, p) / std::sqrt(n);
}

void exactLimits(BlandAltman& result, double bias, double sd, double n, const BlandAltmanOptions& options) {
  const double z = normalQuantileTwoSided(options.coverage);
  const double alpha = 1 - options.level;
  result.lower.value = bias - z * sd;
  result.upper.value = bias + z * sd;
  result.lower.method = result.upper.method = carkeet;
  const double se = sd * std::sqrt(1 / n + z * z / (2 * (n - 1)));
  result.lower.se = result.upper.se = se;
  const double near = toleranceFactor(alpha / 2, n, z);
  const double far = toleranceFactor(1 - alpha / 2, n, z);
  result.lower.ci = Interval{bias - far * sd, bias - near * sd};
  result.upper.ci = Interval{bias + near * sd, bias + far * sd};
  const double t = tQuantileTwoSided(options.level, n - 1);
  result.lowerApproximate = Interval{*result.lower.value - t * se, *result.lower.value + t * se};
  result.upperApproximate = Interval{*result.upper.value - t * se, *result.upper.value + t * se};
}

/// One of the independent mean squares that the variance of a difference is a weighted sum of.
struct Component {
  double weight = 0;
  double meanSquare = 0;
  double df = 0;
};

/// Limits of agreement from a bias and a sum of variances: method of variance estimates recovery.
void moverLimits(BlandAltman& result, double bias, double biasVariance, double variance,
                 const std::vector<Component>& parts, const BlandAltmanOptions& options) {
  const double alpha = 1 - options.level;
  double below = 0;
  double above = 0;
  for (const Component& part : parts) {
    if (!(part.df > 0) || !(part.weight > 0))
      continue;
    const double value = part.weight * part.meanSquare;
    below += std::pow(value * (1 - part.df / chiSquaredQuantile(1 - alpha / 2, part.df)), 2);
    above += std::pow(value * (part.df / chiSquaredQuantile(alpha / 2, part.df) - 1), 2);
  }
  const double z = normalQuantileTwoSided(options.coverage);
  const double q = normalQuantileTwoSided(options.level);
  const double sd = std::sqrt(variance);
  const double sdLower = std::sqrt(std::max(0.0, variance - std::sqrt(below)));
  const double sdUpper = std::sqrt(variance + std::sqrt(above));
  const double inner = std::sqrt(q * q * biasVariance + z * z * (sd - sdLower) * (sd - sdLower));
  const double outer = std::sqrt(q * q * biasVariance + z * z * (sdUpper - sd) * (sdUpper - sd));
  result.lower.value = bias - z * sd;
  result.upper.value = bias + z * sd;
  result.lower.ci = Interval{*result.lower.value - outer, *result.lower.value + inner};
  result.upper.ci = Interval{*result.upper.value - inner, *result.upper.value + outer};
  result.lower.method = result.upper.method = mover;
}

void noLimits(BlandAltman& result, const char* why) {
  result.lower = notEstimable(why);
  result.upper = notEstimable(why);
}

/// Equal differences tell nothing of how much others would differ.
void noteNoVariance(BlandAltman& result) {
  for (Estimate* estimate : {&result.bias, &result.lower, &result.upper, &result.slope, &result.intercept}) {
    if (!estimate->value)
      continue;
    estimate->ci.reset();
    estimate->se.reset();
    estimate->method.clear();
    estimate->note = "all differences are equal, so no interval";
  }
  result.lowerApproximate.reset();
  result.upperApproximate.reset();
}

} // namespace

BlandAltman blandAltman(std::span<const double> first, std::span<const double> second,
                        const BlandAltmanOptions& options) {
  check(options);
  const std::vector<Pair> pairs = pairsOf(first, second, options.scale);
  BlandAltman result;
  result.pairs = result.subjects = pairs.size();
  result.scale = options.scale;
  result.coverage = options.coverage;
  regress(result, pairs, nullptr, options.level);
  if (pairs.empty()) {
    result.bias = notEstimable("no pairs");
    noLimits(result, "no pairs");
    return result;
  }
  const double bias = meanDifference(pairs);
  if (pairs.size() == 1) {
    result.bias.value = bias;
    result.bias.note = "one pair only";
    noLimits(result, "one pair only");
    finish(result, pairs);
    return result;
  }
  const auto n = static_cast<double>(pairs.size());
  double ss = 0;
  for (const Pair& pair : pairs)
    ss += (pair.difference - bias) * (pair.difference - bias);
  const double sd = std::sqrt(ss / (n - 1));
  result.sd = sd;
  result.bias = tEstimate(bias, sd / std::sqrt(n), n - 1, options.level, "t interval");
  exactLimits(result, bias, sd, n, options);
  if (sd == 0)
    noteNoVariance(result);
  finish(result, pairs);
  return result;
}

BlandAltman blandAltmanPairsPerSubject(std::span<const double> first, std::span<const double> second,
                                       const Clusters& subjects, const BlandAltmanOptions& options) {
  if (subjects.rows() != first.size())
    throw std::invalid_argument("every pair needs its subject");
  if (subjects.singletons())
    return blandAltman(first, second, options);
  check(options);
  const std::vector<Pair> pairs = pairsOf(first, second, options.scale);
  BlandAltman result;
  result.pairs = pairs.size();
  result.subjects = subjects.count();
  result.scale = options.scale;
  result.coverage = options.coverage;
  regress(result, pairs, &subjects, options.level);
  const double bias = meanDifference(pairs);
  if (subjects.count() == 1) {
    result.bias.value = bias;
    result.bias.note = "one subject only";
    noLimits(result, "one subject only");
    finish(result, pairs);
    return result;
  }

  const auto n = static_cast<double>(pairs.size());
  const auto c = static_cast<double>(subjects.count());
  double ssBetween = 0;
  double ssWithin = 0;
  double sizeSquares = 0;
  double biasVariance = 0;
  for (std::size_t s = 0; s < subjects.count(); ++s) {
    const auto rows = subjects.rowsOf(s);
    const auto m = static_cast<double>(rows.size());
    double mean = 0;
    for (const std::uint32_t row : rows)
      mean += pairs[row].difference / m;
    for (const std::uint32_t row : rows)
      ssWithin += (pairs[row].difference - mean) * (pairs[row].difference - mean);
    ssBetween += m * (mean - bias) * (mean - bias);
    sizeSquares += m * m;
    biasVariance += m * m * (mean - bias) * (mean - bias);
  }
  biasVariance *= c / (c - 1) / (n * n);
  const double m0 = (n - sizeSquares / n) / (c - 1);
  const double msBetween = ssBetween / (c - 1);
  const double msWithin = ssWithin / (n - c);
  const double between = std::max(0.0, (msBetween - msWithin) / m0);
  const double variance = between + msWithin;
  result.sdWithin = std::sqrt(msWithin);
  result.sdBetween = std::sqrt(between);
  result.sd = std::sqrt(variance);
  result.bias = tEstimate(bias, std::sqrt(biasVariance), c - 1, options.level, "t interval, clustered by subject");
  // Where the variance between subjects is cut at 0 the within-subject mean square is all there is.
  const std::vector<Component> parts =
      between > 0 ? std::vector<Component>{{1 / m0, msBetween, c - 1}, {1 - 1 / m0, msWithin, n - c}}
                  : std::vector<Component>{{1, msWithin, n - c}};
  moverLimits(result, bias, biasVariance, variance, parts, options);
  if (variance == 0)
    noteNoVariance(result);
  finish(result, pairs);
  return result;
}

BlandAltman blandAltmanReplicates(std::span<const Replicates> subjects, const BlandAltmanOptions& options) {
  check(options);
  if (options.scale == DifferenceScale::percentOfMean)
    throw std::invalid_argument("replicates that are not paired have no percent differences; use ratios");
  const bool log = options.scale == DifferenceScale::logRatio;
  /// Mean and sum of squares about it of one subject's measurements by one of the two.
  struct Side {
    double mean = 0;
    double ss = 0;
    double count = 0;
  };
  const auto side = [&](const std::vector<double>& values) {
    Side s;
    s.count = static_cast<double>(values.size());
    std::vector<double> scaled;
    for (const double value : values) {
      if (!std::isfinite(value))
        throw std::invalid_argument("measurements must be finite numbers");
      if (log && !(value > 0))
        throw std::invalid_argument("ratios need measurements above 0");
      scaled.push_back(log ? std::log(value) : value);
      s.mean += scaled.back() / s.count;
    }
    for (const double value : scaled)
      s.ss += (value - s.mean) * (value - s.mean);
    return s;
  };
  /// Over all subjects.
  struct Within {
    double ss = 0;
    double df = 0;
    double inverseCount = 0;
    [[nodiscard]] double meanSquare() const { return df > 0 ? ss / df : 0; }
  };
  Within a;
  Within b;
  const auto add = [](Within& sum, const Side& s) {
    sum.ss += s.ss;
    sum.df += s.count - 1;
    sum.inverseCount += 1 / s.count;
  };
  BlandAltman result;
  result.scale = options.scale;
  result.coverage = options.coverage;
  std::vector<Pair> means;
  for (const Replicates& subject : subjects) {
    if (subject.first.empty() || subject.second.empty())
      continue;
    const Side x = side(subject.first);
    const Side y = side(subject.second);
    add(a, x);
    add(b, y);
    means.push_back({(x.mean + y.mean) / 2, x.mean - y.mean});
  }
  result.pairs = result.subjects = means.size();
  regress(result, means, nullptr, options.level);
  if (means.size() < 2) {
    const char* why = means.empty() ? "no subject was measured both ways" : "one subject only";
    result.bias = notEstimable(why);
    if (!means.empty())
      result.bias.value = means.front().difference;
    noLimits(result, why);
    finish(result, means);
    return result;
  }
  const auto n = static_cast<double>(means.size());
  const double bias = meanDifference(means);
  double ss = 0;
  for (const Pair& pair : means)
    ss += (pair.difference - bias) * (pair.difference - bias);
  const double msMeans = ss / (n - 1);
  const double weightA = 1 - a.inverseCount / n;
  const double weightB = 1 - b.inverseCount / n;
  const double within = a.meanSquare() + b.meanSquare();
  const double variance = msMeans + weightA * a.meanSquare() + weightB * b.meanSquare();
  result.sd = std::sqrt(variance);
  result.sdWithin = std::sqrt(within);
  result.sdBetween = std::sqrt(std::max(0.0, variance - within));
  result.bias = tEstimate(bias, std::sqrt(msMeans / n), n - 1, options.level, "t interval over subject means");
  moverLimits(result, bias, msMeans / n, variance,
              {{1, msMeans, n - 1}, {weightA, a.meanSquare(), a.df}, {weightB, b.meanSquare(), b.df}}, options);
  if (variance == 0)
    noteNoVariance(result);
  finish(result, means);
  return result;
}

} // namespace hipcuff::statistics
