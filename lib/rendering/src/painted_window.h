// The VTK window under the interactive picture: the caller's, with the picture as a texture in it, or one of our own
// that draws only what lies over the picture.
#pragma once

#include "drawing.h"
#include "picture_prop.h"
#include "text_sheet.h"

#include <vtkNew.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>
#include <vtkUnsignedCharArray.h>

#include <cstdint>

namespace hipcuff::drawing {

/// Strokes as one mesh, words as textures.
class PaintedLayer {
public:
  void addTo(vtkRenderer* renderer);
  void set(const DisplayList& list, TextPainter& painter, bool topRowFirst, ByteOrder order);
  void show(bool shown);
  [[nodiscard]] bool empty() const noexcept { return empty_; }

private:
  MeshActor mesh_;
  vtkNew<TextureStack> words_;
  bool empty_ = true;
};

/// A window of our own is drawn upside down and with red and blue exchanged: what is read back then has its top row
/// first and is in Qt's byte order, without another pass over it. It is transparent where nothing was drawn.
class PaintedWindow {
public:
  explicit PaintedWindow(vtkRenderWindow* window);
  ~PaintedWindow();
  PaintedWindow(const PaintedWindow&) = delete;
  PaintedWindow& operator=(const PaintedWindow&) = delete;

  [[nodiscard]] bool own() const noexcept { return own_; }
  [[nodiscard]] ByteOrder order() const noexcept { return own_ ? ByteOrder::bgra : ByteOrder::rgba; }
  [[nodiscard]] vtkRenderer* renderer() { return renderer_; }
  [[nodiscard]] vtkRenderWindow* window() { return window_; }
  void render() { window_->Render(); }
  /// Renders at this size and reads back; a window of our own only. @throws std::runtime_error where OpenGL fails
  [[nodiscard]] const std::uint8_t* drawn(int width, int height);

private:
  vtkSmartPointer<vtkRenderWindow> window_;
  bool own_;
  vtkNew<vtkRenderer> renderer_;
  vtkNew<vtkUnsignedCharArray> pixels_;
};

} // namespace hipcuff::drawing
