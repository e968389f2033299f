// The whole way for one input: frames -> panes -> anatomy -> measurements -> grade, and which frame stands for a cine.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/crew.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/progress.h"
#include "hipcuff/core/result.h"
#include "hipcuff/core/stages.h"

#include <memory>
#include <optional>
#include <vector>

namespace hipcuff {

/// The built-in implementations.
[[nodiscard]] Stages builtinStages();

/// Which frames of a cine are analysed.
struct FrameChoice {
  enum class Kind { automatic, all, count };
  Kind kind = Kind::automatic;
  int count = 0; ///< Kind::count only: that many, evenly spread
  /// automatic: at most this many, evenly spread. Enough to see a rocking probe pass the perpendicular several times.
  static constexpr int automaticCount = 24;
};

/// Frame numbers (from 0, ascending, no doubles) that a choice means for a cine of `frames` frames.
[[nodiscard]] std::vector<int> chooseFrames(const FrameChoice& choice, int frames);

struct AnalyzerOptions {
  Stages stages;
  Criteria criteria;
  FrameChoice frames{};
  std::shared_ptr<Crew> crew{}; ///< helps over the frames of a cine; null: nobody does
};

/// Stateless after construction; analyze() may be called from several threads at once (with different cines).
class Analyzer {
public:
  /// @throws std::invalid_argument where a stage is missing; ConfigError where a criterion for cines is missing
  explicit Analyzer(AnalyzerOptions options);

  /// One result per pane (at least one result: a screen without a B-mode area is an answer too).
  /// Memory does not grow with the number of frames beyond a short summary of each. Where `progress` asks to stop in
  /// the middle of a cine, the frames analysed so far are judged, and ImageResult::messages says how many they are.
  /// @throws InputError where no frame of the input can be decoded
  [[nodiscard]] std::vector<ImageResult> analyze(const Cine& cine, Progress& progress) const;

private:
  AnalyzerOptions options_;
};

/// Everything found on one frame of one pane.
struct FrameResult {
  Anatomy anatomy;
  Measurements measurements; ///< empty where `mayMeasure` was false
  Grade grade;
};

/// What the file alone already forbids: no calibration, not a hip, nobody said that it is one.
[[nodiscard]] std::vector<Refusal> fileRefusals(const Sourced<BodyRegion>& bodyRegion, const Pane& pane);

/// Cortex, tendon and named facets of one frame.
[[nodiscard]] Anatomy findAnatomy(const Frame& frame, const WorkingFrame& working, std::optional<View> view,
                                  const Stages& stages);

/// From an anatomy, found or corrected, to measurements and a grade.
/// @param frame, working those that the anatomy lies on, cut from `pane`
/// @param refusalsOfFile see fileRefusals(); nothing is measured where there is one
/// @param abstain whether a grade that is not sure enough is taken back (Refusal::unsure); false for a frame of a cine,
///                where that is asked of all frames together
[[nodiscard]] FrameResult judgeAnatomy(const Frame& frame, const WorkingFrame& working, Anatomy anatomy,
                                       const Pane& pane, std::optional<View> view,
                                       const std::vector<Refusal>& refusalsOfFile, const Stages& stages,
                                       const Criteria& criteria, bool abstain = true);

/// One frame through segmentation, measurement and grading: findAnatomy(), then judgeAnatomy().
[[nodiscard]] FrameResult analyzeFrame(const RgbImage& picture, const Pane& pane, int index, std::optional<View> view,
                                       const std::vector<Refusal>& refusalsOfFile, const Stages& stages,
                                       const Criteria& criteria, bool abstain = true);

} // namespace hipcuff
