// The interactive picture: raw pixels with an overlay, drawn by VTK into any render window.
//
// The viewer shows it in a QVTKOpenGLNativeWidget, or, where OpenGL is done in software, renders off screen and shows
// the pixels: composing a whole Qt window through a software OpenGL costs more than drawing the picture does. Off
// screen OpenGL draws only what lies over the picture, and only when that changes; the pixels themselves are stretched
// and overlaid on the processor, which gives the same picture for a fraction of the time (1024x768 in about 1 ms sharp
// and 4 ms smooth, where a texture on llvmpipe takes 13).
#pragma once

#include "hipcuff/core/image.h"
#include "hipcuff/rendering/overlay_scene.h"
#include "hipcuff/rendering/overlay_style.h"
#include "hipcuff/rendering/viewport.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

class vtkRenderWindow;

namespace hipcuff {

/// What a tool draws above the overlay: handles, a line being drawn, a ruler, a pointer's cross. Picture pixels.
struct ToolMark {
  enum class Kind { handle, activeHandle, line, closedLine, cross, text };
  Kind kind = Kind::line;
  Polyline px;      ///< handle, cross, text: one point
  std::string text; ///< Kind::text only
};

class PictureView {
public:
  /// Draws into `window`, which must outlive it. nullptr: into an off-screen window of its own (see grab()).
  explicit PictureView(vtkRenderWindow* window = nullptr);
  ~PictureView();
  PictureView(const PictureView&) = delete;
  PictureView& operator=(const PictureView&) = delete;

  [[nodiscard]] Viewport& viewport() noexcept;
  [[nodiscard]] const Viewport& viewport() const noexcept;

  /// Copies the pixels. Keeps zoom and place where the size is that of the picture before, as for a cine's next frame.
  void setPicture(const RgbImage& picture, std::optional<Spacing> mmPerPx);
  /// Lines, regions and words over the picture; its own `picture` member is not looked at (leave it empty).
  /// Coordinates: pixels of the picture given to setPicture.
  void setScene(OverlayScene scene);
  void setStyle(const OverlayStyle& style);
  void setTools(std::vector<ToolMark> marks);
  void setCurve(const GreyCurve& curve);
  void setSmooth(bool smooth); ///< linear interpolation between pixels; false: each pixel a sharp square
  /// Of the window, in its own (device) pixels. A window of the caller's must have this size when it is rendered.
  void setSize(int width, int height);

  /// Strokes and words are laid out anew only where scene, style, tools or viewport changed since the last time.
  void render();
  /// What was rendered, top row first, 4 bytes a pixel in memory order B, G, R, A (Qt's RGB32 on little endian).
  /// Valid until the next render(). Off screen only. @throws std::logic_error in a window of the caller's
  struct Pixels {
    const std::uint8_t* data = nullptr;
    int width = 0;
    int height = 0;
  };
  [[nodiscard]] Pixels grab();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// What does OpenGL here: its renderer's name; empty where there is none. Makes an off-screen window, so a display that
/// answers (private_display.h) is needed.
[[nodiscard]] std::string openGlRenderer();
/// Whether a renderer of that name works on the processor (llvmpipe, softpipe, swrast).
[[nodiscard]] bool isSoftwareRenderer(const std::string& name);

} // namespace hipcuff
