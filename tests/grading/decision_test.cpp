// Probabilities, prevalence and abstention: with coefficients of known effect, so that a new calibration breaks
// nothing.
#include "plain_criteria.h"

#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/grading/decision.h"
#include "hipcuff/grading/prevalence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

using namespace hipcuff;

namespace {

using hipcuff::test::plain;

double tearShare(const std::array<double, 4>& p) {
  return p[2] + p[3];
}

GradeEvidence evidence(double full, double partial, std::optional<double> texture = -3, double borders = 1) {
  return {full, partial, 0.5, 5, texture, borders};
}

double sum(const std::array<double, 4>& p) {
  return std::accumulate(p.begin(), p.end(), 0.0);
}

TEST(Probabilities, FollowTheChain) {
  const Criteria c = plain();
  const auto none = probabilitiesOf(evidence(0, 0), c);
  EXPECT_NEAR(none[2] + none[3], 1 / (1 + std::exp(2.0)), 1e-9) << "a tear that nothing shows";
  EXPECT_NEAR(none[1] / none[0], std::exp(-3.0), 1e-9);
  const auto partial = probabilitiesOf(evidence(0, 0.9), c);
  EXPECT_NEAR(partial[2] + partial[3], 0.9, 1e-9);
  EXPECT_GT(partial[2], 50 * partial[3]);
  const auto both = probabilitiesOf(evidence(0.8, 0.8), c);
  EXPECT_NEAR(both[2], both[3], 1e-9);
  for (const auto& p : {none, partial, both})
    EXPECT_NEAR(sum(p), 1, 1e-12);
}

TEST(Probabilities, UnsureBordersLeaveThePrior) {
  Criteria c = plain();
  const auto blind = probabilitiesOf(evidence(0.98, 0, -3, 0), c);
  for (const double p : blind)
    EXPECT_NEAR(p, 0.25, 1e-9);
  c.items.at("calibration_border_doubt").value = 0.5;
  EXPECT_GT(probabilitiesOf(evidence(0.98, 0, -3, 0), c)[3], 0.5);
}

TEST(Probabilities, PrevalenceShiftsByBayes) {
  Criteria c = plain();
  const auto before = probabilitiesOf(evidence(0, 0.8, 0), c);
  setPrevalence(c, parsePrevalence("normal=0.7,tendinosis=0.1,partial=0.1,full=0.1"));
  const auto after = probabilitiesOf(evidence(0, 0.8, 0), c);
  EXPECT_NEAR((after[0] / after[2]) / (before[0] / before[2]), 7, 1e-9);
  EXPECT_NEAR(after[1] / after[2], before[1] / before[2], 1e-9);
  EXPECT_NEAR(sum(after), 1, 1e-12);
  EXPECT_EQ(c.items.at("prevalence_normal").source, "given with --prevalence") << "printed with the result";
}

TEST(Probabilities, TiesGoToTheMilderClass) {
  EXPECT_EQ(likeliest({0.3, 0.3, 0.3, 0.1}), GradeClass::normal);
  EXPECT_EQ(likeliest({0.1, 0.1, 0.4, 0.4}), GradeClass::partialThickness);
}

TEST(Texture, TakesTheLesserOfDarknessAndLostPattern) {
  const Criteria c = builtinCriteria();
  const double dark = c.value("tendinosis_echogenicity");
  const double lost = c.value("tendinosis_coherence");
  Findings f;
  EXPECT_FALSE(textureScore(f, View::longAxis, c));
  f.echogenicity = dark;
  EXPECT_FALSE(textureScore(f, View::longAxis, c));
  f.fibreCoherence = lost;
  EXPECT_NEAR(*textureScore(f, View::longAxis, c), 0, 1e-9);
  f.echogenicity = dark - 1000;
  EXPECT_LT(*textureScore(f, View::longAxis, c), 0.7) << "darkness alone is not tendinosis";
  EXPECT_LT(*textureScore(f, View::shortAxis, c), *textureScore(f, View::longAxis, c) + 1e-12)
      << "cut across, fibres cohere less anyway";
  f.fibreCoherence = 0;
  EXPECT_GT(*textureScore(f, View::longAxis, c), 3);
}

TEST(Texture, TheClassifiersShareComesBeforeWhatIsReadFromTheGreys) {
  const Criteria c = builtinCriteria();
  Findings f;
  f.degeneratedShare = 0.5;
  EXPECT_NEAR(*textureScore(f, View::longAxis, c), 0, 1e-9);
  f.degeneratedShare = 0.9;
  EXPECT_NEAR(*textureScore(f, View::longAxis, c), std::log(9.0), 1e-9);
  f.echogenicity = c.value("tendinosis_echogenicity") - 1000;
  f.fibreCoherence = 0;
  EXPECT_NEAR(*textureScore(f, View::longAxis, c), std::log(9.0), 1e-9);
  f.degeneratedShare = 0;
  EXPECT_LT(*textureScore(f, View::longAxis, c), -3.5);
  EXPECT_GE(*textureScore(f, View::longAxis, c), -4) << "finite";
}

TEST(Evidence, WhatIsTornWithoutAnOutlineCountsToo) {
  Criteria c = builtinCriteria();
  c.items.at("calibration_tear_none_area").value = 1;
  GradeEvidence e;
  const double little = tearShare(probabilitiesOf(e, c));
  e.tornAreaMm2 = 5;
  EXPECT_GT(tearShare(probabilitiesOf(e, c)), little);
}

TEST(Evidence, AGapThroughMoreOfTheThicknessIsSoonerFull) {
  Criteria c = builtinCriteria();
  c.items.at("calibration_full_share").value = 3;
  GradeEvidence e;
  e.partialConfidence = 0.9;
  e.tornShare = 0.4;
  const auto part = probabilitiesOf(e, c);
  e.tornShare = 0.9;
  EXPECT_GT(probabilitiesOf(e, c)[3], part[3]);
}

TEST(Prevalence, WordsAndNames) {
  const NamedPrevalence p = parsePrevalence("full=0.1,normal=0.5,partial=0.1,tendinosis=0.3");
  EXPECT_DOUBLE_EQ(p.shares[0], 0.5);
  EXPECT_DOUBLE_EQ(p.shares[3], 0.1);
  for (const NamedPrevalence& named : namedPrevalences()) {
    EXPECT_NEAR(std::accumulate(named.shares.begin(), named.shares.end(), 0.0), 1, 1e-9) << named.name;
    EXPECT_EQ(parsePrevalence(named.name).shares, named.shares);
    EXPECT_FALSE(named.source.empty());
  }
  const NamedPrevalence rounded = parsePrevalence("normal=0.33,tendinosis=0.33,partial=0.17,full=0.17");
  EXPECT_NEAR(std::accumulate(rounded.shares.begin(), rounded.shares.end(), 0.0), 1, 1e-12);
}

TEST(Prevalence, WrongOnesAreTold) {
  for (const char* text :
       {"", "gtps", "normal=0.4", "normal=0.4,tendinosis=0.2,partial=0.2,full=0.3",
        "normal=0.5,tendinosis=0.3,partial=0.2,full=0", "normal=1,tendinosis=0,partial=0,full=0",
        "normal=0.4,tendinosis=0.2,partial=0.2,partial=0.2", "normal=0.4,tendinosis=0.2,partial=0.2,full=x",
        "normal=0.4,tendinosis=0.2,partial=0.2,full=0.2,", "normal=nan,tendinosis=0.2,partial=0.2,full=0.2",
        "normal=0.4;tendinosis=0.2", "normal,tendinosis,partial,full", "Normal=0.4,tendinosis=0.2,partial=0.2,full=0.2",
        "normal=-0.4,tendinosis=0.6,partial=0.4,full=0.4"})
    EXPECT_THROW((void)parsePrevalence(text), UsageError) << text;
}

TEST(Prevalence, OfAFileMustAddUp) {
  Criteria c = plain();
  c.items.at("prevalence_full").value = 0.6;
  EXPECT_THROW((void)prevalenceOf(c), ConfigError);
  EXPECT_NO_THROW((void)prevalenceOf(builtinCriteria()));
}

TEST(Bound, HoldsOnlyForTheCalibratedPrevalence) {
  Criteria c = builtinCriteria();
  EXPECT_EQ(wrongAtMost(c), c.value("graded_wrong_bound"));
  setPrevalence(c, parsePrevalence("painful-hip"));
  EXPECT_FALSE(wrongAtMost(c)) << "no bound is known for other cases than those it was set on";
  EXPECT_FALSE(wrongAtMost(Criteria{}));
}

TEST(Abstention, TakesBackWhatIsNotSureEnough) {
  const Criteria c = plain();
  Grade g;
  g.grade = GradeClass::partialThickness;
  g.subtype = "bursal";
  g.tear = TearSubtype{};
  g.probabilities = {0.3, 0.1, 0.45, 0.15};
  g.confidence = 0.45;
  g.evidence = evidence(0, 0.4);
  g.reasons = {"why"};
  refuseIfUnsure(g, c);
  EXPECT_EQ(g.grade, GradeClass::notGradable);
  EXPECT_EQ(g.refusals, std::vector{Refusal::unsure});
  EXPECT_DOUBLE_EQ(sum(g.probabilities), 0);
  EXPECT_TRUE(g.subtype.empty());
  EXPECT_FALSE(g.tear);
  EXPECT_TRUE(g.evidence) << "what it would have rested on stays readable";
  ASSERT_EQ(g.reasons.size(), 2u);
  EXPECT_NE(g.reasons[0].find("partial_thickness"), std::string::npos);
  EXPECT_NE(g.reasons[0].find("0.45"), std::string::npos);
}

TEST(Abstention, LeavesTheSureAndTheRefused) {
  const Criteria c = plain();
  Grade sure;
  sure.grade = GradeClass::normal;
  sure.confidence = 0.5;
  refuseIfUnsure(sure, c);
  EXPECT_EQ(sure.grade, GradeClass::normal);
  Grade dark;
  dark.refusals = {Refusal::tooDark};
  refuseIfUnsure(dark, c);
  EXPECT_EQ(dark.refusals, std::vector{Refusal::tooDark});
}

} // namespace
