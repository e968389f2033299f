#include "plain_criteria.h"

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
  const Grade g = RuleGrader().grade({a, m, View::longAxis, std::move(refusals)}, test::plain());
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
  EXPECT_FALSE(g.tear);
  EXPECT_GT(g.confidence, 0.5);
  ASSERT_TRUE(g.evidence);
  EXPECT_DOUBLE_EQ(g.evidence->borders, 0.9);
  EXPECT_LT(*g.evidence->texture, 0);
}

TEST(RuleGrader, PartialTearWithItsNumbers) {
  auto m = healthy();
  m.discontinuities = {tear(DiscontinuityKind::undersurface, 0.97)};
  const Grade g = graded(m);
  EXPECT_EQ(g.grade, GradeClass::partialThickness);
  EXPECT_EQ(g.subtype, "undersurface");
  ASSERT_TRUE(g.tear);
  EXPECT_EQ(g.tear->depth, TearSubtype::Depth::quarterToHalf);
  EXPECT_FALSE(g.tear->highGrade);
  EXPECT_FALSE(g.tear->retractedFar) << "no stumps, no statement";
  EXPECT_TRUE(mentions(g, "40 %"));
  EXPECT_TRUE(mentions(g, "shoulder analogue"));
}

TEST(RuleGrader, FullBeatsPartialAndNamesRetraction) {
  auto m = healthy();
  auto full = tear(DiscontinuityKind::fullThickness, 0.97);
  full.gapMm = 24;
  full.retractionMm = 24;
  full.bareFacet = true;
  m.discontinuities = {tear(DiscontinuityKind::bursal, 0.6), full};
  const Grade g = graded(m);
  EXPECT_EQ(g.grade, GradeClass::fullThickness);
  EXPECT_EQ(g.subtype, "retracted");
  ASSERT_TRUE(g.tear);
  EXPECT_EQ(g.tear->retractedFar, true);
  EXPECT_EQ(g.tear->depth, TearSubtype::Depth::full);
  EXPECT_TRUE(mentions(g, "retraction_flag"));
  EXPECT_TRUE(mentions(g, "Bursal"));
}

TEST(RuleGrader, UnsureTearStaysNormal) {
  auto m = healthy();
  m.discontinuities = {tear(DiscontinuityKind::intrasubstance, 0.3)};
  const Grade g = graded(m);
  EXPECT_EQ(g.grade, GradeClass::normal);
  const Grade none = graded(healthy());
  EXPECT_GT(g.probabilities[2], none.probabilities[2]) << "weak evidence is weighed, not dropped";
}

TEST(RuleGrader, DepthBinsAndHighGrade) {
  const auto binOf = [](double fraction) {
    auto m = healthy();
    auto d = tear(DiscontinuityKind::bursal, 0.98);
    d.depthFraction = fraction;
    m.discontinuities = {d};
    const Grade g = graded(m);
    EXPECT_EQ(g.grade, GradeClass::partialThickness) << fraction;
    EXPECT_TRUE(g.tear);
    return std::pair(g.tear->depth, g.tear->highGrade);
  };
  EXPECT_EQ(binOf(0.249), std::pair(TearSubtype::Depth::underQuarter, false));
  EXPECT_EQ(binOf(0.25), std::pair(TearSubtype::Depth::quarterToHalf, false));
  EXPECT_EQ(binOf(0.499), std::pair(TearSubtype::Depth::quarterToHalf, false));
  EXPECT_EQ(binOf(0.5), std::pair(TearSubtype::Depth::overHalf, true));
}

TEST(RuleGrader, RetractionIsFlaggedOnlyWhereBothStumpsAreSeen) {
  auto m = healthy();
  auto full = tear(DiscontinuityKind::fullThickness, 0.98);
  full.gapMm = 26; // one stump only: the gap may be longer, and nothing is said of retraction
  full.complete = true;
  m.discontinuities = {full};
  const Grade one = graded(m);
  ASSERT_TRUE(one.tear);
  EXPECT_FALSE(one.tear->retractedFar);
  EXPECT_TRUE(one.tear->complete);
  EXPECT_EQ(one.subtype, "complete");
  m.discontinuities[0].retractionMm = 19.9;
  EXPECT_EQ(graded(m).tear->retractedFar, false);
  m.discontinuities[0].retractionMm = 20;
  EXPECT_EQ(graded(m).tear->retractedFar, true);
  m.discontinuities[0].complete = false;
  m.discontinuities[0].retractionMm = 8;
  EXPECT_EQ(graded(m).subtype, "focal") << "full thickness is not the same as complete";
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
  EXPECT_EQ(g.probabilities, graded(healthy()).probabilities) << "no evidence at all, not a little";
}

TEST(RuleGrader, BeyondTheAngleAStepFluidOrABareFacetStillCount) {
  auto dark = tear(DiscontinuityKind::fullThickness, 0.98);
  dark.fibreAngleDeg = 12;
  const auto gradeWith = [](const Discontinuity& d) {
    auto m = healthy();
    m.discontinuities = {d};
    return graded(m).grade;
  };
  auto step = dark;
  step.suspectedAnisotropy = true;
  step.borderStep = true;
  EXPECT_EQ(gradeWith(step), GradeClass::fullThickness);
  auto fluid = dark;
  fluid.suspectedAnisotropy = true;
  fluid.fluid = true;
  EXPECT_EQ(gradeWith(fluid), GradeClass::fullThickness);
  auto bare = dark; // a detector that sees a bare facet does not call it darkness alone
  bare.bareFacet = true;
  EXPECT_EQ(gradeWith(bare), GradeClass::fullThickness);
  auto alone = dark;
  alone.suspectedAnisotropy = true;
  alone.fluid = false;
  alone.borderStep = false;
  EXPECT_EQ(gradeWith(alone), GradeClass::normal);
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

TEST(RuleGrader, TendinosisIsAMatterOfDegree) {
  auto m = healthy();
  double last = 0;
  for (double coherence = 0.5; coherence > 0; coherence -= 0.02) {
    m.findings.fibreCoherence = coherence;
    m.findings.echogenicity = 30 - 150 * (0.5 - coherence);
    const double p = graded(m).probabilities[1];
    EXPECT_GE(p, last - 1e-12) << coherence;
    EXPECT_LT(p - last, 0.3) << "no jump at " << coherence;
    last = p;
  }
  EXPECT_GT(last, 0.4);
  m.findings.echogenicity = -250; // one absurd reading is limited
  EXPECT_NEAR(graded(m).probabilities[1], last, 0.15);
}

TEST(RuleGrader, MuscleEchogenicityIsNotGraded) {
  auto m = healthy();
  m.findings.muscleEchogenicity = 20;
  const auto dark = graded(m).probabilities;
  m.findings.muscleEchogenicity = 220;
  EXPECT_EQ(graded(m).probabilities, dark);
}

TEST(RuleGrader, UnreadableTextureIsSaid) {
  auto m = healthy();
  m.findings.fibreCoherence.reset();
  m.findings.echogenicity.reset();
  const Grade g = graded(m);
  EXPECT_TRUE(mentions(g, "neither found nor excluded"));
  EXPECT_LT(g.confidence, graded(healthy()).confidence) << "nothing was seen of the texture: less sure";
}

TEST(RuleGrader, UnsureBordersMakeAnUnsureGrade) {
  const auto m = healthy();
  Anatomy unsure = anatomy();
  unsure.tendon.confidence = 0.4;
  const Grade g = RuleGrader().grade({unsure, m, View::longAxis, {}}, test::plain());
  EXPECT_LE(g.confidence, graded(m).confidence) << "as far as the borders are unsure, the prior is all there is";
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
  const Grade g = RuleGrader().grade({empty, {}, std::nullopt, {}}, test::plain());
  EXPECT_EQ(g.grade, GradeClass::notGradable);
  ASSERT_EQ(g.refusals.size(), 1u);
  EXPECT_EQ(g.refusals[0], Refusal::noCortex);
}

} // namespace
