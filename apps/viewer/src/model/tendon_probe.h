// What lies under the pointer: position along the tendon and the thickness there. Plain, no Qt.
#pragma once

#include "hipcuff/core/result.h"

#include <optional>

namespace hipcuff::viewer {

struct ProbedTendon {
  double positionMm = 0;
  std::size_t station = 0;
  double heightMm = 0;                      ///< of the pointer over the cortex's interface
  std::optional<ThicknessSample> thickness; ///< none in a gap, and where there are no millimetres
  Point cortexPx;                           ///< of the station, full-image pixels
  Point superficialPx;
  bool byHand = false;
};

/// None unless the point lies within the tendon, or within `marginMm` of it.
[[nodiscard]] std::optional<ProbedTendon> probe(const ImageResult& image, Point fullPx, double marginMm = 1.0);
/// The station at a position along the tendon; none outside of it.
[[nodiscard]] std::optional<ProbedTendon> probeAt(const ImageResult& image, double positionMm);
/// Index of the discontinuity whose outline holds the point; the smallest of several.
[[nodiscard]] std::optional<std::size_t> discontinuityAt(const ImageResult& image, Point fullPx);

} // namespace hipcuff::viewer
