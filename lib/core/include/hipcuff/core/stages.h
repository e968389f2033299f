// The interfaces behind which each stage stands, so that another implementation (a plugin) can take its place.
// Implementations are stateless after construction: const methods may be called from several threads at once.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/screen.h"
#include "hipcuff/core/stage_origin.h"

#include <memory>
#include <optional>
#include <vector>

namespace hipcuff {

/// What all stages have in common.
class Stage {
public:
  virtual ~Stage() = default;
  /// Who does it; none: HipCuff itself.
  [[nodiscard]] virtual std::optional<StageOrigin> origin() const { return std::nullopt; }

protected:
  Stage() = default;
  Stage(const Stage&) = default;
  Stage& operator=(const Stage&) = default;
};

/// A stage that is not ours threw, or returned what can't be. Ends the run, unless Stages::fallback stands in.
class StageError : public ConfigError {
public:
  using ConfigError::ConfigError;
};

/// Finds the panes of a cine from its declared regions and a few of its pictures.
class ScreenReader : public Stage {
public:
  /// @param samples one or more full pictures of the cine (several help to tell moving tissue from still text)
  [[nodiscard]] virtual Screen read(const Cine& cine, const std::vector<RgbImage>& samples) const = 0;
};

class CortexSegmenter : public Stage {
public:
  [[nodiscard]] virtual Cortex segment(const Frame& frame, const WorkingFrame& working) const = 0;
};

class TendonSegmenter : public Stage {
public:
  /// @param view long or short axis; unknown is treated as long
  [[nodiscard]] virtual Tendon segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                                       std::optional<View> view) const = 0;
};

class DiscontinuityDetector : public Stage {
public:
  [[nodiscard]] virtual std::vector<Discontinuity> detect(const Frame& frame, const WorkingFrame& working,
                                                          const Anatomy& anatomy, const Criteria& criteria) const = 0;
};

/// Thickness and findings along the tendon; discontinuities are handed in so that gaps can be left out.
class Measurer : public Stage {
public:
  [[nodiscard]] virtual Measurements measure(const Frame& frame, const WorkingFrame& working, const Anatomy& anatomy,
                                             std::vector<Discontinuity> discontinuities,
                                             const Criteria& criteria) const = 0;
};

/// What grading may know. No pixels.
struct GradingInput {
  const Anatomy& anatomy;
  const Measurements& measurements;
  std::optional<View> view;
  std::vector<Refusal> refusals; ///< found before grading; any makes the image not gradable
};

class Grader : public Stage {
public:
  [[nodiscard]] virtual Grade grade(const GradingInput& input, const Criteria& criteria) const = 0;
};

/// One implementation of each stage.
struct Stages {
  std::shared_ptr<const ScreenReader> screen;
  std::shared_ptr<const CortexSegmenter> cortex;
  std::shared_ptr<const TendonSegmenter> tendon;
  std::shared_ptr<const DiscontinuityDetector> discontinuities;
  std::shared_ptr<const Measurer> measurer;
  std::shared_ptr<const Grader> grader;
  /// Stand in, stage by stage, where one of the above throws StageError; what they made says so (StageOrigin::fault).
  /// Null: the error leaves.
  std::shared_ptr<const Stages> fallback{};
};

} // namespace hipcuff
