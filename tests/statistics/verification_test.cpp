#include "hipcuff/statistics/verification.h"

#include "reference_values.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hipcuff::statistics {
namespace {

const ReferenceValues& reference() {
  static const ReferenceValues values("verification");
  return values;
}

// Drum & Christacopoulos 1972, the example of Begg & Greenes 1983: 650 liver scans, 344 verified.
std::vector<VerificationStratum> liver() {
  return {{"normal", false, 27, 54, 140}, {"abnormal", true, 231, 32, 166}};
}

void expectEstimate(const Estimate& estimate, const std::string& name) {
  SCOPED_TRACE(name);
  ASSERT_TRUE(estimate.value) << estimate.note;
  EXPECT_NEAR(*estimate.value, reference()[name].at(0), 1e-10);
  EXPECT_NEAR(*estimate.se, reference()[name].at(1), 1e-8);
  EXPECT_NEAR(estimate.ci->lower, reference()[name].at(2), 1e-8);
  EXPECT_NEAR(estimate.ci->upper, reference()[name].at(3), 1e-8);
}

// R 4.2.2, reference/verification.R: numeric delta method
TEST(BeggGreenes, AgreesWithR) {
  const BeggGreenes result = beggGreenes(liver());
  expectEstimate(result.sensitivity, "liver.sens");
  expectEstimate(result.specificity, "liver.spec");
  expectEstimate(result.prevalence, "liver.prev");
  EXPECT_NEAR(*result.naiveSensitivity.value, 231.0 / 258, 1e-12);
  EXPECT_NEAR(*result.naiveSpecificity.value, 54.0 / 86, 1e-12);
  EXPECT_FALSE(result.note.empty());
}

TEST(BeggGreenes, SeveralResults) {
  const BeggGreenes result = beggGreenes(std::vector<VerificationStratum>{{"0", false, 2, 40, 200},
                                                                          {"1", false, 5, 15, 20},
                                                                          {"2", true, 20, 10, 6},
                                                                          {"3", true, 30, 2, 0},
                                                                          {"never given", true, 0, 0, 0}});
  expectEstimate(result.sensitivity, "graded.sens");
  expectEstimate(result.specificity, "graded.spec");
  expectEstimate(result.prevalence, "graded.prev");
}

TEST(BeggGreenes, EverybodyVerifiedIsNaive) {
  const BeggGreenes result =
      beggGreenes(std::vector<VerificationStratum>{{"no", false, 5, 60, 0}, {"yes", true, 45, 10, 0}});
  EXPECT_NEAR(*result.sensitivity.value, *result.naiveSensitivity.value, 1e-12);
  EXPECT_NEAR(*result.specificity.value, *result.naiveSpecificity.value, 1e-12);
  // The delta method then gives the binomial error.
  EXPECT_NEAR(*result.sensitivity.se, std::sqrt(0.9 * 0.1 / 50), 1e-12);
}

TEST(BeggGreenes, NotEstimable) {
  const BeggGreenes positives =
      beggGreenes(std::vector<VerificationStratum>{{"no tear", false, 0, 0, 90}, {"tear", true, 40, 5, 3}});
  EXPECT_FALSE(positives.sensitivity.value);
  EXPECT_EQ(positives.note, "nobody was verified of the result \"no tear\"");
  EXPECT_DOUBLE_EQ(*positives.naiveSensitivity.value, 1);
  const BeggGreenes nobody = beggGreenes(std::vector<VerificationStratum>{{"no", false, 0, 0, 9}});
  EXPECT_EQ(nobody.note, "nobody was verified");
  EXPECT_FALSE(nobody.naiveSensitivity.value);
  EXPECT_FALSE(beggGreenes({}).sensitivity.value);
  const BeggGreenes healthy =
      beggGreenes(std::vector<VerificationStratum>{{"no", false, 0, 20, 9}, {"yes", true, 0, 5, 9}});
  EXPECT_FALSE(healthy.sensitivity.value);
  EXPECT_EQ(healthy.sensitivity.note, "no verified case has the condition");
  EXPECT_TRUE(healthy.specificity.value);
  const BeggGreenes perfect =
      beggGreenes(std::vector<VerificationStratum>{{"no", false, 0, 20, 9}, {"yes", true, 8, 5, 9}});
  EXPECT_DOUBLE_EQ(*perfect.sensitivity.value, 1);
  EXPECT_FALSE(perfect.sensitivity.ci);
  EXPECT_THROW(static_cast<void>(beggGreenes(std::vector<VerificationStratum>{{"no", false, 0, -1, 9}})),
               std::invalid_argument);
}

TEST(Verification, FindsThePattern) {
  const VerificationCheck biased = checkVerification(liver());
  EXPECT_EQ(biased.pattern, VerificationPattern::partial);
  EXPECT_EQ(biased.verified, 344);
  EXPECT_EQ(biased.total, 650);
  EXPECT_NEAR(*biased.independence.statistic, reference()["liver.chi"].at(0), 1e-8);
  EXPECT_NEAR(*biased.independence.p, reference()["liver.chi"].at(1), 1e-14);
  EXPECT_NE(biased.message.find("61 % (263 of 429) of the positive and 37 % (81 of 221)"), std::string::npos)
      << biased.message;

  using enum VerificationPattern;
  const auto pattern = [](const std::vector<VerificationStratum>& strata) { return checkVerification(strata).pattern; };
  EXPECT_EQ(pattern({{"no", false, 5, 60, 0}, {"yes", true, 45, 10, 0}}), complete);
  EXPECT_TRUE(checkVerification(std::vector<VerificationStratum>{{"yes", true, 4, 1, 0}}).message.empty());
  EXPECT_EQ(pattern({{"no", false, 5, 60, 5}, {"yes", true, 45, 10, 4}}), random);
  EXPECT_EQ(pattern({{"no", false, 0, 0, 5}, {"yes", true, 45, 10, 4}}), positivesOnly);
  EXPECT_EQ(pattern({{"no", false, 0, 0, 5}, {"yes", true, 45, 10, 0}}), positivesOnly);
  EXPECT_EQ(pattern({{"no", false, 3, 9, 5}, {"yes", true, 0, 0, 4}}), negativesOnly);
  EXPECT_EQ(pattern({{"no", false, 0, 0, 5}, {"yes", true, 0, 0, 4}}), none);
  EXPECT_EQ(pattern({}), none);
  EXPECT_EQ(name(positivesOnly), "positives only");
  EXPECT_EQ(checkVerification(std::vector<VerificationStratum>{{"no", false, 0, 0, 5}, {"yes", true, 5, 1, 4}})
                .unverifiedStrata,
            std::vector<std::string>{"no"});
}

// R 4.2.2: fisher.test
TEST(Verification, SmallTablesByFisher) {
  const VerificationCheck check =
      checkVerification(std::vector<VerificationStratum>{{"no", false, 1, 1, 7}, {"yes", true, 5, 4, 3}});
  EXPECT_EQ(check.independence.method, "Fisher's exact test");
  EXPECT_NEAR(*check.independence.p, reference()["small.fisher"].at(0), 1e-10);
}

// Against every way to divide the unverified (reference/verification.R).
TEST(Verification, Bounds) {
  const VerificationBounds bounds =
      verificationBounds(std::vector<VerificationStratum>{{"no", false, 3, 12, 9}, {"yes", true, 10, 4, 6}});
  EXPECT_NEAR(bounds.sensitivity->lower, reference()["bounds"].at(0), 1e-10);
  EXPECT_NEAR(bounds.sensitivity->upper, reference()["bounds"].at(1), 1e-10);
  EXPECT_NEAR(bounds.specificity->lower, reference()["bounds"].at(2), 1e-10);
  EXPECT_NEAR(bounds.specificity->upper, reference()["bounds"].at(3), 1e-10);
  EXPECT_FALSE(verificationBounds({}).sensitivity);
}

TEST(ImperfectReference, AgreesWithR) {
  const ImperfectReference result = imperfectReference({80, 12, 10, 198}, 0.9, 0.97);
  EXPECT_NEAR(*result.sensitivity.value, reference()["gart.sens"].at(0), 1e-10);
  EXPECT_NEAR(*result.sensitivity.se, reference()["gart.sens"].at(1), 1e-8);
  EXPECT_NEAR(*result.specificity.value, reference()["gart.spec"].at(0), 1e-10);
  EXPECT_NEAR(*result.specificity.se, reference()["gart.spec"].at(1), 1e-8);
  EXPECT_NEAR(*result.prevalence.value, reference()["rogan"].at(0), 1e-10);
  EXPECT_NEAR(*result.prevalence.se, reference()["rogan"].at(1), 1e-10);
  EXPECT_NEAR(result.sensitivityBounds->lower, reference()["gart.bounds"].at(0), 1e-3);
  EXPECT_NEAR(result.sensitivityBounds->upper, reference()["gart.bounds"].at(1), 1e-3);
  EXPECT_NEAR(*result.apparentSensitivity.value, 80.0 / 90, 1e-12);
  EXPECT_LE(result.specificityBounds->lower, *result.specificity.value);
  EXPECT_GE(result.specificityBounds->upper, *result.specificity.value);
}

TEST(ImperfectReference, PerfectReferenceChangesNothing) {
  const ImperfectReference result = imperfectReference({80, 12, 10, 198}, 1, 1);
  EXPECT_NEAR(*result.sensitivity.value, 80.0 / 90, 1e-12);
  EXPECT_NEAR(*result.specificity.value, 198.0 / 210, 1e-12);
  EXPECT_NEAR(result.sensitivityBounds->lower, 80.0 / 90, 1e-12);
  EXPECT_NEAR(result.sensitivityBounds->upper, 80.0 / 90, 1e-12);
}

TEST(ImperfectReference, NotEstimable) {
  EXPECT_EQ(imperfectReference({8, 2, 1, 9}, 0.5, 0.5).note, "the reference is no better than chance");
  EXPECT_FALSE(imperfectReference({8, 2, 1, 9}, 0.5, 0.5).sensitivity.value);
  EXPECT_EQ(imperfectReference({}, 0.9, 0.9).note, "no cases");
  // Fewer positives than the reference's own false alarms would give.
  const ImperfectReference few = imperfectReference({1, 0, 0, 99}, 0.9, 0.9);
  EXPECT_FALSE(few.sensitivity.value);
  EXPECT_DOUBLE_EQ(*few.prevalence.value, 0);
  EXPECT_FALSE(few.prevalence.note.empty());
  // Better than the reference allows: cut at 1 and said.
  const ImperfectReference better = imperfectReference({90, 0, 0, 210}, 0.9, 0.97);
  EXPECT_DOUBLE_EQ(*better.sensitivity.value, 1);
  EXPECT_FALSE(better.specificity.note.empty());
  EXPECT_THROW(static_cast<void>(imperfectReference({1, 1, 1, 1}, 1.2, 0.9)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(imperfectReference({1, -1, 1, 1}, 0.9, 0.9)), std::invalid_argument);
}

TEST(RoganGladen, Edges) {
  EXPECT_FALSE(roganGladen(0, 0, 0.9, 0.9).value);
  EXPECT_DOUBLE_EQ(*roganGladen(0, 50, 0.9, 0.9).value, 0);
  EXPECT_FALSE(roganGladen(3, 50, 0.4, 0.5).value);
  EXPECT_THROW(static_cast<void>(roganGladen(5, 4, 0.9, 0.9)), std::invalid_argument);
}

} // namespace
} // namespace hipcuff::statistics
