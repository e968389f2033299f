// The interfaces behind which each stage stands, so that another implementation (a plugin) can take its place.
// Implementations are stateless after construction: const methods may be called from several threads at once.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"
#include "hipcuff/core/screen.h"

#include <optional>
#include <vector>

namespace hipcuff {

/// Finds the panes of a cine from its declared regions and a few of its pictures.
class ScreenReader {
public:
  virtual ~ScreenReader() = default;
  /// @param samples one or more full pictures of the cine (several help to tell moving tissue from still text)
  [[nodiscard]] virtual Screen read(const Cine& cine, const std::vector<RgbImage>& samples) const = 0;
};

class CortexSegmenter {
public:
  virtual ~CortexSegmenter() = default;
  [[nodiscard]] virtual Cortex segment(const Frame& frame, const WorkingFrame& working) const = 0;
};

class TendonSegmenter {
public:
  virtual ~TendonSegmenter() = default;
  /// @param view long or short axis; unknown is treated as long
  [[nodiscard]] virtual Tendon segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                                       std::optional<View> view) const = 0;
};

class DiscontinuityDetector {
public:
  virtual ~DiscontinuityDetector() = default;
  [[nodiscard]] virtual std::vector<Discontinuity> detect(const Frame& frame, const WorkingFrame& working,
                                                          const Anatomy& anatomy, const Criteria& criteria) const = 0;
};

/// Thickness and findings along the tendon; discontinuities are handed in so that gaps can be left out.
class Measurer {
public:
  virtual ~Measurer() = default;
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

class Grader {
public:
  virtual ~Grader() = default;
  [[nodiscard]] virtual Grade grade(const GradingInput& input, const Criteria& criteria) const = 0;
};

} // namespace hipcuff
