// What lies over the interactive picture, in window pixels. No VTK.
#pragma once

#include "drawing.h"
#include "hipcuff/rendering/overlay_scene.h"
#include "hipcuff/rendering/overlay_style.h"
#include "hipcuff/rendering/picture_view.h"
#include "hipcuff/rendering/viewport.h"

namespace hipcuff::drawing {

struct PictureExtent {
  int width = 0;
  int height = 0;
  std::optional<Spacing> mmPerPx;
};

/// The scene's strokes and words, the scale bar and the depth ruler. No header, badge or legend: the viewer's panels
/// have those.
[[nodiscard]] DisplayList layOutInteractive(const OverlayScene& scene, const PictureExtent& picture,
                                            const Viewport& viewport, const OverlayStyle& style,
                                            const TextWidth& textWidth);

/// Handles, lines and crosses of a tool.
[[nodiscard]] DisplayList layOutTools(const std::vector<ToolMark>& marks, const Viewport& viewport,
                                      const OverlayStyle& style, const TextWidth& textWidth);

} // namespace hipcuff::drawing
