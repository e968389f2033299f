// Where a straight line runs through discontinuities.
#pragma once

#include "hipcuff/core/measurements.h"

#include <utility>
#include <vector>

namespace hipcuff {

/// Stretches [from, to) of a line, in units of the direction's length from its origin.
using Spans = std::vector<std::pair<double, double>>;

/// Adds the stretches that lie inside the polygon (even-odd rule).
void addSpans(Spans& spans, const Polyline& polygon, Point origin, Point direction);

[[nodiscard]] bool covers(const Spans& spans, double at) noexcept;

} // namespace hipcuff
