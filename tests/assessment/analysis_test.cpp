// The pipeline with stages that say what they were given: no pictures needed.
#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"

#include <atomic>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ChooseFrames, SpreadsEvenlyAndKeepsTheEnds) {
  EXPECT_THAT(chooseFrames({FrameChoice::Kind::count, 3}, 11), ElementsAre(0, 5, 10));
  EXPECT_THAT(chooseFrames({FrameChoice::Kind::count, 1}, 11), ElementsAre(5));
  EXPECT_THAT(chooseFrames({FrameChoice::Kind::count, 9}, 3), ElementsAre(0, 1, 2));
  EXPECT_EQ(chooseFrames({FrameChoice::Kind::all, 0}, 1000).size(), 1000u);
  EXPECT_EQ(chooseFrames({}, 1000).size(), static_cast<std::size_t>(FrameChoice::automaticCount));
  EXPECT_EQ(chooseFrames({}, 5).size(), 5u);
  EXPECT_TRUE(chooseFrames({}, 0).empty());
}

/// Frames that are all one grey; some can't be decoded.
class GreySource final : public FrameSource {
public:
  GreySource(int frames, std::vector<int> broken)
      : frames_(frames)
      , broken_(std::move(broken)) {}
  RgbImage frame(int index) override {
    if (std::find(broken_.begin(), broken_.end(), index) != broken_.end())
      throw InputError("x.dcm", "frame is cut short", "");
    return RgbImage(40, 30, 100);
  }
  std::unique_ptr<FrameSource> clone() const override { return std::make_unique<GreySource>(frames_, broken_); }

private:
  int frames_;
  std::vector<int> broken_;
};

class OnePane final : public ScreenReader {
public:
  explicit OnePane(bool calibrated)
      : calibrated_(calibrated) {}
  Screen read(const Cine&, const std::vector<RgbImage>&) const override {
    Pane pane;
    pane.box = {5, 5, 34, 24};
    pane.usable = Mask(30, 20, 255);
    if (calibrated_) {
      pane.mmPerPx = Spacing{0.5, 0.5};
      pane.calibrationOrigin = CalibrationOrigin::user;
    }
    return {{pane}, {}};
  }

private:
  bool calibrated_;
};

class NoPane final : public ScreenReader {
public:
  Screen read(const Cine&, const std::vector<RgbImage>&) const override { return {}; }
};

class FlatCortex final : public CortexSegmenter {
public:
  Cortex segment(const Frame& frame, const WorkingFrame&) const override {
    Cortex cortex;
    cortex.confidence = 1;
    cortex.segments.push_back({{{1, 8}, {frame.widthMm() - 1, 8}}, {{1, 8.3}, {frame.widthMm() - 1, 8.3}}, 1});
    return cortex;
  }
};

class FlatTendon final : public TendonSegmenter {
public:
  Tendon segment(const Frame&, const WorkingFrame&, const Cortex&, std::optional<View>) const override {
    Tendon tendon;
    tendon.confidence = 1;
    for (double s = 0; s < 10; s += 0.5) {
      TendonStation station;
      station.positionMm = s;
      station.cortexMm = station.deepMm = {2 + s, 8};
      station.normal = {0, -1};
      station.superficialMm = {2 + s, 4};
      station.fibreAngleDeg = 1;
      station.confidence = 1;
      tendon.stations.push_back(station);
    }
    return tendon;
  }
};

class NoDefects final : public DiscontinuityDetector {
public:
  std::vector<Discontinuity> detect(const Frame&, const WorkingFrame&, const Anatomy&, const Criteria&) const override {
    return {};
  }
};

class FourMm final : public Measurer {
public:
  Measurements measure(const Frame& frame, const WorkingFrame&, const Anatomy&, std::vector<Discontinuity>,
                       const Criteria&) const override {
    EXPECT_FALSE(frame.nominal) << "nothing may be measured in nominal millimetres";
    Measurements m;
    m.thickness.summary = ThicknessSummary{4, 4, 4, 0};
    return m;
  }
};

class PlainGrader final : public Grader {
public:
  Grade grade(const GradingInput& input, const Criteria&) const override {
    Grade g;
    g.refusals = input.refusals;
    if (g.refusals.empty()) {
      g.grade = GradeClass::normal;
      g.probabilities = {1, 0, 0, 0};
      g.confidence = 1;
    }
    return g;
  }
};

Analyzer analyzer(bool calibrated, int jobs = 1, bool pane = true) {
  AnalyzerOptions options;
  options.stages = builtinStages();
  if (pane)
    options.stages.screen = std::make_shared<OnePane>(calibrated);
  else
    options.stages.screen = std::make_shared<NoPane>();
  options.stages.cortex = std::make_shared<FlatCortex>();
  options.stages.tendon = std::make_shared<FlatTendon>();
  options.stages.discontinuities = std::make_shared<NoDefects>();
  options.stages.measurer = std::make_shared<FourMm>();
  options.stages.grader = std::make_shared<PlainGrader>();
  options.criteria = builtinCriteria();
  options.frames.kind = FrameChoice::Kind::all;
  if (jobs > 1)
    options.crew = std::make_shared<Crew>(jobs);
  return Analyzer(options);
}

Cine cine(int frames, std::vector<int> broken = {}, std::optional<BodyRegion> region = BodyRegion::lateralHip) {
  Cine c;
  c.path = "x.dcm";
  c.columns = 40;
  c.rows = 30;
  c.frames = frames;
  c.bodyRegion.value = region;
  c.source = std::make_shared<GreySource>(frames, std::move(broken));
  return c;
}

TEST(Analyzer, StillIsMeasuredAndKeepsOnlyThePane) {
  SilentProgress silent;
  const auto results = analyzer(true).analyze(cine(1), silent);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].frame, 0);
  ASSERT_TRUE(results[0].measurements.thickness.summary);
  ASSERT_TRUE(results[0].picture);
  EXPECT_EQ(results[0].picture->width, 30) << "the screen's margins, where names stand, must not travel";
  EXPECT_TRUE(results[0].frameSummaries.empty());
}

TEST(Analyzer, WithoutCalibrationNothingIsMeasuredAndTheGeometryStays) {
  SilentProgress silent;
  const auto results = analyzer(false).analyze(cine(1), silent);
  EXPECT_THAT(results[0].grade.refusals, Contains(Refusal::noCalibration));
  EXPECT_FALSE(results[0].measurements.thickness.summary);
  EXPECT_FALSE(results[0].mmPerPx);
  EXPECT_FALSE(results[0].anatomy.cortex.segments.empty());
}

TEST(Analyzer, UnconfirmedRegionAndOtherPartsAreRefusedAndNotMeasured) {
  SilentProgress silent;
  const auto unknown = analyzer(true).analyze(cine(1, {}, std::nullopt), silent);
  EXPECT_THAT(unknown[0].grade.refusals, Contains(Refusal::regionUnconfirmed));
  EXPECT_FALSE(unknown[0].measurements.thickness.summary);
  const auto other = analyzer(true).analyze(cine(1, {}, BodyRegion::other), silent);
  EXPECT_THAT(other[0].grade.refusals, Contains(Refusal::notAHip));
}

TEST(Analyzer, BrokenFramesAreCountedAndTheOthersAnalysed) {
  SilentProgress silent;
  const auto results = analyzer(true).analyze(cine(8, {2, 3}), silent);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].frameSummaries.size(), 6u);
  EXPECT_THAT(results[0].messages, Contains(HasSubstr("2 of 8 frames could not be decoded")));
}

/// Asks to stop once so many frames are done.
class StopAfter final : public Progress {
public:
  explicit StopAfter(int frames)
      : left_(frames) {}
  void start(const std::string&, std::int64_t) override {}
  void advance(std::int64_t) override { --left_; }
  void finish() override {}
  void say(const std::string&) override {}
  [[nodiscard]] bool stopRequested() const override { return left_ <= 0; }

private:
  std::atomic<int> left_;
};

TEST(Analyzer, StoppedInACineJudgesWhatIsDoneAndSaysSo) {
  StopAfter five(5);
  const auto results = analyzer(true).analyze(cine(40), five);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_EQ(results[0].frameSummaries.size(), 5u);
  EXPECT_TRUE(results[0].frame) << "the frame shown is one of those";
  EXPECT_THAT(results[0].messages, Contains(HasSubstr("stopped after 5 of 40 frames")));
  SilentProgress silent;
  for (const std::string& message : analyzer(true).analyze(cine(40), silent)[0].messages)
    EXPECT_THAT(message, testing::Not(HasSubstr("stopped")));
}

/// Normal, but only just.
class UnsureGrader final : public Grader {
public:
  Grade grade(const GradingInput&, const Criteria&) const override {
    Grade g;
    g.grade = GradeClass::normal;
    g.probabilities = {0.28, 0.24, 0.24, 0.24};
    g.confidence = 0.28;
    return g;
  }
};

TEST(Analyzer, AnUnsureGradeIsTakenBackOnceForAStillAndOnceForAWholeCine) {
  AnalyzerOptions options;
  options.stages = builtinStages();
  options.stages.screen = std::make_shared<OnePane>(true);
  options.stages.cortex = std::make_shared<FlatCortex>();
  options.stages.tendon = std::make_shared<FlatTendon>();
  options.stages.discontinuities = std::make_shared<NoDefects>();
  options.stages.measurer = std::make_shared<FourMm>();
  options.stages.grader = std::make_shared<UnsureGrader>();
  options.criteria = builtinCriteria();
  options.criteria.items.at("unsure_confidence_min").value = 0.5;
  SilentProgress silent;
  const Analyzer unsure(options);
  for (const int frames : {1, 4}) {
    const auto results = unsure.analyze(cine(frames), silent);
    EXPECT_EQ(results[0].grade.grade, GradeClass::notGradable) << frames;
    EXPECT_THAT(results[0].grade.refusals, ElementsAre(Refusal::unsure)) << frames;
    for (const FrameSummary& frame : results[0].frameSummaries)
      EXPECT_EQ(frame.grade, GradeClass::normal) << "frames alone are not refused: they are judged together";
  }
}

TEST(Analyzer, NoFrameAtAllIsAnInputError) {
  SilentProgress silent;
  EXPECT_THROW((void)analyzer(true).analyze(cine(2, {0, 1}), silent), InputError);
}

TEST(Analyzer, ThreadsDoNotChangeTheResult) {
  SilentProgress silent;
  const auto one = analyzer(true, 1).analyze(cine(40), silent);
  const auto four = analyzer(true, 4).analyze(cine(40), silent);
  ASSERT_EQ(one[0].frameSummaries.size(), four[0].frameSummaries.size());
  for (std::size_t i = 0; i < one[0].frameSummaries.size(); ++i)
    EXPECT_EQ(one[0].frameSummaries[i].frame, four[0].frameSummaries[i].frame);
  EXPECT_EQ(one[0].frame, four[0].frame);
}

TEST(Analyzer, ScreenWithoutBModeIsAnAnswer) {
  SilentProgress silent;
  const auto results = analyzer(true, 1, false).analyze(cine(3), silent);
  ASSERT_EQ(results.size(), 1u);
  EXPECT_THAT(results[0].grade.refusals, ElementsAre(Refusal::noBMode));
  EXPECT_FALSE(results[0].frame);
}

TEST(Analyzer, MissingCriterionIsToldBeforeAnyWork) {
  AnalyzerOptions options;
  options.stages = builtinStages();
  EXPECT_THROW(Analyzer{options}, ConfigError);
}

TEST(Analyzer, MissingStageIsAProgrammingError) {
  EXPECT_THROW(Analyzer(AnalyzerOptions{}), std::invalid_argument);
}

} // namespace
} // namespace hipcuff
