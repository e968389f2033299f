// Draws overlay pictures with VTK, off screen. Needs an X display (see private_display.h): VTK aborts without one.
#pragma once

#include "hipcuff/core/image.h"
#include "hipcuff/rendering/overlay_scene.h"

#include <memory>

namespace hipcuff {

/// Largest picture that is drawn, in pixels a side: what an off-screen GL buffer takes.
inline constexpr int largestOverlaySide = 8000;

/// Whole-number zoom at which a picture is shown, at least 1: the smallest that makes it 700 pixels wide or more
/// (so about 900), held back where the picture would become taller than 1600.
[[nodiscard]] int overlayZoom(int pictureWidth, int pictureHeight) noexcept;

/// Where the picture's pixels are in the drawn image.
struct OverlayPlacement {
  int left = 0;
  int top = 0;
  int zoom = 1;
};

/// One off-screen window for any number of pictures. Not thread-safe.
class OverlayRenderer {
public:
  OverlayRenderer();
  ~OverlayRenderer();
  OverlayRenderer(const OverlayRenderer&) = delete;
  OverlayRenderer& operator=(const OverlayRenderer&) = delete;

  /// The raw picture, each pixel a square of `zoom` pixels with its exact value, and over it the scene's lines. Text is
  /// kept off the tendon: header above, legend and scale below, labels in the bone's shadow where there is room.
  /// @param placement filled where given
  /// @throws InputError where the picture is empty or larger than largestOverlaySide
  [[nodiscard]] RgbImage render(const OverlayScene& scene, OverlayPlacement* placement = nullptr);

private:
  class Window;
  std::unique_ptr<Window> window_;
};

} // namespace hipcuff
