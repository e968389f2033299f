#include "html_image.h"
#include "html_picture.h"
#include "sample_results.h"
#include "temporary_folder.h"
#include "text.h"

#include "hipcuff/core/origins.h"
#include "hipcuff/core/version.h"
#include "hipcuff/report/narrative.h"
#include "hipcuff/report/plugin_words.h"
#include "hipcuff/report/results_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <regex>

namespace hipcuff::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string pageOf(const std::vector<ImageResult>& images, const std::vector<StudyResult>& studies,
                   const std::vector<InputOutcome>& outcomes = {}) {
  const test::TemporaryFolder folder;
  ResultsWriter writer(folder.path(), {"hipcuff analyze exams --out out", test::sampleCriteria(), 1});
  for (const ImageResult& image : images)
    writer.add(image);
  for (const InputOutcome& outcome : outcomes)
    writer.addOutcome(outcome);
  writer.finish(studies);
  return test::bytesOf(folder.path() / "report.html");
}

TEST(Html, SaysWhatPluginsDid) {
  const test::TemporaryFolder folder;
  const std::vector<ImageResult> images{test::hipByPlugins()};
  const StudyResult study = test::studyOf(images);
  const auto page = [&](const std::vector<PluginRecord>& plugins) {
    ResultsWriter writer(folder.path(), {"hipcuff", test::sampleCriteria(), 1, true, plugins});
    writer.add(images.front());
    writer.finish({study});
    return test::bytesOf(folder.path() / "report.html");
  };
  const std::string text = page(test::samplePlugins());
  EXPECT_THAT(text, HasSubstr("By plugins:</b> tendon by level_set 1.0.0 over smooth 0.2.0, grade by my_rules 2.0.1"));
  EXPECT_THAT(text, HasSubstr("calibrated with HipCuff&#39;s own stages"));
  EXPECT_THAT(text, HasSubstr("a plugin failed on this picture (discontinuities: gaps 3.1.4)"));
  EXPECT_THAT(text, HasSubstr("in 1 image a plugin failed"));
  EXPECT_THAT(text, HasSubstr("Borders by &lt;level sets&gt;"));
  EXPECT_THAT(text, HasSubstr("model = net.onnx (SHA-256 bbbbbbbbbbbb…)"));
  EXPECT_THAT(narrative(study, images, test::sampleCriteria()), HasSubstr("By plugins: tendon by level_set 1.0.0"));
  const std::string plain = pageOf({test::ruptureHip()}, {test::studyOf({test::ruptureHip()})});
  EXPECT_THAT(plain, Not(HasSubstr("By plugins")));
  EXPECT_THAT(plain, Not(HasSubstr("Plugins used")));
}

TEST(Html, WarnsOfFramesOfACineOnWhichAPluginFailed) {
  ImageResult image = test::ruptureHip();
  EXPECT_THAT(standInsText(image), testing::IsEmpty());
  image.messages.push_back(standInFramesSentence(3, 12, "plugin 'gaps' 3.1.4: fell over"));
  EXPECT_EQ(standInsText(image), "on 3 of 12 frames");
  EXPECT_THAT(pageOf({image}, {test::studyOf({image})}), HasSubstr("a plugin failed on this picture (on 3 of 12"));
}

TEST(Text, EscapesHtml) {
  EXPECT_EQ(escapeHtml("<b>&\"'\xFF"), "&lt;b&gt;&amp;&quot;&#39;\xEF\xBF\xBD");
}

TEST(Text, ReplacesWhatIsNotUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(toUtf8(std::string("\xC0\xAF", 2)), bad + bad);           // overlong
  EXPECT_EQ(toUtf8(std::string("\xED\xA0\x80", 3)), bad + bad + bad); // surrogate
  EXPECT_EQ(toUtf8(std::string("\xF4\x90\x80\x80", 4)), bad + bad + bad + bad);
  EXPECT_EQ(toUtf8("\xE2\x82"), bad + bad); // cut off
  EXPECT_EQ(toUtf8("h\xC3\xBC"
                   "ft \xF0\x9F\xA6\xB4"),
            "h\xC3\xBC"
            "ft \xF0\x9F\xA6\xB4");
}

TEST(Text, Base64) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64(std::string("\xFF\xFE\x00\x01", 4)), "//4AAQ==");
}

TEST(Text, NoChanceIsCertain) {
  EXPECT_EQ(chance(1), "> 99 %");
  EXPECT_EQ(chance(0.003), "< 1 %");
  EXPECT_EQ(chance(0.72), "72 %");
}

TEST(Text, FixedNumbers) {
  EXPECT_EQ(fixed(1.25, 1), "1.2");
  EXPECT_EQ(fixed(-0.04, 1), "0.0");
  EXPECT_EQ(fixed(12, 0), "12");
}

TEST(Report, LoadsNothingFromOutside) {
  const std::string page =
      pageOf({test::tornHip(), test::normalHip()}, {test::studyOf({test::normalHip(), test::tornHip()})});
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_THAT(page, Not(HasSubstr("@import")));
  EXPECT_THAT(page, Not(HasSubstr("<link")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  const std::regex loads("(src|href)=\"([^\"]{0,40})");
  for (std::sregex_iterator it(page.begin(), page.end(), loads), end; it != end; ++it) {
    const std::string target = (*it)[2];
    EXPECT_TRUE(target.starts_with("#") || target.starts_with("data:image/png;base64,")) << target;
  }
}

TEST(Report, SaysThatItIsNotAMedicalDevice) {
  const std::string page = pageOf({}, {});
  EXPECT_THAT(page, HasSubstr("<div class=\"notice\" role=\"note\">" + escapeHtml(notice)));
}

TEST(Report, EscapesWhatComesFromOutside) {
  ImageResult image = test::normalHip();
  image.path = "a<script>alert(1)</script>&\"'\xFF/b<i>.dcm";
  image.studyInstanceUid.clear();
  image.sopInstanceUid.clear();
  image.side.origin = "text '<img src=x onerror=alert(1)>'";
  image.messages = {"<script>alert(2)</script>"};
  image.grade.reasons = {"<script>alert(3)</script>"};
  image.grade.subtype = "<script>alert(4)</script>";
  const std::string page = pageOf({image}, {test::studyOf({image})},
                                  {{InputOutcome::Kind::failed, "<script>alert(5)</script>", "<b>", "<u>"}});
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<img src=x")));
  EXPECT_THAT(page, Not(HasSubstr("<i>.dcm")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_EQ(page, toUtf8(page)) << "not valid UTF-8";
}

TEST(Report, ListsExamsMostSevereFirst) {
  const std::string page = pageOf({test::normalHip(), test::tornHip(), test::ruptureHip(), test::undecodable()},
                                  {test::studyOf({test::normalHip(), test::tornHip()}),
                                   test::studyOf({test::ruptureHip()}), test::studyOf({test::undecodable()})});
  std::vector<std::string> grades;
  const std::regex rows("<tr data-grade=\"([a-z_]+)\"");
  for (std::sregex_iterator it(page.begin(), page.end(), rows), end; it != end; ++it)
    grades.push_back((*it)[1]);
  EXPECT_THAT(grades, testing::ElementsAre("full_thickness", "partial_thickness", "normal", "not_gradable"));
  EXPECT_LT(page.find("study 2.25.1002</h2>"), page.find("study 2.25.1001</h2>"));
  EXPECT_LT(page.find("study 2.25.1001</h2>"), page.find("study 2.25.1003</h2>"));
}

TEST(Report, ShowsFailedAndSkippedInputsWithWhatToDo) {
  const std::string page = pageOf({}, {},
                                  {{InputOutcome::Kind::failed, "a.dcm", "is cut off", "copy it again"},
                                   {InputOutcome::Kind::skipped, "b.txt", "is a text file", ""}});
  EXPECT_THAT(page, HasSubstr("Failed inputs (1)"));
  EXPECT_THAT(page, HasSubstr("is cut off</td><td>copy it again"));
  EXPECT_THAT(page, HasSubstr("Skipped inputs (1)"));
  EXPECT_THAT(page, HasSubstr("No input gave a picture to analyse."));
}

TEST(Report, ShowsCriteriaWithTheirSources) {
  const std::string page = pageOf({test::normalHip()}, {test::studyOf({test::normalHip()})});
  EXPECT_THAT(
      page,
      HasSubstr(
          "<code>fibre_angle_max</code></td><td class=\"n\">7</td><td>degrees</td><td>Crass 1988 &lt;Radiology&gt;"));
}

TEST(Report, ShowsTheChangeSinceAnEarlierExam) {
  StudyResult study = test::studyOf({test::normalHip(), test::tornHip()});
  study.hips[1].change = test::sampleChange();
  const std::string page = pageOf({test::normalHip(), test::tornHip()}, {study});
  EXPECT_THAT(page, HasSubstr("Since the exam of 2025-01-10:"));
  EXPECT_THAT(page, HasSubstr("<b>4.5 mm</b>"));
  EXPECT_THAT(page, HasSubstr("Re-scan alone, 95 %"));
}

TEST(Report, AHipTellsWhatEachPlaneSaysItsIntervalAndTheOtherSide) {
  StudyResult study = test::studyOf({test::normalHip(), test::tornHip()});
  HipResult& normal = study.hips[0];
  normal.views.push_back(normal.views.front());
  normal.views.back().view = View::shortAxis;
  normal.views.back().probabilities = {0.72, 0.2, 0.05, 0.03};
  const std::string page = pageOf({test::normalHip(), test::tornHip()}, {study});
  EXPECT_THAT(page, HasSubstr("judged on 2 images in 2 planes."));
  EXPECT_THAT(page, HasSubstr("short axis alone: normal, 72 % on 1 image."));
  EXPECT_THAT(page, HasSubstr("95 % interval"));
  EXPECT_THAT(page, HasSubstr("(a difference, not a norm)")) << "the sample criteria know no re-scan";

  Criteria criteria = test::sampleCriteria();
  study.hips[1].sideDifferenceMm = -1.3;
  criteria.items["mdc95_thickness_mean_long"] = {1.2, "mm", "measured"};
  EXPECT_EQ(againstRescan(study.hips[1], criteria), "more than a re-scan of one hip differs by, 1.2 mm");
  criteria.items["mdc95_thickness_mean_long"].value = 1.4;
  EXPECT_EQ(againstRescan(study.hips[1], criteria), "no more than a re-scan of one hip differs by, 1.4 mm");
}

TEST(ImageSection, ThicknessStandsWithItsIntervalsAndSites) {
  const std::string section = imageSection(test::tornHip(), "img-1", "png", test::sampleCriteria());
  EXPECT_THAT(section, HasSubstr("4.1 mm <span class=\"origin\">(3.8 to 4.4)</span>"));
  EXPECT_THAT(section, HasSubstr("beyond the footprint that is seen"));
  EXPECT_THAT(section, HasSubstr("2.2 per mm"));
  EXPECT_THAT(section, HasSubstr("contrast 3.5 / 9.5"));
}

TEST(ImageSection, SaysWhatTheProbabilitiesAssume) {
  Criteria criteria = test::sampleCriteria();
  EXPECT_THAT(imageSection(test::tornHip(), "img-1", "", criteria), HasSubstr("<caption>Probabilities</caption>"));
  for (const char* name : {"normal", "tendinosis", "partial", "full"})
    criteria.items[std::string("prevalence_") + name] = {0.25, "1", "own proposal"};
  EXPECT_THAT(imageSection(test::tornHip(), "img-1", "", criteria),
              HasSubstr("as common as normal 25 %, tendinosis 25 %, partial 25 %, full 25 %</caption>"));
}

TEST(ImageSection, HasASwitchForEveryLayer) {
  const std::string section = imageSection(test::tornHip(), "img-1", "png", test::sampleCriteria());
  for (const char* layer : {"cortex", "facets", "superficial", "deep", "inferred", "gaps", "blind", "scale"}) {
    EXPECT_THAT(section, HasSubstr("class=\"t-" + std::string(layer) + "\" id=\"img-1-" + layer + "\" checked"));
    EXPECT_THAT(section, HasSubstr("<g class=\"o-" + std::string(layer) + "\">"));
  }
}

TEST(ImageSection, DrawsInPanePixels) {
  // Frame mm (16.5, ...) is pane pixel 165; pixel centres lie half a unit inside.
  const std::string section = imageSection(test::normalHip(), "img-1", "png", test::sampleCriteria());
  EXPECT_THAT(section, HasSubstr("class=\"cortex\" d=\"M165.5 "));
  EXPECT_THAT(section, HasSubstr("<image width=\"520.0\" height=\"400.0\""));
}

TEST(ImageSection, MillimetresAreSquareOnTheScreen) {
  ImageResult image = test::normalHip();
  image.mmPerPx = Spacing{0.2, 0.1};
  image.scale = *image.mmPerPx;
  EXPECT_THAT(imageSection(image, "img-1", "png", test::sampleCriteria()),
              HasSubstr("<image width=\"1040.0\" height=\"400.0\""));
}

TEST(ImageSection, WithoutCalibrationNoMillimetreIsShown) {
  const std::string section = imageSection(test::uncalibrated(), "img-1", "png", test::sampleCriteria());
  EXPECT_THAT(section, Not(testing::ContainsRegex("[0-9] mm")));
  EXPECT_THAT(section, HasSubstr("no scale: millimetres unknown"));
  EXPECT_THAT(section, HasSubstr("<code>no_calibration</code>"));
  EXPECT_THAT(section, HasSubstr("class=\"cortex\""));
  EXPECT_THAT(section, Not(HasSubstr("class=\"chart\"")));
}

TEST(ImageSection, WhatTheGradeDidNotCountIsNotDrawnAsATear) {
  ImageResult image = test::ruptureHip();
  EXPECT_THAT(imageSection(image, "img-1", "png", test::sampleCriteria()), HasSubstr("class=\"gap\""));
  image.grade.grade = GradeClass::normal;
  const std::string section = imageSection(image, "img-1", "png", test::sampleCriteria());
  EXPECT_THAT(section, Not(HasSubstr("class=\"gap\"")));
  EXPECT_THAT(section, HasSubstr("class=\"gap doubt\""));
  EXPECT_THAT(section, HasSubstr("not counted as a tear"));
}

TEST(ImageSection, AReviewStandsBesideTheGrade) {
  ImageResult image = test::reviewedHip();
  const std::string changed = imageSection(image, "img-1", "png", test::sampleCriteria());
  EXPECT_THAT(changed, HasSubstr("Reviewed by AB on 2026-05-04 09:30 UTC: changed to tendinosis (the program: "
                                 "partial-thickness tear (undersurface)), because: The dark band moves with the probe "
                                 "&lt;heel-toe&gt;: anisotropy.</b>"));
  const std::size_t summary = changed.find("<summary>");
  EXPECT_LT(changed.find("b-tendinosis", summary), changed.find("</summary>")) << "the person's class heads the image";
  EXPECT_THAT(changed, HasSubstr("b-partial_thickness")) << "and the program's is there too";
  EXPECT_THAT(changed, HasSubstr("not counted as a tear"));
  EXPECT_THAT(changed, HasSubstr("Drawn by hand: superficial border, deep border, cortex, 1 discontinuity</p>"));
  EXPECT_THAT(changed, HasSubstr("Own caliper in frame 11: 4.1 mm"));
  EXPECT_THAT(changed, HasSubstr("Own angle in frame 11: 131.5°"));
  EXPECT_THAT(changed, HasSubstr("Remark in frame 3: scar?"));

  image.review->verdict = Verdict::refused;
  image.review->reason = "Too dark.";
  const std::string refused = imageSection(image, "img-1", "png", test::sampleCriteria());
  EXPECT_THAT(refused, HasSubstr("refused as not gradable (the program: partial-thickness tear (undersurface)), "
                                 "because: Too dark.</b>"));
  image.review->verdict = Verdict::accepted;
  image.review->reason.clear();
  EXPECT_THAT(imageSection(image, "img-1", "png", test::sampleCriteria()), HasSubstr("09:30 UTC: accepted.</b>"));
  image.review->program.grade = GradeClass::fullThickness;
  EXPECT_THAT(imageSection(image, "img-1", "png", test::sampleCriteria()),
              HasSubstr("accepted after correction (the program before: full-thickness tear"));
  image.review->verdict.reset();
  EXPECT_THAT(imageSection(image, "img-1", "png", test::sampleCriteria()),
              HasSubstr("Corrected by AB on 2026-05-04 09:30 UTC, not yet decided.</b>"));
  EXPECT_THAT(imageSection(test::tornHip(), "img-1", "png", test::sampleCriteria()), Not(HasSubstr("eviewed")));
}

TEST(Report, AHipSaysWhichOfItsImagesWereReviewed) {
  const test::TemporaryFolder folder;
  ResultsWriter writer(folder.path(), {"hipcuff", test::sampleCriteria(), 1});
  writer.add(test::reviewedHip());
  writer.finish({test::studyOf({test::reviewedHip()})});
  const std::string page = test::bytesOf(folder.path() / "report.html");
  EXPECT_THAT(page, HasSubstr("<ul class=\"review\"><li>short axis: Reviewed by AB"));
}

TEST(ImageSection, NoFrameNoPicture) {
  const std::string section = imageSection(test::undecodable(), "img-1", "", test::sampleCriteria());
  EXPECT_THAT(section, HasSubstr("No picture: no frame could be analysed."));
  EXPECT_THAT(section, Not(HasSubstr("<image")));
}

// Writes the sample exam where HIPCUFF_REPORT_SAMPLE says, to be looked at in a browser.
TEST(Report, SampleToLookAt) {
  const char* folder = std::getenv("HIPCUFF_REPORT_SAMPLE");
  if (!folder)
    GTEST_SKIP() << "set HIPCUFF_REPORT_SAMPLE=FOLDER to write the sample report there";
  ResultsWriter writer(folder, {"hipcuff analyze exams --out out", test::sampleCriteria(), 2});
  for (const ImageResult& image : {test::normalHip(), test::tornHip(), test::ruptureHip(), test::undecodable(),
                                   test::uncalibrated(), test::reviewedHip()})
    writer.add(image);
  writer.addOutcome({InputOutcome::Kind::failed, "exams/cut.dcm", "pixel data end after 12 of 40 frames",
                     "copy the file again from the scanner"});
  writer.addOutcome({InputOutcome::Kind::skipped, "exams/report.pdf", "is not an ultrasound picture", ""});
  writer.finish({test::studyOf({test::normalHip(), test::tornHip()}), test::studyOf({test::ruptureHip()}),
                 test::studyOf({test::undecodable()}), test::studyOf({test::uncalibrated()}),
                 test::studyOf({test::reviewedHip()})});
}

} // namespace
} // namespace hipcuff::report
