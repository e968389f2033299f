#include "hipcuff/report/narrative.h"

#include "sample_results.h"

#include "hipcuff/core/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace hipcuff::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string textOf(const std::vector<ImageResult>& images) {
  return narrative(test::studyOf(images), images, test::sampleCriteria());
}

/// The text as if no line had been broken.
std::string flat(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' && c != '\n')
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  return out;
}

TEST(Narrative, SaysWhatAPersonDecidedAndWhatTheProgramHadSaid) {
  ImageResult image = test::reviewedHip();
  StudyResult study = test::studyOf({image});
  const auto text = [&] { return flat(narrative(study, std::vector{image}, test::sampleCriteria())); };
  EXPECT_THAT(text(), HasSubstr("REVIEWED BY A PERSON"));
  EXPECT_THAT(text(), HasSubstr("Short axis, frame 11 of a cine: tendinosis."));
  EXPECT_THAT(text(), HasSubstr("not counted as a tear"));
  EXPECT_THAT(text(), HasSubstr("the class rests on the decision of AB;"));
  EXPECT_THAT(text(), HasSubstr("Reviewed by AB on 2026-05-04 09:30 UTC: changed to tendinosis (the program: "
                                "partial-thickness tear (undersurface)), because: The dark band moves"));
  EXPECT_THAT(text(), HasSubstr("tendinosis of the gluteus medius tendon. Class as decided by AB."));

  image.review->verdict = Verdict::accepted;
  study = test::studyOf({image});
  EXPECT_THAT(text(), HasSubstr("Accepted by AB."));
  EXPECT_THAT(text(), Not(HasSubstr("decided by")));

  image.review->verdict = Verdict::refused;
  study.hips[0].grade = {};
  study.hips[0].grade.refusals = {Refusal::unsure};
  EXPECT_THAT(text(), HasSubstr("Limitations: 1 of 1 image was not graded."));
  EXPECT_THAT(text(), HasSubstr("Not assessed: no gradable image."));
  EXPECT_THAT(text(), HasSubstr("Refused by AB."));
  EXPECT_THAT(textOf({test::tornHip()}), Not(HasSubstr("eviewed")));
}

TEST(Narrative, FollowsTheOrderOfAReport) {
  const std::string text = textOf({test::tornHip()});
  std::size_t last = 0;
  for (const char* heading : {"Identity:",
                              "Side: right hip",
                              "Indication:",
                              "Technique:",
                              "Limitations:",
                              "GLUTEUS MEDIUS TENDON",
                              "lateral facet",
                              "Undersurface discontinuity",
                              "Calcification:",
                              "GLUTEUS MINIMUS TENDON",
                              "Cortex:",
                              "Bursae:",
                              "Trochanteric",
                              "Subgluteus medius",
                              "Subgluteus minimus",
                              "Iliotibial band:",
                              "Muscle:",
                              "Other side:",
                              "Earlier exam:",
                              "Confidence and not assessable:",
                              "IMPRESSION"}) {
    const std::size_t found = text.find(heading, last);
    ASSERT_NE(found, std::string::npos) << heading << " is missing or out of order in:\n" << text;
    last = found;
  }
}

TEST(Narrative, StatesTheTearWithItsNumbers) {
  const std::string text = textOf({test::tornHip()});
  EXPECT_THAT(text, HasSubstr("(45 % of the local thickness)"));
  EXPECT_THAT(text, HasSubstr("4.5 mm"));
  EXPECT_THAT(text, HasSubstr("may be anisotropy"));
  EXPECT_THAT(text, HasSubstr("Right hip: persistent sign of partial-thickness tear (undersurface)"));
  EXPECT_THAT(text, HasSubstr(notice));
}

TEST(Narrative, SaysNotMeasuredInsteadOfANumber) {
  ImageResult image = test::normalHip();
  image.measurements.findings = {};
  const std::string text = textOf({image});
  EXPECT_THAT(text, HasSubstr("Iliotibial band: not measured."));
  EXPECT_THAT(text, HasSubstr("Cortex: not measured."));
  EXPECT_THAT(text, Not(HasSubstr("0.0 mm")));
}

TEST(Narrative, NoFluidFoundAndNotMeasuredDiffer) {
  ImageResult image = test::normalHip();
  image.measurements.findings.bursalFluidMm = 0.0;
  EXPECT_THAT(flat(textOf({image})), HasSubstr("no an- or hypoechoic layer found"));
  image.measurements.findings.bursalFluidMm.reset();
  EXPECT_THAT(flat(textOf({image})), HasSubstr("Trochanteric (subgluteus maximus): not measured."));
}

TEST(Narrative, AbstainsOutLoud) {
  const std::string text = flat(textOf({test::uncalibrated()}));
  EXPECT_THAT(text, HasSubstr("Side: unknown."));
  EXPECT_THAT(text, HasSubstr("Not assessed: no gradable image."));
  EXPECT_THAT(text, HasSubstr("not gradable."));
  EXPECT_THAT(text, HasSubstr("no believable millimetres per pixel"));
  // Nominal millimetres of an uncalibrated picture never become a sentence.
  EXPECT_THAT(text, Not(HasSubstr("mean ")));
  EXPECT_THAT(text, Not(HasSubstr("1.4 mm")));
}

TEST(Narrative, ComparesTheSidesAsADifferenceOnly) {
  const std::string text = flat(textOf({test::normalHip(), test::tornHip()}));
  EXPECT_THAT(text, HasSubstr("=== Left hip ==="));
  EXPECT_THAT(text, HasSubstr("=== Right hip ==="));
  EXPECT_THAT(text, HasSubstr("a difference, not a norm"));
}

TEST(Narrative, AFullTearNamesGapRetractionAndBareFacet) {
  const std::string text = flat(textOf({test::ruptureHip()}));
  EXPECT_THAT(text, HasSubstr("gap 4.8 mm"));
  EXPECT_THAT(text, HasSubstr("retraction 5.1 mm"));
  EXPECT_THAT(text, HasSubstr("bare facet"));
  EXPECT_THAT(text, HasSubstr("suspected full-thickness tear (retracted)"));
}

TEST(Narrative, TellsWhatChangedSinceTheEarlierExam) {
  StudyResult study = test::studyOf({test::tornHip()});
  const std::vector<ImageResult> images = {test::tornHip()};
  EXPECT_THAT(narrative(study, images, test::sampleCriteria()), HasSubstr("Earlier exam: not compared."));
  study.hips[0].change = test::sampleChange();
  const std::string text = flat(narrative(study, images, test::sampleCriteria()));
  EXPECT_THAT(text, HasSubstr("Earlier exam: of 2025-01-10. Measurable change: tear length"));
  EXPECT_THAT(text, HasSubstr("the user's word"));
  EXPECT_THAT(text, HasSubstr("Changed since the earlier exam."));
}

TEST(Narrative, SaysHowDeepByShoulderAnalogueAndWhereThePlanesDisagree) {
  StudyResult study = test::studyOf({test::tornHip()});
  const std::vector<ImageResult> images = {test::tornHip()};
  EXPECT_THAT(flat(narrative(study, images, test::sampleCriteria())),
              HasSubstr("25 to 50 % of the thickness: low-grade by shoulder analogue"));
  study.hips[0].contradictory = true;
  EXPECT_THAT(flat(narrative(study, images, test::sampleCriteria())), HasSubstr("contradict each other"));
}

TEST(Narrative, LinesStayReadable) {
  std::istringstream lines(textOf({test::normalHip(), test::tornHip()}));
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(line.size(), 110U) << line;
}

TEST(Narrative, WithoutHipsSaysSo) {
  EXPECT_THAT(narrative(StudyResult{}, {}, test::sampleCriteria()), HasSubstr("No hip could be assessed."));
}

} // namespace
} // namespace hipcuff::report
