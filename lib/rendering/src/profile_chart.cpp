#include "hipcuff/rendering/profile_chart.h"

#include "chart_layout.h"
#include "painted_window.h"
#include "picture_scaler.h"

#include <algorithm>
#include <stdexcept>

namespace hipcuff {

// As PictureView: in a window of the caller's OpenGL draws all at each rendering; off screen it draws chart and mark
// once each, and only what changed is drawn anew.
struct ProfileChart::Impl {
  explicit Impl(vtkRenderWindow* window)
      : out(window) {
    chart.addTo(out.renderer());
    pointer.addTo(out.renderer());
  }

  void layOut() {
    const auto textWidth = [this](const std::string& words, double size) { return painter.width(words, size); };
    const drawing::ChartContent content{
        image ? &*image : nullptr, compared ? &*compared : nullptr, comparedName, style, width, height};
    const drawing::Colour ground = drawing::coloursOf(style).background;
    if (changed) {
      layout = drawing::layOutChart(content, textWidth);
      chart.set(layout.list, painter, out.own(), out.order());
      if (out.own())
        drawSparse(chart, pointer, sparseChart);
      else
        out.renderer()->SetBackground(ground.r / 255.0, ground.g / 255.0, ground.b / 255.0);
    }
    if (changed || markChanged) {
      pointer.set(mark ? drawing::layOutMark(content, layout, *mark, textWidth) : drawing::DisplayList{}, painter,
                  out.own(), out.order());
      if (out.own())
        drawSparse(pointer, chart, sparseMark);
    }
    if (out.own() && (changed || markChanged)) {
      pixels.resize(width, height);
      for (std::size_t i = 0; i < pixels.data.size(); i += 4) {
        pixels.data[i] = ground.b;
        pixels.data[i + 1] = ground.g;
        pixels.data[i + 2] = ground.r;
        pixels.data[i + 3] = 255;
      }
      sparseChart.blendOnto(pixels);
      sparseMark.blendOnto(pixels);
    }
    changed = markChanged = false;
  }

  void drawSparse(drawing::PaintedLayer& layer, drawing::PaintedLayer& other, drawing::SparseOverlay& sparse) {
    sparse.clear();
    if (layer.empty())
      return;
    layer.show(true);
    other.show(false);
    sparse.set(out.drawn(width, height), width, height);
  }

  drawing::PaintedWindow out;
  drawing::PaintedLayer chart;
  drawing::PaintedLayer pointer;
  drawing::TextPainter painter;
  drawing::SparseOverlay sparseChart;
  drawing::SparseOverlay sparseMark;
  drawing::Pixels32 pixels;
  drawing::ChartLayout layout;
  std::optional<ImageResult> image;
  std::optional<ImageResult> compared;
  std::string comparedName;
  std::optional<double> mark;
  ChartStyle style;
  int width = 1;
  int height = 1;
  bool changed = true;
  bool markChanged = true;
};

ProfileChart::ProfileChart(vtkRenderWindow* window)
    : impl_(std::make_unique<Impl>(window)) {}
ProfileChart::~ProfileChart() = default;

void ProfileChart::setImage(const ImageResult& image) {
  impl_->image = image;
  impl_->changed = true;
}

void ProfileChart::setCompared(const ImageResult* image, const std::string& name) {
  // Millimetres against millimetres, or not at all.
  if (image != nullptr && image->mmPerPx && image->measurements.thickness.profile.size() > 1)
    impl_->compared = *image;
  else
    impl_->compared.reset();
  impl_->comparedName = name;
  impl_->changed = true;
}

void ProfileChart::setMark(std::optional<double> positionMm) {
  impl_->markChanged = impl_->markChanged || impl_->mark != positionMm;
  impl_->mark = positionMm;
}

void ProfileChart::setStyle(const ChartStyle& style) {
  impl_->style = style;
  impl_->changed = true;
}

void ProfileChart::setSize(int width, int height) {
  impl_->width = std::max(1, width);
  impl_->height = std::max(1, height);
  impl_->changed = true;
}

void ProfileChart::render() {
  impl_->layOut();
  if (!impl_->out.own())
    impl_->out.render();
}

PictureView::Pixels ProfileChart::grab() {
  if (!impl_->out.own())
    throw std::logic_error("ProfileChart::grab is for off-screen charts");
  return {impl_->pixels.data.data(), impl_->pixels.width, impl_->pixels.height};
}

std::optional<double> ProfileChart::positionAt(Point windowPx) const {
  const drawing::Rect& axes = impl_->layout.axes;
  if (!(axes.x1 > axes.x0) || windowPx.x < axes.x0 || windowPx.x > axes.x1 || windowPx.y < axes.y0 ||
      windowPx.y > axes.y1)
    return std::nullopt;
  const drawing::ChartRange& range = impl_->layout.range;
  return range.x0 + (windowPx.x - axes.x0) / (axes.x1 - axes.x0) * (range.x1 - range.x0);
}

} // namespace hipcuff
