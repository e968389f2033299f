// The picture above a footprint, laid out flat.
#pragma once

#include "border_evidence.h"
#include "footprint.h"

#include <vector>

namespace hipcuff::segmentation {

inline constexpr double bandStepMm = 0.2;
inline constexpr double bandHeightStepMm = 0.1;

/// Column i lies over footprint.base[2 * i]. Heights 0 .. 13 mm.
[[nodiscard]] Band tendonBand(const WorkingFrame& working, const Footprint& footprint);

struct Streaks {
  double angle = 0; ///< against the cortex, radians, positive = rising towards distal
  double coherence = 0;
};

/// Streaks between two heights at each column, over about 2 mm along the cortex.
[[nodiscard]] std::vector<Streaks> streaksBetween(const Band& band, const std::vector<double>& fromMm,
                                                  const std::vector<double>& toMm);

} // namespace hipcuff::segmentation
