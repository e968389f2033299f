#include "hipcuff/rendering/profile_chart.h"

#include "chart_layout.h"
#include "context_painting.h"
#include "text_painting.h"

#include <vtkAxis.h>
#include <vtkBrush.h>
#include <vtkChartXY.h>
#include <vtkContext2D.h>
#include <vtkContextActor.h>
#include <vtkContextItem.h>
#include <vtkContextScene.h>
#include <vtkDoubleArray.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPen.h>
#include <vtkPlotArea.h>
#include <vtkPlotLine.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>
#include <vtkTable.h>
#include <vtkTextProperty.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <vector>

namespace hipcuff {
namespace {

/// Off screen all is drawn at twice the size and averaged: smooth lines from any driver.
constexpr int ownOversampling = 2;

/// Painted over the chart, whose axes have their place by then.
class DecorationItem : public vtkContextItem {
public:
  static DecorationItem* New();
  vtkTypeMacro(DecorationItem, vtkContextItem)

      std::function<void(vtkContext2D*)> paint;
  bool Paint(vtkContext2D* painter) override {
    if (paint)
      paint(painter);
    return true;
  }
};
vtkStandardNewMacro(DecorationItem)

    vtkSmartPointer<vtkTable> tableOf(const drawing::ProfileRun& run) {
  auto table = vtkSmartPointer<vtkTable>::New();
  const auto column = [&](const char* name, double ThicknessSample::*member) {
    vtkNew<vtkDoubleArray> values;
    values->SetName(name);
    for (const ThicknessSample& s : run.samples)
      values->InsertNextValue(s.*member);
    table->AddColumn(values);
  };
  column("position", &ThicknessSample::positionMm);
  column("lower", &ThicknessSample::lowerMm);
  column("upper", &ThicknessSample::upperMm);
  column("thickness", &ThicknessSample::valueMm);
  column("intact", &ThicknessSample::remainingMm);
  return table;
}

void averageDown(const unsigned char* from, int width, int height, std::uint8_t* to) {
  // Rows come from the bottom up, red first.
  const std::size_t stride = static_cast<std::size_t>(width) * 2 * 4;
  for (int y = 0; y < height; ++y) {
    const unsigned char* a = from + stride * static_cast<std::size_t>(2 * (height - 1 - y));
    const unsigned char* b = a + stride;
    for (int x = 0; x < width; ++x, a += 8, b += 8, to += 4) {
      for (int c = 0; c < 3; ++c)
        to[2 - c] = static_cast<std::uint8_t>((a[c] + a[c + 4] + b[c] + b[c + 4] + 2) / 4);
      to[3] = 255;
    }
  }
}

} // namespace

struct ProfileChart::Impl {
  explicit Impl(vtkRenderWindow* given)
      : window(given)
      , own(given == nullptr)
      , oversampling(own ? ownOversampling : 1) {
    if (own) {
      window = vtkSmartPointer<vtkRenderWindow>::New();
      window->SetOffScreenRendering(1);
      window->SetMultiSamples(0);
    }
    window->SetDPI(72); // a point is a pixel
    window->AddRenderer(renderer);
    actor->GetScene()->AddItem(chart);
    actor->GetScene()->AddItem(decoration);
    renderer->AddActor(actor);
    actor->GetScene()->SetRenderer(renderer);
    chart->SetShowLegend(false);
    chart->SetAutoSize(false);
    for (const int a : {vtkAxis::BOTTOM, vtkAxis::LEFT})
      chart->GetAxis(a)->SetBehavior(vtkAxis::FIXED);
    chart->GetAxis(vtkAxis::BOTTOM)->SetTitle("mm from the facet's edge");
    chart->GetAxis(vtkAxis::LEFT)->SetTitle("thickness, mm");
    decoration->paint = [this](vtkContext2D* painter) { decorate(painter); };
  }
  ~Impl() { window->RemoveRenderer(renderer); }

  [[nodiscard]] drawing::TextWidth textWidth() const {
    return [this](const std::string& words, double size) { return drawing::textWidth(words, size, oversampling); };
  }

  [[nodiscard]] bool drawn() const { return drawing::emptyWords(image ? &*image : nullptr).empty(); }

  /// The plot's rectangle in window pixels, y down. Valid once the chart was painted.
  [[nodiscard]] drawing::Rect axes() const {
    if (!drawn())
      return {0, 0, double(width), double(height)};
    const float* a = chart->GetAxis(vtkAxis::BOTTOM)->GetPoint1();
    const float* b = chart->GetAxis(vtkAxis::BOTTOM)->GetPoint2();
    const float* top = chart->GetAxis(vtkAxis::LEFT)->GetPoint2();
    const double k = oversampling;
    return {a[0] / k, height - top[1] / k, b[0] / k, height - a[1] / k};
  }

  void decorate(vtkContext2D* painter) const {
    const drawing::ChartContent content{image ? &*image : nullptr, compared && drawn(), comparedName, mark, style};
    const drawing::DisplayList list = drawing::decorate(content, range, axes(), textWidth());
    drawing::paintBoxes(painter, list, height, oversampling);
    drawing::paintLines(painter, list, height, oversampling);
  }

  void addLine(const drawing::ProfileRun& run, const char* column, drawing::Colour colour, bool dashedLine) {
    vtkPlot* line = chart->AddPlot(vtkChart::LINE);
    const auto table = tableOf(run);
    line->SetInputData(table, "position", column);
    line->SetColor(colour.r, colour.g, colour.b, colour.a);
    line->SetWidth(static_cast<float>((style.highContrast ? 2.6 : 1.8) * style.scale * oversampling));
    line->GetPen()->SetLineType(dashedLine ? vtkPen::DASH_LINE : vtkPen::SOLID_LINE);
  }

  void build() {
    const drawing::ChartColours colours = drawing::coloursOf(style);
    const auto& ground = colours.background;
    renderer->SetBackground(ground.r / 255.0, ground.g / 255.0, ground.b / 255.0);
    chart->ClearPlots();
    chart->SetVisible(drawn());
    if (!drawn())
      return;
    range = drawing::rangeOf(*image, compared ? &*compared : nullptr);
    if (compared)
      for (const auto& run : drawing::runsOf(compared->measurements.thickness.profile))
        addLine(run, "thickness", colours.compared, false);
    const auto runs = drawing::runsOf(image->measurements.thickness.profile);
    for (const auto& run : runs) {
      auto* area = vtkPlotArea::SafeDownCast(chart->AddPlot(vtkChart::AREA));
      const auto table = tableOf(run);
      area->SetInputData(table);
      area->SetInputArray(0, "position");
      area->SetInputArray(1, "lower");
      area->SetInputArray(2, "upper");
      area->GetBrush()->SetColor(colours.band.r, colours.band.g, colours.band.b, colours.band.a);
    }
    for (const auto& run : runs)
      addLine(run, "thickness", colours.thickness, false);
    for (const auto& run : drawing::tornRunsOf(runs))
      addLine(run, "intact", colours.intact, true);
    for (const int which : {vtkAxis::BOTTOM, vtkAxis::LEFT}) {
      vtkAxis* axis = chart->GetAxis(which);
      axis->SetRange(which == vtkAxis::BOTTOM ? range.x0 : 0, which == vtkAxis::BOTTOM ? range.x1 : range.y1);
      const double size = 12 * style.scale * oversampling;
      for (vtkTextProperty* words : {axis->GetLabelProperties(), axis->GetTitleProperties()}) {
        const int justification = words->GetJustification();
        const int vertical = words->GetVerticalJustification();
        drawing::setText(words, size, colours.words);
        words->SetJustification(justification);
        words->SetVerticalJustification(vertical);
        words->SetBold(0);
      }
      axis->GetPen()->SetColor(colours.words.r, colours.words.g, colours.words.b, 255);
      axis->GetPen()->SetWidth(static_cast<float>(style.scale * oversampling));
      axis->GetGridPen()->SetColor(colours.faint.r, colours.faint.g, colours.faint.b, 255);
      axis->GetGridPen()->SetWidth(static_cast<float>(style.scale * oversampling));
    }
  }

  void render() {
    if (changed)
      build();
    changed = false;
    if (own)
      window->SetSize(width * oversampling, height * oversampling);
    const double top = drawing::legendHeight(style);
    chart->SetHiddenAxisBorder(static_cast<int>(12 * style.scale) * oversampling);
    chart->SetSize(vtkRectf(0, 0, static_cast<float>(width * oversampling),
                            static_cast<float>(std::max(1.0, height - top + 12 * style.scale) * oversampling)));
    actor->GetScene()->SetDirty(true);
    window->Render();
  }

  PictureView::Pixels grab() {
    if (!own)
      throw std::logic_error("ProfileChart::grab is for off-screen charts");
    const int w = width * oversampling;
    const int h = height * oversampling;
    window->GetRGBACharPixelData(0, 0, w - 1, h - 1, /*front=*/0, raw);
    if (raw->GetNumberOfValues() != static_cast<vtkIdType>(w) * h * 4)
      throw std::runtime_error("the off-screen window gave no picture");
    pixels.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4);
    averageDown(raw->GetPointer(0), width, height, pixels.data());
    return {pixels.data(), width, height};
  }

  vtkSmartPointer<vtkRenderWindow> window;
  bool own;
  int oversampling;
  vtkNew<vtkRenderer> renderer;
  vtkNew<vtkContextActor> actor;
  vtkNew<vtkChartXY> chart;
  vtkNew<DecorationItem> decoration;
  vtkNew<vtkUnsignedCharArray> raw;
  std::vector<std::uint8_t> pixels;
  std::optional<ImageResult> image;
  std::optional<ImageResult> compared;
  std::string comparedName;
  std::optional<double> mark;
  ChartStyle style;
  drawing::ChartRange range;
  int width = 1;
  int height = 1;
  bool changed = true;
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
  impl_->compared = image != nullptr && image->mmPerPx && image->measurements.thickness.profile.size() > 1
                        ? std::optional(*image)
                        : std::nullopt;
  impl_->comparedName = name;
  impl_->changed = true;
}

void ProfileChart::setMark(std::optional<double> positionMm) {
  impl_->mark = positionMm;
}

void ProfileChart::setStyle(const ChartStyle& style) {
  impl_->style = style;
  impl_->changed = true;
}

void ProfileChart::setSize(int width, int height) {
  impl_->width = std::max(1, width);
  impl_->height = std::max(1, height);
}

void ProfileChart::render() {
  impl_->render();
}

PictureView::Pixels ProfileChart::grab() {
  return impl_->grab();
}

std::optional<double> ProfileChart::positionAt(Point windowPx) const {
  if (!impl_->drawn())
    return std::nullopt;
  const drawing::Rect axes = impl_->axes();
  if (!(axes.x1 > axes.x0) || windowPx.x < axes.x0 || windowPx.x > axes.x1 || windowPx.y < axes.y0 ||
      windowPx.y > axes.y1)
    return std::nullopt;
  const drawing::ChartRange& range = impl_->range;
  return range.x0 + (windowPx.x - axes.x0) / (axes.x1 - axes.x0) * (range.x1 - range.x0);
}

} // namespace hipcuff
