#include "hipcuff/statistics/sample_size.h"

#include "reference_values.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hipcuff::statistics {
namespace {

const ReferenceValues& reference() {
  static const ReferenceValues values("sample_size");
  return values;
}

long up(double n) {
  return static_cast<long>(std::ceil(n));
}

// epiR 2.0.57: epi.ssdxsesp (Buderer 1996, Wald)
TEST(SampleSize, SensitivityAndSpecificityAgreeWithEpiR) {
  const SampleSize sensitivity = forSensitivity(0.9, 0.1, 0.2, 0.95, WidthMethod::wald);
  EXPECT_EQ(sensitivity.positives, up(reference()["buderer"].at(0)));
  EXPECT_EQ(sensitivity.cases, 695); // 139 / 0.2
  EXPECT_EQ(sensitivity.negatives, 695 - 139);
  const SampleSize specificity = forSpecificity(0.85, 0.14, 0.2, 0.95, WidthMethod::wald);
  EXPECT_EQ(specificity.negatives, up(reference()["buderer"].at(1)));
  EXPECT_EQ(specificity.cases, 125);
}

// R 4.2.2, reference/sample_size.R: score interval by uniroot, exact one by qbeta
TEST(SampleSize, WilsonAndExactAgreeWithR) {
  for (const auto& [p, key] : {std::pair(0.9, "width0.9"), std::pair(0.75, "width0.75"), std::pair(1.0, "width1")}) {
    SCOPED_TRACE(key);
    EXPECT_EQ(forProportionWidth(p, 0.1, 0.95, WidthMethod::wilson).cases, static_cast<long>(reference()[key].at(0)));
    EXPECT_EQ(forProportionWidth(p, 0.1, 0.95, WidthMethod::exact).cases, static_cast<long>(reference()[key].at(1)));
  }
  EXPECT_FALSE(forProportionWidth(1, 0.1, 0.95, WidthMethod::wald).cases);
}

// pROC 1.18.0: power.roc.test(auc = 0.7, power = 0.9, sig.level = 0.05, kappa = 3)
TEST(SampleSize, AucAgainstHalfAgreesWithPRoc) {
  const SampleSize size = forAucTest(0.7, 0.5, 0.25, 0.9, 0.05, AucVariance::obuchowski);
  ASSERT_TRUE(size.cases);
  const double all = reference()["auc.test"].at(0) + reference()["auc.test"].at(1);
  EXPECT_NEAR(static_cast<double>(*size.cases), all, 3); // whole positives and negatives
  EXPECT_GE(static_cast<double>(*size.cases) + 1, all);
  EXPECT_EQ(*size.positives + *size.negatives, *size.cases);
}

// Hanley & McNeil 1982: 51 and 58 cases with an area of 0.893 have a standard error of 0.032 (nearly; they print
// 0.0325).
TEST(SampleSize, AucByHanleyAndMcNeil) {
  EXPECT_NEAR(aucStandardError(0.893, 51, 58), reference()["auc.se"].at(0), 1e-12);
  const SampleSize difference = forAucDifference(0.8, 0.9, 0.5, 0.5, 0.8);
  EXPECT_NEAR(static_cast<double>(*difference.positives), reference()["auc.difference"].at(0), 1);
  const SampleSize width = forAucWidth(0.893, 4 * 0.98 * reference()["auc.se"].at(0), 51.0 / 109);
  EXPECT_NEAR(static_cast<double>(*width.cases), 109, 1);
  EXPECT_FALSE(forAucDifference(0.8, 0.8, 0.5, 0.5, 0.8).cases);
  EXPECT_FALSE(forAucTest(0.8, 0.8, 0.5, 0.8).cases);
}

TEST(SampleSize, KappaAgreesWithR) {
  EXPECT_EQ(forKappaTest(0.4, 0.6, 0.3, 0.8).cases, up(reference()["kappa.test"].at(0)));
  EXPECT_EQ(forKappaTest(0.6, 0.8, 0.5, 0.8).cases, up(reference()["kappa.test"].at(1)));
  EXPECT_EQ(forKappaTest(0.6, 0.4, 0.1, 0.8).cases, up(reference()["kappa.test"].at(2)));
  EXPECT_EQ(forKappaWidth(0.6, 0.3, 0.3).cases, up(reference()["kappa.width"].at(0)));
  EXPECT_EQ(forKappaWidth(0.8, 0.2, 0.1).cases, up(reference()["kappa.width"].at(1)));
  EXPECT_FALSE(forKappaTest(0.6, 0.6, 0.3, 0.8).cases);
}

// Bonett's formula is an approximation: against the mean width of the exact interval, integrated in R.
TEST(SampleSize, IccAgreesWithTheExactIntervalsMeanWidth) {
  EXPECT_NEAR(static_cast<double>(*forIccWidth(0.8, 0.2, 3).cases), reference()["icc3_0.8"].at(0), 2);
  EXPECT_NEAR(static_cast<double>(*forIccWidth(0.8, 0.2, 2).cases), reference()["icc2_0.8"].at(0), 2);
  EXPECT_NEAR(static_cast<double>(*forIccWidth(0.6, 0.3, 4).cases), reference()["icc4_0.6"].at(0), 2);
  EXPECT_NEAR(static_cast<double>(*forIccWidth(0.5, 0.3, 2).cases), reference()["icc2_0.5"].at(0), 2);
}

TEST(SampleSize, LimitsOfAgreementAgreeWithR) {
  EXPECT_EQ(forLimitsOfAgreementWidth(0.34).cases, static_cast<long>(reference()["limits.width"].at(0)));
  EXPECT_EQ(forLimitsOfAgreement(0.001167, 0.001129, 0.004, 0.8).cases, static_cast<long>(reference()["lu"].at(0)));
  EXPECT_EQ(forLimitsOfAgreement(0, 1, 2.5, 0.9).cases, static_cast<long>(reference()["lu"].at(1)));
  EXPECT_EQ(forLimitsOfAgreement(0.2, 1, 3, 0.8).cases, static_cast<long>(reference()["lu"].at(2)));
  EXPECT_EQ(forLimitsOfAgreement(-0.2, 1, 3, 0.8).cases, static_cast<long>(reference()["lu"].at(2)));
  const SampleSize impossible = forLimitsOfAgreement(0.5, 1, 2, 0.8);
  EXPECT_FALSE(impossible.cases);
  EXPECT_EQ(impossible.note, "the expected limits of agreement are not within the allowed difference");
}

// Where the limits nearly reach what is allowed thousands are needed; the normal distribution takes over without a
// step.
TEST(SampleSize, LimitsOfAgreementOfLargeStudies) {
  const SampleSize size = forLimitsOfAgreement(0, 1, 2.05, 0.8);
  ASSERT_TRUE(size.cases);
  // (t + z)^2 (1 + z^2 / 2) / (2.05 - 1.96)^2 with half of the missed power on each side.
  const double expected = std::pow((1.959964 + 1.281552) / (2.05 - 1.959964), 2) * (1 + 1.959964 * 1.959964 / 2);
  EXPECT_NEAR(static_cast<double>(*size.cases) / expected, 1, 0.002);
}

TEST(SampleSize, McNemarAgreesWithR) {
  EXPECT_EQ(forMcNemar(0.2, 0.05, 0.8).cases, static_cast<long>(reference()["mcnemar"].at(0)));
  EXPECT_EQ(forMcNemar(0.05, 0.45, 0.8).cases, static_cast<long>(reference()["mcnemar"].at(1)));
  EXPECT_FALSE(forMcNemar(0.1, 0.1, 0.8).cases);
}

TEST(SampleSize, NonInferiorityAgreesWithR) {
  EXPECT_EQ(forNonInferiorityPaired(0.05, 0.05, 0.1, 0.8).cases, up(reference()["nam"].at(0)));
  EXPECT_EQ(forNonInferiorityPaired(0.1, 0.08, 0.05, 0.9).cases, up(reference()["nam"].at(1)));
  EXPECT_FALSE(forNonInferiorityPaired(0.05, 0.2, 0.1, 0.8).cases);
}

TEST(SampleSize, DesignEffect) {
  EXPECT_DOUBLE_EQ(designEffect(2, 0.4), 1.4);
  EXPECT_DOUBLE_EQ(designEffect(2, 0.4, 0.5), 1 + (1.25 * 2 - 1) * 0.4);
  const SampleSize size = withClusters(forSensitivity(0.9, 0.1, 0.2, 0.95, WidthMethod::wald), 2, 0.4);
  EXPECT_EQ(size.positives, up(139 * 1.4));
  EXPECT_EQ(size.cases, 974); // 695 * 1.4 = 973, but 195 positives and 779 negatives
  EXPECT_FALSE(withClusters(forMcNemar(0.1, 0.1, 0.8), 2, 0.4).cases);
}

TEST(SampleSize, RefusesWhatIsOutOfRange) {
  EXPECT_THROW(static_cast<void>(forProportionWidth(1.1, 0.1)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(forProportionWidth(0.9, 0)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(forSensitivity(0.9, 0.1, 0)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(forAucTest(0.4, 0.5, 0.5, 0.8, 0.05, AucVariance::obuchowski)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(forKappaTest(0.4, -0.9, 0.1, 0.8)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(forIccWidth(1, 0.2, 3)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(forIccWidth(0.8, 0.2, 1)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(forMcNemar(0.6, 0.5, 0.8)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(forMcNemar(0.2, 0.1, 1)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(designEffect(0.5, 0.4)), std::invalid_argument);
}

// Nobody gets a study of more than a billion cases.
TEST(SampleSize, AbsurdWishesAreRefused) {
  EXPECT_FALSE(forProportionWidth(0.5, 1e-6).cases);
  EXPECT_EQ(forMcNemar(0.1, 0.1 + 1e-7, 0.8).note, "more than a billion cases");
}

} // namespace
} // namespace hipcuff::statistics
