// A line drawn by hand, moved to the edge that it was meant for.
#pragma once

#include "frame_context.h"

namespace hipcuff::review {

/// Along its own normals, within reachMm; full-image pixels in and out. A line that is too short, or lies outside of
/// the picture, comes back as it is.
[[nodiscard]] Polyline snappedTo(const FrameContext& context, Border border, const Polyline& px, double reachMm);

} // namespace hipcuff::review
