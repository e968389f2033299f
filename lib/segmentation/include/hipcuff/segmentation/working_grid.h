// The picture on the one isotropic grid that all filters share, so that cost and result do not depend on the
// scanner's pixel count.
#pragma once

#include "hipcuff/core/frame.h"

namespace hipcuff {

/// Grid of the analysis in mm: about a third of the axial resolution of a 7-12 MHz pulse as displayed (0.2-0.4 mm),
/// so that a border can be placed between grid points.
inline constexpr double defaultGridMm = 0.1;

/// A grid longer than this on one side is made coarser instead: bounds time and memory for absurd scales.
inline constexpr int maxGridPoints = 1200;

/// Resamples a frame to `gridMm` in x and y. Shrinking is low-pass filtered first (triangle over the cell), enlarging
/// is Catmull-Rom, limited to 0..255. A grid point is usable only if every pixel that went into it is.
/// The grid's first point lies on the centre of the frame's upper left pixel; the last not beyond its lower right one.
/// @param gridMm wanted grid, > 0; the result's gridMm may be larger (see maxGridPoints)
/// @throws std::invalid_argument where the frame is empty, its mask does not fit, or a scale is not a positive number
[[nodiscard]] WorkingFrame makeWorkingFrame(const Frame& frame, double gridMm = defaultGridMm);

} // namespace hipcuff
