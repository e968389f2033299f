#include "checks.h"
#include "hipcuff/statistics/normal.h"
#include "hipcuff/statistics/proportion.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::statistics {
namespace {

/// Sensitivity and specificity with their variances.
struct Accuracies {
  double se = 0;
  double sp = 0;
  double seVariance = 0;
  double spVariance = 0;
};

Accuracies binomial(double hits1, double n1, double hits0, double n0) {
  const double se = hits1 / n1;
  const double sp = hits0 / n0;
  return {se, sp, se * (1 - se) / n1, sp * (1 - sp) / n0};
}

double inverseLogit(double x) {
  return 1 / (1 + std::exp(-x));
}

// Each on its own scale (logit or log): where it lies there, and the variance there.
struct Transformed {
  double at = 0;
  double variance = 0;
};

Transformed logitPpv(const Accuracies& a, double prevalence) {
  return {std::log(a.se * prevalence / ((1 - a.sp) * (1 - prevalence))),
          a.seVariance / (a.se * a.se) + a.spVariance / ((1 - a.sp) * (1 - a.sp))};
}

Transformed logitNpv(const Accuracies& a, double prevalence) {
  return {std::log(a.sp * (1 - prevalence) / ((1 - a.se) * prevalence)),
          a.seVariance / ((1 - a.se) * (1 - a.se)) + a.spVariance / (a.sp * a.sp)};
}

Transformed logPositiveRatio(const Accuracies& a) {
  return {std::log(a.se / (1 - a.sp)), a.seVariance / (a.se * a.se) + a.spVariance / ((1 - a.sp) * (1 - a.sp))};
}

Transformed logNegativeRatio(const Accuracies& a) {
  return {std::log((1 - a.se) / a.sp), a.seVariance / ((1 - a.se) * (1 - a.se)) + a.spVariance / (a.sp * a.sp)};
}

/// Numerator / (numerator + other), or why there is none.
Estimate predictive(double right, double wrong, const char* whyNot) {
  if (right + wrong <= 0) {
    return notEstimable(whyNot);
  }
  Estimate result;
  result.value = right / (right + wrong);
  return result;
}

Estimate ratio(double numerator, double denominator, const char* whyNot) {
  if (denominator <= 0) {
    return notEstimable(whyNot);
  }
  Estimate result;
  result.value = numerator / denominator;
  return result;
}

PredictiveValues valuesOnly(double se, double sp, double prevalence) {
  return {prevalence,
          predictive(se * prevalence, (1 - sp) * (1 - prevalence), "nobody is called positive at this prevalence"),
          predictive(sp * (1 - prevalence), (1 - se) * prevalence, "nobody is called negative at this prevalence"),
          ratio(se, 1 - sp, "specificity is 1, so the ratio has no bound"),
          ratio(1 - se, sp, "specificity is 0, so the ratio has no bound")};
}

void addLogit(Estimate& estimate, const Transformed& on, double z, bool adjusted) {
  if (!estimate.value) {
    return;
  }
  const double half = z * std::sqrt(on.variance);
  estimate.ci = Interval{std::min(*estimate.value, inverseLogit(on.at - half)),
                         std::max(*estimate.value, inverseLogit(on.at + half))};
  estimate.method = adjusted ? "Mercaldo, Lau & Zhou 2007, adjusted logit" : "Mercaldo, Lau & Zhou 2007, logit";
  if (!adjusted) {
    estimate.se = *estimate.value * (1 - *estimate.value) * std::sqrt(on.variance);
  }
}

void addLog(Estimate& estimate, const Transformed& on, double z, bool adjusted) {
  if (!estimate.value) {
    return;
  }
  const double half = z * std::sqrt(on.variance);
  estimate.ci =
      Interval{std::min(*estimate.value, std::exp(on.at - half)), std::max(*estimate.value, std::exp(on.at + half))};
  estimate.method = "Simel, Samsa & Matchar 1991";
  if (adjusted) {
    estimate.note = "a half was added to each cell for the interval, for one of them is 0";
  } else {
    estimate.se = *estimate.value * std::sqrt(on.variance);
  }
}

void requirePrevalence(double prevalence) {
  if (!(prevalence >= 0 && prevalence <= 1)) {
    throw std::invalid_argument("a prevalence is not a number between 0 and 1");
  }
}

bool inside(double p) {
  return p > 0 && p < 1;
}

PredictiveValues none(double prevalence, const char* why) {
  return {prevalence, notEstimable(why), notEstimable(why), notEstimable(why), notEstimable(why)};
}

} // namespace

namespace {

/// Counts that need not be whole: those of effective samples. @param n1, n0 > 0
PredictiveValues fromCounts(double hits1, double n1, double hits0, double n0, double prevalence, double level) {
  const double z = normalQuantileTwoSided(level);
  const Accuracies plain = binomial(hits1, n1, hits0, n0);
  PredictiveValues result = valuesOnly(plain.se, plain.sp, prevalence);

  const bool atBorder = !inside(plain.se) || !inside(plain.sp);
  if (inside(prevalence)) {
    const Accuracies a = atBorder ? binomial(hits1 + z * z / 2, n1 + z * z, hits0 + z * z / 2, n0 + z * z) : plain;
    addLogit(result.ppv, logitPpv(a, prevalence), z, atBorder);
    addLogit(result.npv, logitNpv(a, prevalence), z, atBorder);
  } else {
    for (Estimate* estimate : {&result.ppv, &result.npv}) {
      if (estimate->value) {
        estimate->note = "known from the prevalence alone, so no interval";
      }
    }
  }
  const Accuracies a = atBorder ? binomial(hits1 + 0.5, n1 + 1, hits0 + 0.5, n0 + 1) : plain;
  addLog(result.positiveLikelihoodRatio, logPositiveRatio(a), z, atBorder);
  addLog(result.negativeLikelihoodRatio, logNegativeRatio(a), z, atBorder);
  return result;
}

/// Hits and size of as many independent cases as tell as much as those of the clusters do.
struct Effective {
  long total = 0;
  std::size_t filled = 0;
  double hits = 0;
  double n = 0;
};

Effective effectiveSample(std::span<const ClusterCount> clusters) {
  Effective result;
  for (const auto& cluster : clusters) {
    result.total += cluster.total;
    result.filled += cluster.total > 0 ? 1 : 0;
  }
  const Estimate share = clusteredProportion(clusters);
  if (!share.value) {
    return result;
  }
  const double p = *share.value;
  // At 0 and 1 the data say nothing of the correlation: clusters are the units, as in clusteredProportion().
  result.n = share.se && inside(p) ? std::min(static_cast<double>(result.total), p * (1 - p) / (*share.se * *share.se))
                                   : static_cast<double>(result.filled);
  result.hits = p * result.n;
  return result;
}

} // namespace

PredictiveValues predictiveValues(long truePositives, long positives, long trueNegatives, long negatives,
                                  double prevalence, double level) {
  requirePrevalence(prevalence);
  if (!wilson(truePositives, positives, level).value || !wilson(trueNegatives, negatives, level).value) {
    return none(prevalence, positives == 0 ? "no positive cases" : "no negative cases");
  }
  return fromCounts(static_cast<double>(truePositives), static_cast<double>(positives),
                    static_cast<double>(trueNegatives), static_cast<double>(negatives), prevalence, level);
}

PredictiveValues predictiveValues(std::span<const ClusterCount> positives, std::span<const ClusterCount> negatives,
                                  double prevalence, double level) {
  requireLevel(level);
  requirePrevalence(prevalence);
  const Effective one = effectiveSample(positives);
  const Effective other = effectiveSample(negatives);
  if (one.total == 0 || other.total == 0) {
    return none(prevalence, one.total == 0 ? "no positive cases" : "no negative cases");
  }
  PredictiveValues result = fromCounts(one.hits, one.n, other.hits, other.n, prevalence, level);
  const bool alone = one.filled < 2 || other.filled < 2;
  for (Estimate* estimate :
       {&result.ppv, &result.npv, &result.positiveLikelihoodRatio, &result.negativeLikelihoodRatio}) {
    if (!estimate->ci) {
      continue;
    }
    if (alone) {
      estimate->ci.reset();
      estimate->se.reset();
      estimate->method.clear();
      estimate->note = "one cluster only, so no interval";
    } else {
      estimate->method += ", effective sample (Rao & Scott 1992)";
    }
  }
  return result;
}

PredictiveValues predictiveValues(const Estimate& sensitivity, const Estimate& specificity, double prevalence,
                                  double level) {
  requireLevel(level);
  requirePrevalence(prevalence);
  if (!sensitivity.value || !specificity.value) {
    return none(prevalence, !sensitivity.value ? "no sensitivity" : "no specificity");
  }
  PredictiveValues result = valuesOnly(*sensitivity.value, *specificity.value, prevalence);
  if (!sensitivity.se || !specificity.se || !inside(*sensitivity.value) || !inside(*specificity.value)) {
    for (Estimate* estimate :
         {&result.ppv, &result.npv, &result.positiveLikelihoodRatio, &result.negativeLikelihoodRatio}) {
      if (estimate->value) {
        estimate->note = "sensitivity or specificity has no standard error, so no interval";
      }
    }
    return result;
  }
  const double z = normalQuantileTwoSided(level);
  const Accuracies a{*sensitivity.value, *specificity.value, *sensitivity.se * *sensitivity.se,
                     *specificity.se * *specificity.se};
  if (inside(prevalence)) {
    addLogit(result.ppv, logitPpv(a, prevalence), z, false);
    addLogit(result.npv, logitNpv(a, prevalence), z, false);
  }
  addLog(result.positiveLikelihoodRatio, logPositiveRatio(a), z, false);
  addLog(result.negativeLikelihoodRatio, logNegativeRatio(a), z, false);
  return result;
}

} // namespace hipcuff::statistics
