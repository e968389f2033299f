// Not everybody was verified, or the reference itself errs: what the data show about it and what can still be said.
#pragma once

#include "hipcuff/statistics/estimate.h"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::statistics {

/// One result of the test (or stratum: result and a covariate), ordered from negative to positive.
struct VerificationStratum {
  std::string name{};        ///< "no tear", "partial"
  bool testPositive = false; ///< does this result count as positive
  long verifiedPositive = 0; ///< with the condition by the reference
  long verifiedNegative = 0; ///< without it
  long unverified = 0;       ///< reference not done

  [[nodiscard]] long verified() const { return verifiedPositive + verifiedNegative; }
  [[nodiscard]] long total() const { return verified() + unverified; }
};

/// Sensitivity, specificity and prevalence corrected for verification that depends on nothing but the stratum (missing
/// at random; Begg & Greenes 1983). Variances by the delta method on the verified shares (their appendix; Zhou 1993),
/// intervals on the logit scale. Naive: from verified cases only.
struct BeggGreenes {
  Estimate sensitivity{};
  Estimate specificity{};
  Estimate prevalence{};
  Estimate naiveSensitivity{}; ///< Wilson
  Estimate naiveSpecificity{};
  std::string note{}; ///< the assumption, and strata that make it impossible
};
/// A stratum with cases and none of them verified: not estimable, the note names it. Everybody verified: equal to naive
/// (its interval too is then on the logit scale). A value of 0 or 1 has no interval on the logit scale (note).
/// @throws std::invalid_argument for negative counts
[[nodiscard]] BeggGreenes beggGreenes(std::span<const VerificationStratum> strata, double level = 0.95);

enum class VerificationPattern {
  complete,      ///< everybody verified
  random,        ///< some were not, about alike in all strata
  partial,       ///< the share depends on the test: naive values are biased, Begg-Greenes applies
  positivesOnly, ///< no test negative was verified: sensitivity and specificity cannot be had, only the predictive
                 ///< value
  negativesOnly,
  none, ///< nobody verified
};
[[nodiscard]] std::string name(VerificationPattern pattern);

struct VerificationCheck {
  VerificationPattern pattern = VerificationPattern::none;
  long verified = 0;
  long total = 0;
  std::vector<std::string> unverifiedStrata{}; ///< with cases but none verified
  Test independence{};   ///< verified or not against test result: chi-square, Fisher's exact where an expected count is
                         ///< below 5
  std::string message{}; ///< a sentence for the report; empty when complete
};
/// @param alpha below which p makes the pattern `partial` instead of `random`
[[nodiscard]] VerificationCheck checkVerification(std::span<const VerificationStratum> strata, double alpha = 0.05);

/// What sensitivity and specificity could be at worst and best, whatever the unverified cases are (no assumption;
/// Kosinski & Barnhart 2003).
struct VerificationBounds {
  std::optional<Interval> sensitivity{};
  std::optional<Interval> specificity{};
};
[[nodiscard]] VerificationBounds verificationBounds(std::span<const VerificationStratum> strata);

/// Test against an imperfect reference, counts.
struct CrossTable {
  long bothPositive = 0;
  long testOnly = 0;      ///< test positive, reference negative
  long referenceOnly = 0; ///< test negative, reference positive
  long bothNegative = 0;
};
struct ImperfectReference {
  Estimate sensitivity{}; ///< of the test against the truth, if its errors are independent of the reference's
  Estimate specificity{};
  Estimate prevalence{}; ///< Rogan & Gladen 1978 from the reference
  /// Apparent values, against the reference as if it were the truth.
  Estimate apparentSensitivity{};
  Estimate apparentSpecificity{};
  /// Without the assumption of independence: all values that fit the data (Thibodeau 1981; Emerson et al. 2018).
  std::optional<Interval> sensitivityBounds{};
  std::optional<Interval> specificityBounds{};
  std::string note{};
};
/// Corrected by the reference's known sensitivity and specificity (Gart & Buck 1966; Staquet et al. 1981); delta-method
/// intervals, the reference's values being taken as known. Values outside 0 to 1 are cut and the note says so; a
/// reference no better than chance (sensitivity + specificity <= 1) or a corrected prevalence outside (0, 1): not
/// estimable.
/// @throws std::invalid_argument for negative counts or values outside [0, 1]
[[nodiscard]] ImperfectReference imperfectReference(const CrossTable& table, double referenceSensitivity,
                                                    double referenceSpecificity, double level = 0.95);

/// True prevalence from the apparent one (Rogan & Gladen 1978), cut to [0, 1].
[[nodiscard]] Estimate roganGladen(long positives, long total, double sensitivity, double specificity,
                                   double level = 0.95);

} // namespace hipcuff::statistics
