#include "checks.h"
#include "hipcuff/statistics/calibration.h"
#include "hipcuff/statistics/normal.h"

#include <boost/math/distributions/chi_squared.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace hipcuff::statistics {
namespace {

using Pair = std::array<double, 2>;

/// A symmetric 2 x 2 matrix.
struct Square {
  double aa = 0;
  double ab = 0;
  double bb = 0;
  [[nodiscard]] double determinant() const { return aa * bb - ab * ab; }
  [[nodiscard]] Square inverse() const { return {bb / determinant(), -ab / determinant(), aa / determinant()}; }
  [[nodiscard]] Pair times(const Pair& v) const { return {aa * v[0] + ab * v[1], ab * v[0] + bb * v[1]}; }
};

double expit(double x) {
  return 1 / (1 + std::exp(-x));
}

/// log(1 + exp(x)) without overflow.
double softplus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

struct Cases {
  std::vector<double> x{}; ///< logit of the probability
  std::vector<double> y{};
};

double logLikelihood(const Cases& cases, const Pair& beta) {
  double sum = 0;
  for (std::size_t i = 0; i < cases.x.size(); ++i) {
    const double at = beta[0] + beta[1] * cases.x[i];
    sum += cases.y[i] * at - softplus(at);
  }
  return sum;
}

struct Fit {
  Pair beta{};
  Square information{};
  bool converged = false;
};

/// Newton's method with halved steps where the likelihood falls. Slope held where `slopeFixed`.
Fit fitted(const Cases& cases, Pair start, bool slopeFixed) {
  Fit fit;
  fit.beta = start;
  double likelihood = logLikelihood(cases, fit.beta);
  for (int round = 0; round < 100 && !fit.converged; ++round) {
    Pair gradient{};
    fit.information = {};
    for (std::size_t i = 0; i < cases.x.size(); ++i) {
      const double x = cases.x[i];
      const double p = expit(fit.beta[0] + fit.beta[1] * x);
      const double weight = p * (1 - p);
      gradient[0] += cases.y[i] - p;
      gradient[1] += (cases.y[i] - p) * x;
      fit.information.aa += weight;
      fit.information.ab += weight * x;
      fit.information.bb += weight * x * x;
    }
    Pair step = slopeFixed ? Pair{gradient[0] / fit.information.aa, 0} : fit.information.inverse().times(gradient);
    if (!std::isfinite(step[0]) || !std::isfinite(step[1])) {
      return fit;
    }
    const auto moved = [&] { return Pair{fit.beta[0] + step[0], fit.beta[1] + step[1]}; };
    double next = logLikelihood(cases, moved());
    for (int half = 0; half < 50 && !(next >= likelihood - 1e-12 * std::abs(likelihood)); ++half) {
      step = {step[0] / 2, step[1] / 2};
      next = logLikelihood(cases, moved());
    }
    fit.beta = moved();
    likelihood = next;
    fit.converged = std::abs(step[0]) < 1e-10 * (1 + std::abs(fit.beta[0])) &&
                    std::abs(step[1]) < 1e-10 * (1 + std::abs(fit.beta[1]));
  }
  return fit;
}

/// The middle of the sandwich: squares of the clusters' sums of scores.
Square meat(const Cases& cases, const Pair& beta, const Clusters& clusters) {
  Square sum;
  for (std::size_t cluster = 0; cluster < clusters.count(); ++cluster) {
    Pair score{};
    for (const auto row : clusters.rowsOf(cluster)) {
      const double residual = cases.y[row] - expit(beta[0] + beta[1] * cases.x[row]);
      score[0] += residual;
      score[1] += residual * cases.x[row];
    }
    sum.aa += score[0] * score[0];
    sum.ab += score[0] * score[1];
    sum.bb += score[1] * score[1];
  }
  const auto m = static_cast<double>(clusters.count());
  return {sum.aa * m / (m - 1), sum.ab * m / (m - 1), sum.bb * m / (m - 1)};
}

/// Bread times meat times bread: the variances of intercept and slope.
Pair sandwich(const Square& bread, const Square& filling) {
  const auto variance = [&](double a, double b) {
    return a * a * filling.aa + 2 * a * b * filling.ab + b * b * filling.bb;
  };
  return {variance(bread.aa, bread.ab), variance(bread.ab, bread.bb)};
}

Estimate coefficient(double value, double variance, double level, const std::string& method, const std::string& note) {
  Estimate result;
  result.value = value;
  result.method = method;
  result.note = note;
  if (variance > 0) {
    const double se = std::sqrt(variance);
    const double half = normalQuantileTwoSided(level) * se;
    result.se = se;
    result.ci = Interval{value - half, value + half};
  }
  return result;
}

/// Why the line cannot be fitted, or nothing. With one covariate the likelihood has a maximum exactly where the values
/// of events and non-events overlap.
const char* whyNoLine(const Cases& cases) {
  constexpr double infinite = std::numeric_limits<double>::infinity();
  Pair lowest{infinite, infinite};
  Pair highest{-infinite, -infinite};
  for (std::size_t i = 0; i < cases.x.size(); ++i) {
    const std::size_t event = cases.y[i] > 0.5 ? 1 : 0;
    lowest[event] = std::min(lowest[event], cases.x[i]);
    highest[event] = std::max(highest[event], cases.x[i]);
  }
  if (lowest[0] == highest[0] && lowest[1] == highest[1] && lowest[0] == lowest[1]) {
    return "all probabilities are equal";
  }
  if (highest[0] <= lowest[1] || highest[1] <= lowest[0]) {
    return "a threshold of the probability parts the outcomes perfectly";
  }
  return nullptr;
}

Test spiegelhalterTest(std::span<const double> probabilities, const std::vector<bool>& outcome) {
  Test test;
  test.method = "z, Spiegelhalter 1986";
  double distance = 0;
  double variance = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const double p = probabilities[i];
    distance += ((outcome[i] ? 1.0 : 0.0) - p) * (1 - 2 * p);
    variance += (1 - 2 * p) * (1 - 2 * p) * p * (1 - p);
  }
  if (!(variance > 0)) {
    test.note = probabilities.empty() ? "no cases" : "every probability is 0, 0.5 or 1";
    return test;
  }
  test.statistic = distance / std::sqrt(variance);
  test.p = 2 * normalCdf(-std::abs(*test.statistic));
  return test;
}

void append(std::string& note, const std::string& more) {
  note += note.empty() ? more : "; " + more;
}

} // namespace

CalibrationLine calibrationLine(std::span<const double> probabilities, const std::vector<bool>& outcome,
                                const Clusters* clusters, double level, double least) {
  requireSameLength(probabilities.size(), outcome.size());
  requireProbabilities(probabilities);
  requireRows(clusters, outcome.size());
  requireLevel(level);
  if (!(least > 0 && least < 0.5)) {
    throw std::invalid_argument("the least probability of a calibration line must lie between 0 and 0.5");
  }
  CalibrationLine line;
  line.spiegelhalter = spiegelhalterTest(probabilities, outcome);
  line.perfect.method = "likelihood ratio, intercept 0 and slope 1";

  Cases cases;
  std::size_t moved = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i) {
    const double p = std::clamp(probabilities[i], least, 1 - least);
    moved += p != probabilities[i] ? 1 : 0;
    cases.x.push_back(std::log(p / (1 - p)));
    cases.y.push_back(outcome[i] ? 1 : 0);
  }
  const auto events = std::count(outcome.begin(), outcome.end(), true);
  if (events == 0 || static_cast<std::size_t>(events) == outcome.size()) {
    const char* why = outcome.empty() ? "no cases" : (events == 0 ? "no events" : "events only");
    line.intercept = line.slope = line.inTheLarge = notEstimable(why);
    line.perfect.note = why;
    return line;
  }

  const std::string method = clusters != nullptr ? "Cox 1958, sandwich standard error of clusters" : "Cox 1958";
  std::string note;
  if (moved > 0) {
    note = std::to_string(moved) + (moved == 1 ? " probability" : " probabilities") +
           " nearer to 0 or 1 than the line's least moved there";
  }
  const bool oneCluster = clusters != nullptr && clusters->count() < 2;
  std::string lineNote = note;
  if (oneCluster) {
    append(lineNote, "one cluster only, so no interval");
  }
  const Fit held = fitted(cases, {0, 1}, true);
  double heldVariance = 1 / held.information.aa;
  if (clusters != nullptr) {
    heldVariance = oneCluster ? 0 : heldVariance * heldVariance * meat(cases, held.beta, *clusters).aa;
  }
  line.inTheLarge = held.converged ? coefficient(held.beta[0], heldVariance, level, method, lineNote)
                                   : notEstimable("the fit did not converge");
  const char* why = whyNoLine(cases);
  const Fit free = why != nullptr ? Fit() : fitted(cases, {0, 1}, false);
  if (why == nullptr && !free.converged) {
    why = "the fit did not converge";
  }
  if (why != nullptr) {
    line.intercept = line.slope = notEstimable(why);
    line.perfect.note = why;
    return line;
  }
  const Square bread = free.information.inverse();
  Pair variances{bread.aa, bread.bb};
  if (clusters != nullptr) {
    variances = oneCluster ? Pair{} : sandwich(bread, meat(cases, free.beta, *clusters));
  }
  line.intercept = coefficient(free.beta[0], variances[0], level, method, lineNote);
  line.slope = coefficient(free.beta[1], variances[1], level, method, lineNote);

  line.perfect.statistic = std::max(0.0, 2 * (logLikelihood(cases, free.beta) - logLikelihood(cases, {0, 1})));
  line.perfect.df = 2;
  line.perfect.p = boost::math::cdf(boost::math::complement(boost::math::chi_squared(2), *line.perfect.statistic));
  line.perfect.note = note;
  if (clusters != nullptr && !clusters->singletons()) {
    append(line.perfect.note, "takes cases for independent");
    append(line.spiegelhalter.note, "takes cases for independent");
  }
  return line;
}

} // namespace hipcuff::statistics
