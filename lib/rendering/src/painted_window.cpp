#include "painted_window.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hipcuff::drawing {

void PaintedLayer::addTo(vtkRenderer* renderer) {
  mesh_.addTo(renderer);
  renderer->AddViewProp(words_);
}

void PaintedLayer::set(const DisplayList& list, TextPainter& painter, bool topRowFirst, ByteOrder order) {
  Mesh mesh;
  for (const Box& box : list.boxes)
    addBox(mesh, box);
  for (const Band& band : list.bands)
    addBand(mesh, band);
  for (const Stroke& stroke : list.strokes)
    addStroke(mesh, stroke);
  mesh_.set(mesh, list.height, topRowFirst, order);
  std::size_t count = 0;
  for (const Text& text : list.texts) {
    const TextImage& image = painter.image(text);
    if (image.width == 0)
      continue;
    TextureProp& prop = words_->at(count++);
    std::uint8_t* to = prop.pixels(image.width, image.height);
    std::copy(image.rgba.begin(), image.rgba.end(), to);
    if (order == ByteOrder::bgra)
      for (std::size_t i = 0; i < image.rgba.size(); i += 4)
        std::swap(to[i], to[i + 2]);
    // On whole pixels: letters stay as sharp as they were painted.
    const double x = std::round(text.x) + image.left;
    const double y = std::round(text.y) + image.top;
    prop.setRect({x, y, x + image.width, y + image.height});
    prop.setWindow(list.width, list.height, topRowFirst);
    prop.setBlended(true);
  }
  words_->setCount(count);
  empty_ = mesh.triangles.empty() && count == 0;
}

void PaintedLayer::show(bool shown) {
  mesh_.show(shown);
  words_->SetVisibility(shown);
}

PaintedWindow::PaintedWindow(vtkRenderWindow* window)
    : window_(window)
    , own_(window == nullptr) {
  if (own_) {
    window_ = vtkSmartPointer<vtkRenderWindow>::New();
    window_->SetOffScreenRendering(1);
    window_->SetMultiSamples(0);
    window_->SetAlphaBitPlanes(1);
  }
  window_->SetDPI(72); // a point is a pixel
  renderer_->SetBackground(0, 0, 0);
  renderer_->SetBackgroundAlpha(own_ ? 0 : 1);
  window_->AddRenderer(renderer_);
}

PaintedWindow::~PaintedWindow() {
  window_->RemoveRenderer(renderer_);
}

const std::uint8_t* PaintedWindow::drawn(int width, int height) {
  window_->SetSize(width, height);
  window_->Render();
  window_->GetRGBACharPixelData(0, 0, width - 1, height - 1, /*front=*/0, pixels_);
  if (pixels_->GetNumberOfValues() != static_cast<vtkIdType>(width) * height * 4)
    throw std::runtime_error("the off-screen window gave no picture");
  return pixels_->GetPointer(0);
}

} // namespace hipcuff::drawing
