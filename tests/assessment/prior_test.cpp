// An earlier exam: what is matched with what, and what counts as a change.
#include "temporary_folder.h"

#include "hipcuff/assessment/prior.h"
#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff {
namespace {

using testing::HasSubstr;

Criteria criteria() {
  Criteria c = builtinCriteria();
  for (auto& [key, item] : c.items)
    if (key.starts_with("mdc95_"))
      item.value = key.find("tear_length") != std::string::npos ? 3 : 0.5;
  return c;
}

ViewResult view(View v, double meanMm, double depth = 0, double length = 0) {
  ViewResult out;
  out.view = v;
  out.images = 1;
  out.grade = depth > 0 ? GradeClass::partialThickness : GradeClass::normal;
  out.thickness = ThicknessSummary{meanMm, meanMm + 1, meanMm - 1, 0.3};
  out.tearDepthMm = depth;
  out.tearLengthMm = length;
  return out;
}

HipResult hip(Side side, std::vector<ViewResult> views) {
  HipResult out;
  out.side = side;
  out.grade.grade = views.front().grade;
  out.views = std::move(views);
  return out;
}

std::vector<StudyResult> today(HipResult h) {
  StudyResult study;
  study.studyInstanceUid = "1.2.now";
  study.studyDate = "20260301";
  study.hips = {std::move(h)};
  return {study};
}

TEST(Prior, SmallDifferencesAreNoMeasurableChange) {
  auto studies = today(hip(Side::left, {view(View::longAxis, 4.4)}));
  const std::string why =
      compareWithPrior(studies, {{"1.2.then", "20250301", {hip(Side::left, {view(View::longAxis, 4.0)})}}}, criteria());
  EXPECT_TRUE(why.empty());
  ASSERT_TRUE(studies[0].hips[0].change);
  const HipChange& change = *studies[0].hips[0].change;
  EXPECT_EQ(change.priorDate, "20250301");
  ASSERT_EQ(change.measures.size(), 2u) << "no tear then or now: nothing to say of tears";
  EXPECT_NEAR(change.measures[0].nowMm - change.measures[0].priorMm, 0.4, 1e-9);
  EXPECT_FALSE(change.measurable());
  EXPECT_THAT(change.text, HasSubstr("No measurable change"));
}

TEST(Prior, BeyondTheScatterOfARescanItIsAChange) {
  auto studies = today(hip(Side::left, {view(View::longAxis, 4.1, 2.5, 9)}));
  (void)compareWithPrior(studies, {{"1.2.then", "20250301", {hip(Side::left, {view(View::longAxis, 4.0, 2.2, 5)})}}},
                         criteria());
  const HipChange& change = *studies[0].hips[0].change;
  ASSERT_EQ(change.measures.size(), 4u);
  EXPECT_FALSE(change.measures[2].measurable) << "0.3 mm of depth is less than a re-scan differs by";
  EXPECT_TRUE(change.measures[3].measurable);
  EXPECT_TRUE(change.measurable());
  EXPECT_THAT(change.text, HasSubstr("tear length (long axis) 5.0 mm then, 9.0 mm now, +4.0 mm"));
}

TEST(Prior, ANewTearIsMeasuredFromNothing) {
  auto studies = today(hip(Side::left, {view(View::longAxis, 4, 2, 6)}));
  (void)compareWithPrior(studies, {{"", "20250301", {hip(Side::left, {view(View::longAxis, 4)})}}}, criteria());
  const HipChange& change = *studies[0].hips[0].change;
  EXPECT_DOUBLE_EQ(change.measures[3].priorMm, 0);
  EXPECT_TRUE(change.measures[3].measurable);
  EXPECT_THAT(change.text, HasSubstr("The class then was normal"));
}

TEST(Prior, SideAndPlaneMustMatch) {
  auto studies = today(hip(Side::left, {view(View::longAxis, 4)}));
  EXPECT_THAT(compareWithPrior(studies, {{"a", "20250301", {hip(Side::right, {view(View::longAxis, 9)})}}}, criteria()),
              HasSubstr("no side in common"));
  EXPECT_FALSE(studies[0].hips[0].change);
  (void)compareWithPrior(studies, {{"a", "20250301", {hip(Side::left, {view(View::shortAxis, 9)})}}}, criteria());
  ASSERT_TRUE(studies[0].hips[0].change);
  EXPECT_TRUE(studies[0].hips[0].change->measures.empty()) << "long and short axis are never compared";
  EXPECT_THAT(studies[0].hips[0].change->text, HasSubstr("Nothing to compare"));
}

TEST(Prior, TheLatestBeforeThisExamCountsAndNeverItself) {
  auto studies = today(hip(Side::left, {view(View::longAxis, 4)}));
  const auto exam = [](const char* uid, const char* date, double mm) {
    return PriorExam{uid, date, {hip(Side::left, {view(View::longAxis, mm)})}};
  };
  (void)compareWithPrior(studies,
                         {exam("a", "20230301", 1), exam("b", "20240301", 2), exam("later", "20270101", 3),
                          exam("1.2.now", "20260301", 4)},
                         criteria());
  EXPECT_EQ(studies[0].hips[0].change->priorStudyUid, "b");
}

TEST(Prior, WhatPluginsMadeIsNotPassedOffAsAChangeOfTheHip) {
  const auto text = [](const std::set<std::string>& then, const std::set<std::string>& now) {
    auto studies = today(hip(Side::left, {view(View::longAxis, 6)}));
    (void)compareWithPrior(studies, {{"a", "20250301", {hip(Side::left, {view(View::longAxis, 4)})}, then}}, criteria(),
                           now);
    return studies[0].hips[0].change->text;
  };
  EXPECT_THAT(text({}, {"level_set 1.0.0"}),
              HasSubstr("the earlier exam was analysed without plugins, this one with level_set 1.0.0: a difference"));
  EXPECT_THAT(text({"level_set 1.0.0"}, {}), HasSubstr("with level_set 1.0.0, this one without plugins"));
  EXPECT_THAT(text({"level_set 1.0.0"}, {"level_set 1.0.0"}), HasSubstr("Both exams were analysed with level_set"));
  EXPECT_THAT(text({}, {}), testing::Not(HasSubstr("analysed")));
}

TEST(Prior, AFailedPluginMadeNothing) {
  ImageResult image;
  image.anatomy.tendon.by = StageOrigin{"level_set", "1.0.0", {}, {}};
  image.grade.by = StageOrigin{"rules", "2.0.0", {}, "it fell over"};
  EXPECT_THAT(pluginsOf(image), testing::ElementsAre("level_set 1.0.0"));
}

class PriorFile : public testing::Test {
protected:
  void write(const std::string& text) const { (void)own.write("results.json", text); }
  test::TemporaryFolder own;
  const std::filesystem::path folder = own.path();
};

/// As step 1 wrote them: nothing that came later is needed.
std::string results(const std::string& date) {
  return R"({"schema": "hipcuff.results/1", "studies": [{"study_instance_uid": "1.2.3", "study_date": )" + date +
         R"(, "images": [
    {"source": {"side": "L", "view": "long"}, "quality": {"gradable": true}, "grade": {"class": "partial_thickness"},
     "thickness": {"mean_mm": 4.0, "max_mm": 5.0}, "discontinuities": [
      {"kind": "bursal", "suspected_anisotropy": false, "confidence": 0.8, "depth_mm": 2.0, "length_mm": 6.0},
      {"kind": "bursal", "suspected_anisotropy": true, "confidence": 0.9, "depth_mm": 3.0, "length_mm": 9.0}]},
    {"source": {"side": "L", "view": "long"}, "quality": {"gradable": true}, "grade": {"class": "normal"},
     "thickness": {"mean_mm": 6.0, "max_mm": 6.5}, "discontinuities": []},
    {"source": {"side": "L", "view": "short"}, "quality": {"gradable": false}, "grade": {"class": "not_gradable"},
     "thickness": {"mean_mm": 9.0, "max_mm": 9.0}, "discontinuities": null}],
   "hips": [{"side": "L", "grade": {"class": "partial_thickness"}}, {"side": null, "grade": {"class": "normal"}}]}]})";
}

TEST_F(PriorFile, KeepsWhichPluginsMadeIt) {
  std::string text = results("\"20250301\"");
  const std::string first = R"({"source")";
  text.replace(text.find(first), first.size(), R"({"stages": [
    {"stage": "tendon", "plugin": "level_set", "version": "1.0.0", "over": null, "fault": null},
    {"stage": "grader", "plugin": "rules", "version": "2.0.0", "over": null, "fault": "it fell over"}], "source")");
  write(text);
  EXPECT_THAT(loadPrior(folder).front().plugins, testing::ElementsAre("level_set 1.0.0"));
}

TEST_F(PriorFile, IsReadPlaneByPlane) {
  write(results("\"20250301\""));
  for (const auto& path : {folder, folder / "results.json"}) {
    const auto exams = loadPrior(path);
    ASSERT_EQ(exams.size(), 1u);
    ASSERT_EQ(exams[0].hips.size(), 1u) << "a hip whose side is unknown can't be matched";
    const HipResult& h = exams[0].hips[0];
    EXPECT_EQ(h.grade.grade, GradeClass::partialThickness);
    ASSERT_EQ(h.views.size(), 1u) << "the short axis was not graded";
    EXPECT_DOUBLE_EQ(h.views[0].thickness->meanMm, 5);
    EXPECT_DOUBLE_EQ(h.views[0].thickness->maxMm, 6.5);
    EXPECT_DOUBLE_EQ(h.views[0].tearLengthMm, 6) << "darkness that was not counted is no tear";
  }
}

TEST_F(PriorFile, WrongOnesAreTold) {
  EXPECT_THROW((void)loadPrior(folder), ConfigError);
  for (const std::string& text :
       {std::string("{"), std::string("[]"), std::string(R"({"schema": "hipcuff.results/1"})"),
        std::string(R"({"schema": "other/1", "studies": []})"),
        std::string(R"({"schema": "hipcuff.results/1", "studies": []})")}) {
    write(text);
    EXPECT_THROW((void)loadPrior(folder), ConfigError) << text;
  }
}

} // namespace
} // namespace hipcuff
