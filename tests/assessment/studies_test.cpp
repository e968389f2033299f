#include "hipcuff/assessment/studies.h"
#include "hipcuff/core/patient_key.h"
#include "hipcuff/grading/criteria.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace hipcuff {
namespace {

Criteria criteria() {
  Criteria c = builtinCriteria();
  for (const char* name : {"normal", "tendinosis", "partial", "full"})
    c.items.at(std::string("prevalence_") + name).value = 0.25;
  c.items.at("unsure_confidence_min").value = 0.5;
  return c;
}

ImageResult image(const std::string& uid, Side side, View view, GradeClass grade, double meanMm = 4,
                  double confidence = 0.7) {
  ImageResult result;
  result.studyInstanceUid = "1.2.3";
  result.sopInstanceUid = uid;
  result.side.value = side;
  result.view.value = view;
  result.grade.grade = grade;
  result.grade.confidence = confidence;
  if (grade == GradeClass::notGradable)
    result.grade.refusals = {Refusal::noCortex};
  else {
    result.grade.probabilities.fill((1 - confidence) / 3);
    result.grade.probabilities[static_cast<std::size_t>(grade)] = confidence;
    if (grade == GradeClass::partialThickness || grade == GradeClass::fullThickness) {
      Discontinuity tear;
      tear.kind = grade == GradeClass::fullThickness ? DiscontinuityKind::fullThickness : DiscontinuityKind::bursal;
      tear.depthMm = 2;
      tear.lengthMm = 6;
      tear.confidence = 0.9;
      result.measurements.discontinuities = {tear};
      result.grade.tear = TearSubtype{};
    }
    result.measurements.thickness.summary = ThicknessSummary{meanMm, meanMm + 1, meanMm - 1, 0.5};
  }
  return result;
}

TEST(Studies, TearInBothPlanesIsConfirmed) {
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::partialThickness));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::partialThickness));
  const auto studies = collector.finish();
  ASSERT_EQ(studies.size(), 1u);
  ASSERT_EQ(studies[0].hips.size(), 1u);
  EXPECT_EQ(studies[0].hips[0].grade.certainty, Certainty::confirmed);
  EXPECT_EQ(studies[0].hips[0].images.size(), 2u);
}

TEST(Studies, TwoPatientsUnderOneStudyAreNeverOneHip) {
  StudyCollector collector(criteria());
  ImageResult torn = image("a", Side::left, View::longAxis, GradeClass::fullThickness, 6, 0.9);
  torn.patientKey = "one";
  ImageResult sound = image("b", Side::left, View::shortAxis, GradeClass::normal, 3, 0.9);
  sound.patientKey = "two";
  ImageResult nameless = image("c", Side::left, View::longAxis, GradeClass::fullThickness, 6, 0.9);
  collector.add(torn, "20250101");
  collector.add(sound, "20250101");
  collector.add(nameless, "20250101");
  const auto studies = collector.finish();
  ASSERT_EQ(studies.size(), 2U);
  ASSERT_EQ(studies[0].hips.size(), 1U);
  ASSERT_EQ(studies[1].hips.size(), 1U);
  EXPECT_THAT(studies[0].hips[0].images, testing::ElementsAre("a", "c"));
  EXPECT_THAT(studies[1].hips[0].images, testing::ElementsAre("b"));
  EXPECT_EQ(studies[0].hips[0].grade.grade, GradeClass::fullThickness);
  EXPECT_EQ(studies[1].hips[0].grade.grade, GradeClass::normal);
  EXPECT_DOUBLE_EQ(studies[1].hips[0].thickness->meanMm, 3);
  EXPECT_FALSE(studies[0].hips[0].contradictory);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(studies[i].studyInstanceUid, "1.2.3");
    EXPECT_EQ(studies[i].patient, static_cast<int>(i) + 1);
    EXPECT_THAT(
        studies[i].hips[0].grade.reasons.back(),
        testing::HasSubstr("name several patients, who are kept apart: this is patient " + std::to_string(i + 1)));
  }
}

TEST(Studies, OnePatientNeedsNoNumber) {
  StudyCollector collector(criteria());
  for (const char* uid : {"a", "b"}) {
    ImageResult one = image(uid, Side::left, View::longAxis, GradeClass::normal);
    one.patientKey = "one";
    collector.add(one);
  }
  const auto studies = collector.finish();
  ASSERT_EQ(studies.size(), 1U);
  EXPECT_FALSE(studies[0].patient);
}

TEST(Studies, APatientReadBackKeepsTheNumber) {
  StudyCollector collector(criteria());
  ImageResult second = image("b", Side::left, View::longAxis, GradeClass::normal);
  second.patientKey = storedPatient(2);
  collector.add(second);
  EXPECT_EQ(collector.finish()[0].patient, 2);
}

TEST(Studies, PlanesThatRuleOutEachOthersClassesHaveOneVoteEach) {
  // As of a plugin's grader: one class has everything, and there are no odds to multiply.
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::fullThickness, 4, 1.0));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::normal, 4, 1.0));
  const HipResult hip = collector.finish()[0].hips[0];
  EXPECT_THAT(hip.grade.probabilities, testing::ElementsAre(0.5, 0, 0, 0.5));
  EXPECT_EQ(hip.grade.confidence, 0.5);
  EXPECT_TRUE(hip.contradictory);
  Criteria careful = criteria();
  careful.items.at("unsure_confidence_min").value = 0.6;
  StudyCollector unsure(careful);
  unsure.add(image("a", Side::left, View::longAxis, GradeClass::fullThickness, 4, 1.0));
  unsure.add(image("b", Side::left, View::shortAxis, GradeClass::normal, 4, 1.0));
  EXPECT_THAT(unsure.finish()[0].hips[0].grade.refusals, testing::ElementsAre(Refusal::unsure));
}

TEST(Studies, SentencesHoldWordsAndSayWhichImageTheySpeakOf) {
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::fullThickness));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::fullThickness));
  const auto reasons = collector.finish()[0].hips[0].grade.reasons;
  EXPECT_EQ(reasons.front(), "2 of 2 gradable images by themselves are graded a full-thickness tear.");
  EXPECT_THAT(reasons, testing::Each(testing::Not(testing::HasSubstr("full_thickness"))));
  EXPECT_THAT(reasons, testing::Contains("What follows is said of the one image that shows it best."));
}

TEST(Studies, TheHipsIntervalIsNoNarrowerThanAPictures) {
  StudyCollector collector(criteria());
  for (const double mean : {4.0, 4.6}) {
    ImageResult one = image(mean < 4.3 ? "a" : "b", Side::left, View::longAxis, GradeClass::normal, mean);
    ThicknessSummary& t = *one.measurements.thickness.summary;
    t.mean95 = Interval{mean - 0.5, mean + 0.5};
    t.max95 = Interval{t.maxMm - 0.7, t.maxMm + 0.7};
    collector.add(one);
  }
  const auto thickness = collector.finish()[0].hips[0].thickness;
  ASSERT_TRUE(thickness && thickness->mean95 && thickness->max95);
  EXPECT_NEAR(thickness->mean95->lower, 3.8, 1e-9);
  EXPECT_NEAR(thickness->mean95->upper, 4.8, 1e-9);
  EXPECT_NEAR(thickness->max95->upper, 5.6 + 0.7, 1e-9) << "of the picture that shows the thickest place";
}

TEST(Studies, ASureTearInOnePlaneCountsAndStaysSuspected) {
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::normal, 4, 0.6));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::fullThickness, 4, 0.95));
  const HipResult hip = collector.finish()[0].hips[0];
  EXPECT_EQ(hip.grade.grade, GradeClass::fullThickness);
  EXPECT_EQ(hip.grade.certainty, Certainty::suspected);
  EXPECT_TRUE(hip.contradictory);
  EXPECT_THAT(hip.grade.reasons, testing::Contains(testing::HasSubstr("contradict")));
  ASSERT_EQ(hip.views.size(), 2u);
  EXPECT_EQ(hip.views[0].grade, GradeClass::normal);
  EXPECT_DOUBLE_EQ(hip.views[1].tearLengthMm, 6);
  EXPECT_NEAR(std::accumulate(hip.grade.probabilities.begin(), hip.grade.probabilities.end(), 0.0), 1, 1e-12);
}

TEST(Studies, AWeakTearInOnePlaneDoesNotOutweighASureNormalOne) {
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::normal, 4, 0.95));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::partialThickness, 4, 0.55));
  const HipResult hip = collector.finish()[0].hips[0];
  EXPECT_EQ(hip.grade.grade, GradeClass::normal);
  EXPECT_TRUE(hip.contradictory);
}

TEST(Studies, PlanesThatContradictEachOtherAlikeAreRefusedAsUnsure) {
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::normal, 4, 0.7));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::fullThickness, 4, 0.7));
  const HipResult hip = collector.finish()[0].hips[0];
  EXPECT_EQ(hip.grade.grade, GradeClass::notGradable);
  EXPECT_EQ(hip.grade.refusals, std::vector{Refusal::unsure});
  EXPECT_THAT(hip.grade.reasons, testing::Contains(testing::HasSubstr("contradict")));
}

TEST(Studies, TwoPlanesThatAgreeAreSurerThanOneAndTwoPicturesOfOnePlaneAreNot) {
  const auto confidenceOf = [](View second) {
    StudyCollector collector(criteria());
    collector.add(image("a", Side::left, View::longAxis, GradeClass::normal));
    collector.add(image("b", Side::left, second, GradeClass::normal));
    return collector.finish()[0].hips[0].grade.confidence;
  };
  EXPECT_NEAR(confidenceOf(View::longAxis), 0.7, 1e-12) << "pictures of one plane are no independent witnesses";
  EXPECT_GT(confidenceOf(View::shortAxis), 0.9);
}

TEST(Studies, ManyImagesDoNotMakeANormalHipAbnormal) {
  // One false tear among many normal pictures of the same plane.
  StudyCollector collector(criteria());
  for (int i = 0; i < 9; ++i)
    collector.add(image("n" + std::to_string(i), Side::left, View::longAxis, GradeClass::normal, 4, 0.8));
  collector.add(image("t", Side::left, View::longAxis, GradeClass::partialThickness, 4, 0.8));
  EXPECT_EQ(collector.finish()[0].hips[0].grade.grade, GradeClass::normal);
}

TEST(Studies, SidesAreComparedInTheSamePlaneOnly) {
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::normal, 5));
  collector.add(image("b", Side::right, View::shortAxis, GradeClass::normal, 9));
  EXPECT_FALSE(collector.finish()[0].hips[0].sideDifferenceMm);
  collector.add(image("c", Side::left, View::shortAxis, GradeClass::normal, 8));
  EXPECT_DOUBLE_EQ(*collector.finish()[0].hips[0].sideDifferenceMm, -1);
}

TEST(Studies, SideDifferenceIsThisHipLessTheOther) {
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::normal, 5));
  collector.add(image("b", Side::right, View::longAxis, GradeClass::normal, 4));
  const auto studies = collector.finish();
  ASSERT_EQ(studies[0].hips.size(), 2u);
  EXPECT_DOUBLE_EQ(*studies[0].hips[0].sideDifferenceMm, 1);
  EXPECT_DOUBLE_EQ(*studies[0].hips[1].sideDifferenceMm, -1);
}

TEST(Studies, LongAndShortAxisThicknessAreNotMixed) {
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::normal, 5));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::normal, 9));
  EXPECT_DOUBLE_EQ(collector.finish()[0].hips[0].thickness->meanMm, 5);
}

TEST(Studies, NothingGradableKeepsEveryReasonOnce) {
  StudyCollector collector(criteria());
  collector.add(image("a", Side::left, View::longAxis, GradeClass::notGradable));
  collector.add(image("b", Side::left, View::longAxis, GradeClass::notGradable));
  const HipResult hip = collector.finish()[0].hips[0];
  EXPECT_EQ(hip.grade.grade, GradeClass::notGradable);
  EXPECT_EQ(hip.grade.refusals, std::vector{Refusal::noCortex});
  EXPECT_FALSE(hip.thickness);
}

TEST(Studies, FilesWithoutStudyAreGroupedByFolder) {
  StudyCollector collector(criteria());
  for (const char* path : {"a/1.png", "a/2.png", "b/1.png"}) {
    ImageResult result;
    result.path = path;
    collector.add(result);
  }
  EXPECT_EQ(collector.finish().size(), 2u);
}

} // namespace
} // namespace hipcuff
