// One VTK window with a textured picture, strokes and words over it, and reading it back: what PictureView stands on.
#pragma once

#include "drawing.h"
#include "hipcuff/rendering/picture_view.h"
#include "picture_prop.h"
#include "text_sheet.h"

#include <vtkNew.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>
#include <vtkUnsignedCharArray.h>

namespace hipcuff::drawing {

/// Strokes as one mesh, words as textures.
class PaintedLayer {
public:
  void addTo(vtkRenderer* renderer);
  void set(const DisplayList& list, TextPainter& painter, bool topRowFirst, ByteOrder order);

private:
  MeshActor mesh_;
  vtkNew<TextureStack> words_;
};

/// Off-screen windows are drawn upside down and with red and blue exchanged: what is read back is then a picture with
/// its top row first in Qt's byte order, without another pass over it.
class PaintedWindow {
public:
  explicit PaintedWindow(vtkRenderWindow* window);
  ~PaintedWindow();
  PaintedWindow(const PaintedWindow&) = delete;
  PaintedWindow& operator=(const PaintedWindow&) = delete;

  [[nodiscard]] bool offScreen() const noexcept { return own_; }
  [[nodiscard]] ByteOrder order() const noexcept { return own_ ? ByteOrder::bgra : ByteOrder::rgba; }
  [[nodiscard]] vtkRenderer* renderer() { return renderer_; }
  [[nodiscard]] vtkRenderWindow* window() { return window_; }
  void setSize(int width, int height);
  void render();
  [[nodiscard]] PictureView::Pixels grab();

private:
  vtkSmartPointer<vtkRenderWindow> window_;
  bool own_;
  vtkNew<vtkRenderer> renderer_;
  vtkNew<vtkUnsignedCharArray> pixels_;
};

} // namespace hipcuff::drawing
