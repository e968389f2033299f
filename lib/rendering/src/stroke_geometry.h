// Dashes, ticks and hatches as plain polylines: no driver's stipple patterns, so the same picture everywhere.
#pragma once

#include "hipcuff/core/geometry.h"

#include <vector>

namespace hipcuff::drawing {

/// Pieces of the line that are on, following `pattern` (on, off, on, off ... lengths, all > 0) along its length.
[[nodiscard]] std::vector<Polyline> dashed(const Polyline& line, const std::vector<double>& pattern);

/// Short strokes every `step` along the line, `size` long, standing on the side that is lower on the screen.
[[nodiscard]] std::vector<Polyline> ticksBelow(const Polyline& line, double step, double size);

/// Parallel lines `step` apart under `angleDeg` (0 = horizontal, 45 = rising to the right), clipped to the polygon.
/// One of them would run through the anchor.
[[nodiscard]] std::vector<Polyline> hatched(const Polyline& polygon, double angleDeg, double step, Point anchor = {});

[[nodiscard]] Polyline shifted(const Polyline& line, Point by);

/// Without points nearer than `step` to the one before, ends kept: joints closer than a line's width look blotchy.
[[nodiscard]] Polyline thinned(const Polyline& line, double step);

/// Without points that lie nearer than `tolerance` to the line through the others (Douglas and Peucker 1973).
[[nodiscard]] Polyline simplified(const Polyline& line, double tolerance);

} // namespace hipcuff::drawing
