#include "hipcuff/grading/criteria.h"
#include "hipcuff/grading/rule_grader.h"

#include <gtest/gtest.h>

#include <numeric>

using namespace hipcuff;

namespace {

Anatomy anatomy() {
  Anatomy a;
  a.cortex.segments.resize(1);
  a.cortex.confidence = 0.9;
  a.tendon.stations.resize(2);
  a.tendon.confidence = 0.9;
  return a;
}

Measurements healthy() {
  Measurements m;
  m.findings.fibreCoherence = 0.7;
  m.findings.echogenicity = 40;
  m.findings.assessableFraction = 1;
  return m;
}

Discontinuity tear(DiscontinuityKind kind, double confidence) {
  Discontinuity d;
  d.kind = kind;
  d.depthMm = 2;
  d.depthFraction = kind == DiscontinuityKind::fullThickness ? 1 : 0.4;
  d.lengthMm = 6;
  d.beginMm = 4;
  d.endMm = 10;
  d.confidence = confidence;
  return d;
}

Grade graded(const Measurements& m, std::vector<Refusal> refusals = {}) {
  const Anatomy a = anatomy();
  const Grade g = RuleGrader().grade({a, m, View::longAxis, std::move(refusals)}, builtinCriteria());
  const double sum = std::accumulate(g.probabilities.begin(), g.probabilities.end(), 0.0);
  EXPECT_NEAR(sum, g.grade == GradeClass::notGradable ? 0 : 1, 1e-9);
  EXPECT_EQ(g.refusals.empty(), g.grade != GradeClass::notGradable);
  EXPECT_FALSE(g.reasons.empty());
  EXPECT_EQ(g.certainty, Certainty::suspected);
  return g;
}

bool mentions(const Grade& g, const std::string& text) {
  for (const std::string& reason : g.reasons)
    if (reason.find(text) != std::string::npos)
      return true;
  return false;
}

TEST(RuleGrader, HealthyIsNormal) {
  const Grade g = graded(healthy());
  EXPECT_EQ(g.grade, GradeClass::normal);
  EXPECT_TRUE(g.subtype.empty());
  EXPECT_GT(g.confidence, 0.8);
}

TEST(RuleGrader, PartialTearWithItsNumbers) {
  auto m = healthy();
  m.discontinuities = {tear(DiscontinuityKind::undersurface, 0.9)};
  const Grade g = graded(m);
  EXPECT_EQ(g.grade, GradeClass::partialThickness);
  EXPECT_EQ(g.subtype, "undersurface");
  EXPECT_NEAR(g.confidence, 0.9 * 0.9 + 0.1 / 4, 1e-9) << "as sure as the borders allow";
  EXPECT_TRUE(mentions(g, "40 %"));
  EXPECT_TRUE(mentions(g, "tear_confidence_min"));
  EXPECT_TRUE(mentions(g, "shoulder analogue"));
}

TEST(RuleGrader, FullBeatsPartialAndNamesRetraction) {
  auto m = healthy();
  auto full = tear(DiscontinuityKind::fullThickness, 0.8);
  full.gapMm = 24;
  full.retractionMm = 24;
  full.bareFacet = true;
  m.discontinuities = {tear(DiscontinuityKind::bursal, 0.95), full};
  const Grade g = graded(m);
  EXPECT_EQ(g.grade, GradeClass::fullThickness);
  EXPECT_EQ(g.subtype, "retracted");
  EXPECT_TRUE(mentions(g, "retraction_flag"));
  EXPECT_TRUE(mentions(g, "Bursal"));
}

TEST(RuleGrader, UnsureTearStaysNormal) {
  auto m = healthy();
  m.discontinuities = {tear(DiscontinuityKind::intrasubstance, 0.3)};
  const Grade g = graded(m);
  EXPECT_EQ(g.grade, GradeClass::normal);
  EXPECT_NEAR(g.probabilities[2], 0.9 * 0.3 + 0.1 / 4, 1e-9);
}

TEST(RuleGrader, AnisotropyIsNoTear) {
  auto m = healthy();
  auto dark = tear(DiscontinuityKind::fullThickness, 0.99);
  dark.suspectedAnisotropy = true;
  dark.fibreAngleDeg = 12;
  m.discontinuities = {dark};
  const Grade g = graded(m);
  EXPECT_EQ(g.grade, GradeClass::normal);
  EXPECT_TRUE(mentions(g, "12 degrees"));
}

TEST(RuleGrader, TendinosisNeedsDarknessAndLostPattern) {
  auto m = healthy();
  m.findings.fibreCoherence = 0.02;
  m.findings.echogenicity = -60;
  EXPECT_EQ(graded(m).grade, GradeClass::tendinosis);
  m.findings.echogenicity = 60;
  EXPECT_EQ(graded(m).grade, GradeClass::normal);
}

TEST(RuleGrader, ThicknessAloneIsNeverJudged) {
  auto m = healthy();
  m.thickness.summary = ThicknessSummary{15, 18, 12, 2};
  EXPECT_EQ(graded(m).grade, GradeClass::normal);
}

TEST(RuleGrader, UnreadableTextureIsSaid) {
  auto m = healthy();
  m.findings.fibreCoherence.reset();
  m.findings.echogenicity.reset();
  const Grade g = graded(m);
  EXPECT_EQ(g.grade, GradeClass::normal);
  EXPECT_TRUE(mentions(g, "neither found nor excluded"));
  EXPECT_LT(g.confidence, 0.6) << "nothing was seen of the texture: normal, but hardly sure";
}

TEST(RuleGrader, UnsureBordersMakeAnUnsureGrade) {
  const auto m = healthy();
  Anatomy unsure = anatomy();
  unsure.tendon.confidence = 0.4;
  const Grade g = RuleGrader().grade({unsure, m, View::longAxis, {}}, builtinCriteria());
  EXPECT_EQ(g.grade, GradeClass::normal);
  EXPECT_LT(g.confidence, 0.56);
  EXPECT_NEAR(std::accumulate(g.probabilities.begin(), g.probabilities.end(), 0.0), 1, 1e-9);
}

TEST(RuleGrader, RefusalsPassThrough) {
  auto m = healthy();
  m.discontinuities = {tear(DiscontinuityKind::fullThickness, 0.99)};
  const Grade g = graded(m, {Refusal::noCalibration, Refusal::tooDark});
  EXPECT_EQ(g.grade, GradeClass::notGradable);
  EXPECT_EQ(g.refusals.size(), 2u);
  EXPECT_EQ(g.reasons.size(), 2u);
  EXPECT_DOUBLE_EQ(g.confidence, 0);
}

TEST(RuleGrader, NoTendonIsNotGradable) {
  const Anatomy empty;
  const Grade g = RuleGrader().grade({empty, {}, std::nullopt, {}}, builtinCriteria());
  EXPECT_EQ(g.grade, GradeClass::notGradable);
  ASSERT_EQ(g.refusals.size(), 1u);
  EXPECT_EQ(g.refusals[0], Refusal::noCortex);
}

} // namespace
