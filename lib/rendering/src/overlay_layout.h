// Decides what is drawn where on an overlay picture. No VTK.
#pragma once

#include "drawing.h"
#include "hipcuff/rendering/overlay_scene.h"

namespace hipcuff::drawing {

[[nodiscard]] DisplayList layOut(const OverlayScene& scene, const TextWidth& textWidth);

/// A round number of millimetres (1, 2 or 5 times a power of ten) whose bar is nearest to `wantedPx` long.
[[nodiscard]] double roundScaleBarMm(double pxPerMm, double wantedPx);

} // namespace hipcuff::drawing
