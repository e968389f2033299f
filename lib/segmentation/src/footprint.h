// Where on the cortex the tendon can lie: one line along the bone, and the face of it that is the footprint.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/frame.h"

#include <optional>

namespace hipcuff::segmentation {

struct Footprint {
  /// Points every 0.1 mm from the proximal edge (position 0) to the distal one, with a stretch before and after it for
  /// context: `first` and `last` are the indices of the edges.
  Polyline base;
  std::vector<Point> normals; ///< towards the skin
  std::size_t first = 0;
  std::size_t last = 0;
  bool arrivesFromLeft = true;
  double confidence = 0; ///< that this is a face with a tendon's side to it; includes the cortex's own
};

inline constexpr double footprintStepMm = 0.1;

/// None where no line is long enough, or none has a face that could carry the tendon.
[[nodiscard]] std::optional<Footprint> findFootprint(const Frame& frame, const WorkingFrame& working,
                                                     const Cortex& cortex, View view);

} // namespace hipcuff::segmentation
