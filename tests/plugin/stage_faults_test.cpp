// Stages that fail at run time, through a whole analysis: the run stops with the plugin's name, or the built-in stands
// in and the result says so.
#include "plugin_support.h"
#include "scenes.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/origins.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/plugin/plugins.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff::plugin {
namespace {

using test::messageOf;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

struct Fault {
  const char* stage;
  const char* fault;
  const char* words;
};

void PrintTo(const Fault& fault, std::ostream* out) {
  *out << fault.stage << " " << fault.fault;
}

ImageResult analysed(const Stages& stages) {
  SilentProgress progress;
  const Analyzer analyzer({.stages = stages, .criteria = builtinCriteria(), .frames = {}});
  return analyzer.analyze(test::cineOf(test::tornScene()), progress).front();
}

Loaded loaded(const Fault& fault, OnFault onFault) {
  return loadPlugins({{"misbehaving", {{"stage", fault.stage}, {"fault", fault.fault}}}}, {test::faultyFolder},
                     builtinStages(), onFault);
}

/// All but who did it.
void expectSame(const ImageResult& a, const ImageResult& b) {
  EXPECT_EQ(a.anatomy.tendon.superficialMm(), b.anatomy.tendon.superficialMm());
  EXPECT_EQ(a.anatomy.tendon.deepMm(), b.anatomy.tendon.deepMm());
  EXPECT_EQ(a.anatomy.cortex.segments.size(), b.anatomy.cortex.segments.size());
  ASSERT_EQ(a.measurements.discontinuities.size(), b.measurements.discontinuities.size());
  for (std::size_t i = 0; i < a.measurements.discontinuities.size(); ++i)
    EXPECT_EQ(a.measurements.discontinuities[i].polygonMm, b.measurements.discontinuities[i].polygonMm);
  ASSERT_EQ(a.measurements.thickness.profile.size(), b.measurements.thickness.profile.size());
  for (std::size_t i = 0; i < a.measurements.thickness.profile.size(); ++i)
    EXPECT_EQ(a.measurements.thickness.profile[i].valueMm, b.measurements.thickness.profile[i].valueMm);
  EXPECT_EQ(a.grade.grade, b.grade.grade);
  EXPECT_EQ(a.grade.probabilities, b.grade.probabilities);
  EXPECT_EQ(a.grade.reasons, b.grade.reasons);
}

class FaultyStage : public testing::TestWithParam<Fault> {};

TEST_P(FaultyStage, StopsTheRunOrIsStoodInFor) {
  const Fault fault = GetParam();
  const std::string message =
      messageOf<StageError>([&] { static_cast<void>(analysed(loaded(fault, OnFault::stop).stages)); });
  EXPECT_THAT(message, AllOf(HasSubstr("plugin 'misbehaving' 1.2.3, "), HasSubstr(fault.words), Not(HasSubstr("\n"))));
  EXPECT_LT(message.size(), 700u);

  static const ImageResult plain = analysed(builtinStages());
  ASSERT_FALSE(plain.measurements.discontinuities.empty()); // or the detector's faults would find nothing to spoil
  ASSERT_TRUE(plain.grade.refusals.empty());
  const ImageResult result = analysed(loaded(fault, OnFault::builtin).stages);
  expectSame(result, plain);
  int faults = 0;
  for (const NamedOrigin& origin : originsOf(result.anatomy, result.measurements, result.grade)) {
    EXPECT_EQ(origin.by.plugin, "misbehaving");
    EXPECT_EQ(!origin.by.fault.empty(), origin.stage == fault.stage);
    faults += origin.by.fault.empty() ? 0 : 1;
  }
  EXPECT_EQ(faults, 1);
  EXPECT_THAT(result.messages, Contains(AllOf(HasSubstr(fault.words), HasSubstr("the built-in stage stood in"))));
}

INSTANTIATE_TEST_SUITE_P(
    Analysis, FaultyStage,
    testing::Values(
        Fault{"cortex", "throws", "cortex segmenter: the model is upset"},
        Fault{"tendon", "throws_hipcuff", "tendon segmenter: weights.bin: weights are damaged"},
        Fault{"discontinuities", "throws_stage", "discontinuity detector: weights.bin: named nobody"},
        Fault{"grader", "throws_value", "grader: threw a value that is no std::exception (int)"},
        Fault{"tendon", "throws_own_type",
              "threw a value that is no std::exception ((anonymous namespace)::NoException)"},
        Fault{"tendon", "throws_memory", "ran out of memory"}, Fault{"cortex", "throws_binary", "????"},
        Fault{"cortex", "too_long", "vector::reserve"}, Fault{"cortex", "nan", "'s interface lies outside"},
        Fault{"tendon", "nan", "station 3's superficialMm lies outside"},
        Fault{"discontinuities", "nan", "discontinuity 0 depthMm"},
        Fault{"grader", "nan", "the grade probability is nan"},
        Fault{"cortex", "sizes", "points of the interface and 1"},
        Fault{"tendon", "sizes", "probabilities of another size"},
        Fault{"discontinuities", "sizes", "fewer than three points"},
        Fault{"grader", "sizes", "is not one line of text"}, Fault{"cortex", "outside", "lies outside of the picture"},
        Fault{"tendon", "outside", "station 3's cortexMm lies outside"},
        Fault{"discontinuities", "outside", "discontinuity 0 endMm"}, Fault{"grader", "outside", "is no known class"},
        Fault{"grader", "sum", "sum of probabilities is 2"}, Fault{"cortex", "huge", "points; a picture of this size"},
        Fault{"tendon", "huge", "has 2000000 stations"}, Fault{"discontinuities", "huge", "has 100000 discontinuities"},
        Fault{"grader", "huge", "has 1000000 reasons"}),
    [](const auto& tested) { return std::string(tested.param.stage) + "_" + tested.param.fault; });

TEST(Plugin, ThatOnlyHandsOnChangesNothingButItsName) {
  const ImageResult result = analysed(loaded({"make", "none", ""}, OnFault::stop).stages);
  expectSame(result, analysed(builtinStages()));
  EXPECT_EQ(originsOf(result.anatomy, result.measurements, result.grade).size(), 4u);
  EXPECT_TRUE(result.messages.empty());
}

TEST(RefusedPicture, StaysRefusedWhateverAGraderSays) {
  const Loaded loose = loaded({"grader", "throws", ""}, OnFault::stop);
  const Anatomy anatomy;
  const Measurements measurements;
  const Grade grade = loose.stages.grader->grade(
      {anatomy, measurements, std::nullopt, {Refusal::noCalibration, Refusal::tooDark}}, builtinCriteria());
  EXPECT_EQ(grade.grade, GradeClass::notGradable);
  EXPECT_THAT(grade.refusals, testing::ElementsAre(Refusal::noCalibration, Refusal::tooDark));
  EXPECT_EQ(grade.reasons.size(), 2u);
  EXPECT_FALSE(grade.by);
}

TEST(RefusedPicture, NamesNoGrader) {
  SilentProgress progress;
  const Loaded all = loaded({"make", "none", ""}, OnFault::stop);
  const Analyzer analyzer({.stages = all.stages, .criteria = builtinCriteria(), .frames = {}});
  Cine cine = test::cineOf(test::tornScene());
  cine.bodyRegion = {};
  const ImageResult unknown = analyzer.analyze(cine, progress).front();
  ASSERT_EQ(unknown.grade.grade, GradeClass::notGradable);
  std::vector<std::string> stages;
  for (const NamedOrigin& origin : originsOf(unknown.anatomy, unknown.measurements, unknown.grade))
    stages.push_back(origin.stage);
  EXPECT_THAT(stages, testing::ElementsAre("cortex", "tendon"));
}

} // namespace
} // namespace hipcuff::plugin
