// hipcuff plugins check, without the command: what a plugin does on trial pictures.
#include "hipcuff/plugin/check.h"

#include "plugin_support.h"
#include "scenes.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/plugin/plugins.h"
#include "hipcuff/segmentation/working_grid.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff::plugin {
namespace {

using testing::HasSubstr;

Trial trialOf(const std::string& name, const RgbImage& picture, bool calibrated) {
  Pane pane;
  pane.box = {0, 0, picture.width - 1, picture.height - 1};
  pane.usable = Mask(picture.width, picture.height, 255);
  if (calibrated)
    pane.mmPerPx = Spacing{0.1, 0.1};
  Trial trial{name, makeFrame(picture, pane, 0), {}, View::longAxis};
  trial.working = makeWorkingFrame(trial.frame);
  return trial;
}

Report checked(const std::string& stage, const std::string& fault) {
  const test::Scene& scene = test::tornScene();
  CheckOptions options;
  options.trials = {{"ordinary", scene.frame, scene.working, scene.view},
                    trialOf("black", RgbImage(300, 300, 0), true),
                    trialOf("tiny", RgbImage(3, 2, 90), true),
                    trialOf("one pixel", RgbImage(1, 1, 90), true),
                    trialOf("uncalibrated", scene.picture, false)};
  options.builtin = builtinStages();
  options.criteria = builtinCriteria();
  const test::TemporaryFolder folder;
  options.folder = folder.path();
  options.images.resize(2);
  options.studies.resize(1);
  const Descriptor descriptor = choosePlugin("misbehaving", {test::faultyFolder});
  return checkPlugin(descriptor, checkedValues(descriptor, {{"stage", stage}, {"fault", fault}}), options);
}

std::string of(const Report& report, const std::string& what) {
  for (const Check& check : report.checks)
    if (check.what == what)
      return (check.ok ? "ok: " : "wrong: ") + check.text;
  return "not there";
}

TEST(CheckPlugin, FindsNothingWrongWithAPluginThatHandsOn) {
  const Report report = checked("make", "none");
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(of(report, "loads"), HasSubstr("ok: "));
  EXPECT_THAT(of(report, "tendon on 'ordinary'"), HasSubstr("ok: answers: a tendon of "));
  EXPECT_THAT(of(report, "cortex on 'black'"), HasSubstr("ok: answers: no bone"));
  EXPECT_THAT(of(report, "tendon on 'one pixel'"), HasSubstr("ok: answers: no tendon"));
  EXPECT_THAT(of(report, "discontinuities on 'tiny'"), HasSubstr("ok: not asked"));
  EXPECT_THAT(of(report, "tendon again"),
              testing::ContainsRegex(" [0-9.]+ ms a call .the built-in stage: [0-9.]+ ms.$"));
  EXPECT_THAT(of(report, "grader in two threads"), HasSubstr("ok: the same answer in both"));
  EXPECT_THAT(of(report, "exporter"), HasSubstr("took 2 results and wrote 1 files"));
  EXPECT_EQ(report.checks.size(), 1u + 4 * (5 + 2) + 1);
}

TEST(CheckPlugin, SaysWhatIsWrong) {
  EXPECT_THAT(of(checked("make", "throws"), "loads"), HasSubstr("wrong: plugin 'misbehaving' 1.2.3 could not be made"));
  const Report throws = checked("cortex", "throws_value");
  EXPECT_FALSE(throws.ok());
  for (const char* picture : {"ordinary", "black", "tiny", "one pixel", "uncalibrated"})
    EXPECT_THAT(of(throws, "cortex on '" + std::string(picture) + "'"), HasSubstr("wrong: plugin"));
  EXPECT_THAT(of(throws, "tendon on 'ordinary'"), HasSubstr("ok: ")); // its other stages are tried all the same
  EXPECT_THAT(of(checked("tendon", "restless"), "tendon again"), HasSubstr("wrong: answers differently each time"));
  const Report byThread = checked("cortex", "by_thread");
  EXPECT_THAT(of(byThread, "cortex again"), HasSubstr("ok: "));
  EXPECT_THAT(of(byThread, "cortex in two threads"), HasSubstr("wrong: answers differently when two threads"));
  EXPECT_THAT(of(checked("exporter", "throws_output"), "exporter"), HasSubstr("wrong: plugin 'misbehaving'"));
  const Report slow = checked("grader", "slow");
  const auto timed = std::find_if(slow.checks.begin(), slow.checks.end(),
                                  [](const Check& check) { return check.what == "grader again"; });
  ASSERT_NE(timed, slow.checks.end());
  EXPECT_GE(timed->milliseconds.value_or(0), 30);
}

} // namespace
} // namespace hipcuff::plugin
