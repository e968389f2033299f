// The picture with its beams as columns: what lies in whose shadow is then a question of rows.
#pragma once

#include "hipcuff/core/frame.h"

#include <vector>

namespace hipcuff::segmentation {

struct BeamGrid {
  FloatImage grey; ///< column = beam, row = depth along the beam
  Mask usable;
  double lateralMm = 0.1; ///< between beams (sector: at the middle depth)
  double axialMm = 0.1;
  std::vector<Point> origins;    ///< frame mm of row 0 of each beam
  std::vector<Point> directions; ///< unit vector into the body of each beam
  [[nodiscard]] Point toMm(double column, double row) const noexcept;
};

/// Beams of a linear probe that runs straight down are pairs of the working grid's columns; others are resampled.
/// Beams are 0.2 mm apart (two grid points), rows one grid point.
[[nodiscard]] BeamGrid makeBeamGrid(const Frame& frame, const WorkingFrame& working);

} // namespace hipcuff::segmentation
