// How many cases does a study need? Every answer is rounded up.
#pragma once

#include "hipcuff/statistics/estimate.h"

#include <optional>
#include <string>

namespace hipcuff::statistics {

/// `cases` empty: no size is large enough, or the question makes no sense; `note` says why.
struct SampleSize {
  std::optional<long> cases{};     ///< all that have to be recruited
  std::optional<long> positives{}; ///< of them with the condition, where that matters
  std::optional<long> negatives{};
  std::string method{};
  std::string note{};
};

enum class WidthMethod { wilson, exact, wald };

// All of the following throw std::invalid_argument for a parameter outside the range that is named.

/// Smallest n whose interval around `proportion` has a full width <= `width`. Expected counts are rounded to whole
/// ones; from this n on no larger one is wider than asked by more than that rounding.
/// @param proportion [0, 1] @param width of the whole interval, (0, 1)
[[nodiscard]] SampleSize forProportionWidth(double proportion, double width, double level = 0.95,
                                            WidthMethod method = WidthMethod::wilson);

/// Sensitivity to a wanted width, and the cases that hold so many positives at this prevalence (Buderer 1996; there by
/// Wald with half the width).
/// @param prevalence (0, 1)
[[nodiscard]] SampleSize forSensitivity(double sensitivity, double width, double prevalence, double level = 0.95,
                                        WidthMethod method = WidthMethod::wilson);
/// The same for specificity and the negatives.
[[nodiscard]] SampleSize forSpecificity(double specificity, double width, double prevalence, double level = 0.95,
                                        WidthMethod method = WidthMethod::wilson);

enum class AucVariance {
  hanleyMcNeil, ///< Hanley & McNeil 1982, exponential model
  obuchowski,   ///< Obuchowski 1994, binormal model with ratings
};
/// Standard error of an AUC with these numbers. @param auc (0, 1), obuchowski [0.5, 1)
[[nodiscard]] double aucStandardError(double auc, double positives, double negatives,
                                      AucVariance variance = AucVariance::hanleyMcNeil);
/// An AUC to a wanted full width of its interval (normal). @param prevalence share of positives among the cases, (0, 1)
[[nodiscard]] SampleSize forAucWidth(double auc, double width, double prevalence, double level = 0.95,
                                     AucVariance variance = AucVariance::hanleyMcNeil);
/// A single AUC against a value of the hypothesis, two-sided. @param nullAuc e.g. 0.5
[[nodiscard]] SampleSize forAucTest(double auc, double nullAuc, double prevalence, double power, double alpha = 0.05,
                                    AucVariance variance = AucVariance::hanleyMcNeil);
/// Two AUCs on the same cases, two-sided. @param correlation of the two AUC estimates, [-1, 1]
/// (Obuchowski & McClish 1997; Hanley & McNeil 1983)
[[nodiscard]] SampleSize forAucDifference(double auc1, double auc2, double correlation, double prevalence, double power,
                                          double alpha = 0.05, AucVariance variance = AucVariance::hanleyMcNeil);

/// Kappa of two raters and two categories, H0: kappa = kappa0 against kappa1, common prevalence (Donner & Eliasziw
/// 1992, goodness of fit, noncentral chi-square with 1 df; two-sided). @param prevalence (0, 1)
[[nodiscard]] SampleSize forKappaTest(double kappa0, double kappa1, double prevalence, double power,
                                      double alpha = 0.05);
/// Kappa of two raters and two categories to a wanted full width (variance after Donner & Eliasziw 1992; large sample).
[[nodiscard]] SampleSize forKappaWidth(double kappa, double width, double prevalence, double level = 0.95);

/// ICC(1,1) or ICC(3,1) to a wanted full width with k raters (Bonett 2002). @param icc [0, 1) @param raters >= 2
[[nodiscard]] SampleSize forIccWidth(double icc, double width, int raters, double level = 0.95);

/// Limits of agreement to a wanted half width of their interval, in standard deviations of the differences:
/// n = (z^2 (1 + ... ) / w^2), Bland 2004 ("about 1.96 sqrt(3 / n) s"), here with 1/n + z^2 / 2(n - 1).
/// @param halfWidthInSd > 0
[[nodiscard]] SampleSize forLimitsOfAgreementWidth(double halfWidthInSd, double level = 0.95, double coverage = 0.95);
/// Limits with their intervals within -+ maximum allowed difference, at this power (Lu et al. 2016).
/// @param bias expected mean difference @param sd of the differences, > 0
/// @param allowed clinical limit; must be beyond |bias| + z sd, else no size is enough
[[nodiscard]] SampleSize forLimitsOfAgreement(double bias, double sd, double allowed, double power, double alpha = 0.05,
                                              double coverage = 0.95);

/// McNemar, two-sided, pairs (Connor 1987). @param p10,p01 expected shares of discordant pairs of both kinds, sum in
/// (0, 1]
[[nodiscard]] SampleSize forMcNemar(double p10, double p01, double power, double alpha = 0.05);

/// Non-inferiority of paired proportions, one-sided score test (Nam 1997), pairs. @param p10 first yes and second no,
/// @param p01 the other way round; true difference p10 - p01 @param margin > 0
[[nodiscard]] SampleSize forNonInferiorityPaired(double p10, double p01, double margin, double power,
                                                 double alpha = 0.025);

/// Design effect 1 + (m - 1) rho where a patient gives m cases on average (Donner & Klar 2000; unequal numbers with
/// their coefficient of variation: 1 + ((1 + cv^2) m - 1) rho, Eldridge et al. 2006).
[[nodiscard]] double designEffect(double casesPerPatient, double rho, double variationOfCases = 0);
/// `size` times the design effect.
[[nodiscard]] SampleSize withClusters(const SampleSize& size, double casesPerPatient, double rho,
                                      double variationOfCases = 0);

} // namespace hipcuff::statistics
