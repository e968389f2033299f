#include "hipcuff/assessment/studies.h"

#include <gtest/gtest.h>

namespace hipcuff {
namespace {

ImageResult image(const std::string& uid, Side side, View view, GradeClass grade, double meanMm = 4) {
  ImageResult result;
  result.studyInstanceUid = "1.2.3";
  result.sopInstanceUid = uid;
  result.side.value = side;
  result.view.value = view;
  result.grade.grade = grade;
  result.grade.confidence = 0.7;
  if (grade == GradeClass::notGradable)
    result.grade.refusals = {Refusal::noCortex};
  else
    result.measurements.thickness.summary = ThicknessSummary{meanMm, meanMm + 1, meanMm - 1, 0.5};
  return result;
}

TEST(Studies, TearInBothPlanesIsConfirmed) {
  StudyCollector collector;
  collector.add(image("a", Side::left, View::longAxis, GradeClass::partialThickness));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::partialThickness));
  const auto studies = collector.finish();
  ASSERT_EQ(studies.size(), 1u);
  ASSERT_EQ(studies[0].hips.size(), 1u);
  EXPECT_EQ(studies[0].hips[0].grade.certainty, Certainty::confirmed);
  EXPECT_EQ(studies[0].hips[0].images.size(), 2u);
}

TEST(Studies, TearInOnePlaneCountsButStaysSuspected) {
  StudyCollector collector;
  collector.add(image("a", Side::left, View::longAxis, GradeClass::normal));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::fullThickness));
  const auto studies = collector.finish();
  EXPECT_EQ(studies[0].hips[0].grade.grade, GradeClass::fullThickness);
  EXPECT_EQ(studies[0].hips[0].grade.certainty, Certainty::suspected);
}

TEST(Studies, SideDifferenceIsThisHipLessTheOther) {
  StudyCollector collector;
  collector.add(image("a", Side::left, View::longAxis, GradeClass::normal, 5));
  collector.add(image("b", Side::right, View::longAxis, GradeClass::normal, 4));
  const auto studies = collector.finish();
  ASSERT_EQ(studies[0].hips.size(), 2u);
  EXPECT_DOUBLE_EQ(*studies[0].hips[0].sideDifferenceMm, 1);
  EXPECT_DOUBLE_EQ(*studies[0].hips[1].sideDifferenceMm, -1);
}

TEST(Studies, LongAndShortAxisThicknessAreNotMixed) {
  StudyCollector collector;
  collector.add(image("a", Side::left, View::longAxis, GradeClass::normal, 5));
  collector.add(image("b", Side::left, View::shortAxis, GradeClass::normal, 9));
  EXPECT_DOUBLE_EQ(collector.finish()[0].hips[0].thickness->meanMm, 5);
}

TEST(Studies, NothingGradableKeepsEveryReasonOnce) {
  StudyCollector collector;
  collector.add(image("a", Side::left, View::longAxis, GradeClass::notGradable));
  collector.add(image("b", Side::left, View::longAxis, GradeClass::notGradable));
  const HipResult hip = collector.finish()[0].hips[0];
  EXPECT_EQ(hip.grade.grade, GradeClass::notGradable);
  EXPECT_EQ(hip.grade.refusals, std::vector{Refusal::noCortex});
  EXPECT_FALSE(hip.thickness);
}

TEST(Studies, FilesWithoutStudyAreGroupedByFolder) {
  StudyCollector collector;
  for (const char* path : {"a/1.png", "a/2.png", "b/1.png"}) {
    ImageResult result;
    result.path = path;
    collector.add(result);
  }
  EXPECT_EQ(collector.finish().size(), 2u);
}

} // namespace
} // namespace hipcuff
