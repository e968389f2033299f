#include "hipcuff/rendering/picture_view.h"

#include "interactive_layout.h"
#include "painted_window.h"

#include <vtkNew.h>
#include <vtkOpenGLRenderWindow.h>
#include <vtkRenderWindow.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace hipcuff {
namespace {

/// What a layout of the overlay depends on beside the scene.
struct LayoutKey {
  int windowWidth = 0;
  int windowHeight = 0;
  double zoom = 0;
  Point centre;
  bool mirrored = false;
  double aspect = 1;
  friend bool operator==(const LayoutKey&, const LayoutKey&) = default;
};

LayoutKey keyOf(const Viewport& v) {
  return {v.windowWidth(), v.windowHeight(), v.zoom(), v.centre(), v.mirrored(), v.pixelAspect()};
}

/// RGB to 4 bytes a pixel through a table, red first or blue first.
void copyPixels(const RgbImage& from, const std::array<std::uint8_t, 256>* curve, bool blueFirst, std::uint8_t* to) {
  const std::size_t count = static_cast<std::size_t>(from.width) * static_cast<std::size_t>(from.height);
  const std::uint8_t* in = from.data.data();
  const std::size_t red = blueFirst ? 2 : 0;
  const std::size_t blue = 2 - red;
  if (curve == nullptr) {
    for (std::size_t i = 0; i < count; ++i, in += 3, to += 4) {
      to[0] = in[red];
      to[1] = in[1];
      to[2] = in[blue];
      to[3] = 255;
    }
    return;
  }
  for (std::size_t i = 0; i < count; ++i, in += 3, to += 4) {
    to[0] = (*curve)[in[red]];
    to[1] = (*curve)[in[1]];
    to[2] = (*curve)[in[blue]];
    to[3] = 255;
  }
}

} // namespace

struct PictureView::Impl {
  explicit Impl(vtkRenderWindow* window)
      : out(window) {
    out.renderer()->AddViewProp(texture);
    overlay.addTo(out.renderer());
    tools.addTo(out.renderer());
    viewport.setWindow(out.window()->GetSize()[0], out.window()->GetSize()[1]);
  }

  void upload() {
    if (picture.empty())
      return;
    std::array<std::uint8_t, 256> table{};
    const bool plain = curve.identity();
    if (!plain)
      for (int i = 0; i < 256; ++i)
        table[static_cast<std::size_t>(i)] = curve.at(static_cast<unsigned char>(i));
    copyPixels(picture, plain ? nullptr : &table, out.offScreen(), texture->pixels(picture.width, picture.height));
  }

  void layOut() {
    const LayoutKey key = keyOf(viewport);
    const bool moved = key != laidOut;
    const auto width = [this](const std::string& words, double size) { return words_.width(words, size); };
    if (moved) {
      const Point a = viewport.toWindow({-0.5, -0.5});
      const Point b = viewport.toWindow({picture.width - 0.5, picture.height - 0.5});
      texture->setRect({a.x, a.y, b.x, b.y});
      texture->setWindow(key.windowWidth, key.windowHeight, out.offScreen());
    }
    if (moved || sceneChanged)
      overlay.set(drawing::layOutInteractive(scene, {picture.width, picture.height, mmPerPx}, viewport, style, width),
                  words_, out.offScreen(), out.order());
    if (moved || toolsChanged)
      tools.set(drawing::layOutTools(marks, viewport, style, width), words_, out.offScreen(), out.order());
    laidOut = key;
    sceneChanged = false;
    toolsChanged = false;
  }

  drawing::PaintedWindow out;
  vtkNew<drawing::TextureProp> texture;
  drawing::PaintedLayer overlay;
  drawing::PaintedLayer tools;
  drawing::TextPainter words_;
  Viewport viewport;
  RgbImage picture; ///< as it was given: a changed curve is applied to it anew
  std::optional<Spacing> mmPerPx;
  OverlayScene scene;
  OverlayStyle style;
  std::vector<ToolMark> marks;
  GreyCurve curve;
  LayoutKey laidOut;
  bool sceneChanged = true;
  bool toolsChanged = true;
};

PictureView::PictureView(vtkRenderWindow* window)
    : impl_(std::make_unique<Impl>(window)) {}
PictureView::~PictureView() = default;

Viewport& PictureView::viewport() noexcept {
  return impl_->viewport;
}
const Viewport& PictureView::viewport() const noexcept {
  return impl_->viewport;
}

void PictureView::setPicture(const RgbImage& picture, std::optional<Spacing> mmPerPx) {
  const bool same =
      picture.width == impl_->picture.width && picture.height == impl_->picture.height && mmPerPx == impl_->mmPerPx;
  impl_->picture = picture;
  if (!same) {
    impl_->mmPerPx = mmPerPx;
    const bool known = mmPerPx && mmPerPx->x > 0 && mmPerPx->y > 0;
    impl_->viewport.setPicture(picture.width, picture.height, known ? mmPerPx->y / mmPerPx->x : 1);
    impl_->laidOut = {};
  }
  if (picture.empty())
    impl_->texture->VisibilityOff();
  else
    impl_->texture->VisibilityOn();
  impl_->upload();
}

void PictureView::setScene(OverlayScene scene) {
  impl_->scene = std::move(scene);
  impl_->sceneChanged = true;
}

void PictureView::setStyle(const OverlayStyle& style) {
  if (style == impl_->style)
    return;
  impl_->style = style;
  impl_->sceneChanged = true;
  impl_->toolsChanged = true;
}

void PictureView::setTools(std::vector<ToolMark> marks) {
  impl_->marks = std::move(marks);
  impl_->toolsChanged = true;
}

void PictureView::setCurve(const GreyCurve& curve) {
  if (curve == impl_->curve)
    return;
  impl_->curve = curve;
  impl_->upload();
}

void PictureView::setSmooth(bool smooth) {
  impl_->texture->setSmooth(smooth);
}

void PictureView::setSize(int width, int height) {
  impl_->out.setSize(width, height);
  impl_->viewport.setWindow(width, height);
}

void PictureView::render() {
  impl_->layOut();
  impl_->out.render();
}

PictureView::Pixels PictureView::grab() {
  return impl_->out.grab();
}

std::string openGlRenderer() {
  vtkNew<vtkRenderWindow> window;
  window->SetOffScreenRendering(1);
  window->SetMultiSamples(0);
  window->SetSize(16, 16);
  auto* gl = vtkOpenGLRenderWindow::SafeDownCast(window);
  if (gl == nullptr)
    return {};
  gl->Initialize();
  const char* words = gl->ReportCapabilities();
  const char* key = "OpenGL renderer string:";
  const char* found = words == nullptr ? nullptr : std::strstr(words, key);
  if (found == nullptr)
    return {};
  std::string name(found + std::strlen(key));
  name = name.substr(0, name.find('\n'));
  name.erase(0, name.find_first_not_of(' '));
  return name;
}

bool isSoftwareRenderer(const std::string& name) {
  std::string lower = name;
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* word : {"llvmpipe", "softpipe", "swrast", "software rasterizer"})
    if (lower.find(word) != std::string::npos)
      return true;
  return false;
}

} // namespace hipcuff
