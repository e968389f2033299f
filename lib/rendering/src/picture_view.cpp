#include "hipcuff/rendering/picture_view.h"

#include "interactive_layout.h"
#include "painted_window.h"
#include "picture_scaler.h"

#include <vtkNew.h>
#include <vtkOpenGLRenderWindow.h>
#include <vtkRenderWindow.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <stdexcept>

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

} // namespace

// Two ways to the same pixels. In a window of the caller's, the picture is a texture and everything is drawn by OpenGL
// at each rendering. Off screen OpenGL is most likely done in software: there it draws only what lies over the picture,
// and only when that changes; a cine's next frame is stretched and overlaid on the processor.
struct PictureView::Impl {
  explicit Impl(vtkRenderWindow* window)
      : out(window) {
    if (!out.own())
      out.renderer()->AddViewProp(texture);
    overlay.addTo(out.renderer());
    tools.addTo(out.renderer());
    if (!out.own())
      viewport.setWindow(out.window()->GetSize()[0], out.window()->GetSize()[1]);
  }

  void upload() {
    if (picture.empty()) {
      converted.resize(0, 0);
      return;
    }
    std::array<std::uint8_t, 256> table{};
    const bool plain = curve.identity();
    if (!plain)
      for (int i = 0; i < 256; ++i)
        table[static_cast<std::size_t>(i)] = curve.at(static_cast<unsigned char>(i));
    std::uint8_t* to = nullptr;
    if (out.own()) {
      converted.resize(picture.width, picture.height);
      to = converted.data.data();
    } else {
      to = texture->pixels(picture.width, picture.height);
    }
    drawing::convert(picture, plain ? nullptr : &table, out.order(), to);
    pictureChanged = true;
  }

  [[nodiscard]] drawing::Rect pictureRect() const {
    const Point a = viewport.toWindow({-0.5, -0.5});
    const Point b = viewport.toWindow({picture.width - 0.5, picture.height - 0.5});
    return {a.x, a.y, b.x, b.y};
  }

  /// What changed since the last rendering is laid out anew.
  void layOut() {
    const LayoutKey key = keyOf(viewport);
    moved = moved || key != laidOut;
    laidOut = key;
    const auto width = [this](const std::string& words, double size) { return painter.width(words, size); };
    if (moved && !out.own()) {
      texture->setRect(pictureRect());
      texture->setWindow(key.windowWidth, key.windowHeight, false);
    }
    if (moved || sceneChanged) {
      overlay.set(drawing::layOutInteractive(scene, {picture.width, picture.height, mmPerPx}, viewport, style, width),
                  painter, out.own(), out.order());
      if (out.own())
        drawSparse(overlay, tools, sparseOverlay);
    }
    if (moved || toolsChanged) {
      tools.set(drawing::layOutTools(marks, viewport, style, width), painter, out.own(), out.order());
      if (out.own())
        drawSparse(tools, overlay, sparseTools);
    }
  }

  void drawSparse(drawing::PaintedLayer& layer, drawing::PaintedLayer& other, drawing::SparseOverlay& sparse) {
    sparse.clear();
    if (layer.empty())
      return;
    layer.show(true);
    other.show(false);
    const int width = viewport.windowWidth();
    const int height = viewport.windowHeight();
    sparse.set(out.drawn(width, height), width, height);
  }

  void render() {
    layOut();
    if (!out.own()) {
      out.render();
    } else if (moved || sceneChanged || toolsChanged || pictureChanged) {
      pixels.resize(viewport.windowWidth(), viewport.windowHeight());
      scaler.draw(converted, pictureRect(), smooth, pixels);
      sparseOverlay.blendOnto(pixels);
      sparseTools.blendOnto(pixels);
    }
    moved = sceneChanged = toolsChanged = pictureChanged = false;
  }

  drawing::PaintedWindow out;
  drawing::PaintedLayer overlay;
  drawing::PaintedLayer tools;
  drawing::TextPainter painter;
  Viewport viewport;
  RgbImage picture; ///< as it was given: a changed curve is applied to it anew
  std::optional<Spacing> mmPerPx;
  OverlayScene scene;
  OverlayStyle style;
  std::vector<ToolMark> marks;
  GreyCurve curve;
  bool smooth = false;
  LayoutKey laidOut;
  bool moved = true;
  bool sceneChanged = true;
  bool toolsChanged = true;
  bool pictureChanged = true;
  // A window of the caller's:
  vtkNew<drawing::TextureProp> texture;
  // Off screen:
  drawing::Pixels32 converted;
  drawing::PictureScaler scaler;
  drawing::SparseOverlay sparseOverlay;
  drawing::SparseOverlay sparseTools;
  drawing::Pixels32 pixels;
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
    impl_->moved = true;
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
  impl_->smooth = smooth;
  impl_->pictureChanged = true;
}

void PictureView::setSize(int width, int height) {
  impl_->viewport.setWindow(width, height);
}

void PictureView::render() {
  impl_->render();
}

PictureView::Pixels PictureView::grab() {
  if (!impl_->out.own())
    throw std::logic_error("PictureView::grab is for off-screen views");
  return {impl_->pixels.data.data(), impl_->pixels.width, impl_->pixels.height};
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
