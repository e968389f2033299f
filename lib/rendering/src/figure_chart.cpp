#include "hipcuff/rendering/figure_chart.h"

#include "averaging.h"
#include "figure_layout.h"
#include "figure_painting.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "hipcuff/report/figure_json.h"

#include <vtkContext2D.h>
#include <vtkContextActor.h>
#include <vtkContextItem.h>
#include <vtkContextScene.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkTextRenderer.h>
#include <vtkUnsignedCharArray.h>

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hipcuff {
namespace {

constexpr double pointsPerMm = 72 / 25.4;
constexpr int smoothing = 3;
/// Pixels a side that any OpenGL draws.
constexpr int largestCanvas = 8192;

class SheetItem : public vtkContextItem {
public:
  static SheetItem* New();
  vtkTypeMacro(SheetItem, vtkContextItem)

      void set(const figures::Sheet* sheet, int dotsPerInch, int canvasHeight) {
    sheet_ = sheet;
    dotsPerInch_ = dotsPerInch;
    canvasHeight_ = canvasHeight;
  }
  bool Paint(vtkContext2D* painter) override {
    if (sheet_ != nullptr)
      figures::paintSheet(painter, *sheet_, dotsPerInch_, canvasHeight_ * 72.0 / dotsPerInch_);
    return true;
  }

private:
  const figures::Sheet* sheet_ = nullptr;
  int dotsPerInch_ = 72;
  int canvasHeight_ = 0; ///< pixels
};
vtkStandardNewMacro(SheetItem)

    figures::Layout laidOut(const Figure& figure, const FigureFormat& format, FigurePlacement* placement) {
  if (!(format.widthMm >= leastFigureMm && format.widthMm <= mostFigureMm) || format.dotsPerInch < leastFigureDpi ||
      format.dotsPerInch > mostFigureDpi)
    throw std::invalid_argument("a figure's format is out of its limits");
  if (const std::string problem = report::problemOf(figure); !problem.empty())
    throw InputError({}, problem, "");
  figures::Layout layout = figures::layOutFigure(figure, format.widthMm * pointsPerMm, figures::wordsWidth);
  if (placement != nullptr) {
    const figures::Axes& axes = layout.axes;
    const bool down = axes.y.from < axes.y.to;
    *placement = {layout.sheet.width,
                  layout.sheet.height,
                  axes.rect.x0,
                  axes.rect.y0,
                  axes.rect.x1,
                  axes.rect.y1,
                  axes.x.least,
                  axes.x.most,
                  down ? axes.y.least : axes.y.most,
                  down ? axes.y.most : axes.y.least};
  }
  return layout;
}

void addBigEndian(std::string& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(value >> shift & 0xFF));
}

/// The pHYs chunk stands behind the header, which is always 33 bytes with the signature (PNG 1.2, 11.3.5.3).
std::string withResolution(std::string png, int dotsPerInch) {
  std::string data = "pHYs";
  const auto perMetre = static_cast<std::uint32_t>(std::lround(dotsPerInch / 0.0254));
  addBigEndian(data, perMetre);
  addBigEndian(data, perMetre);
  data.push_back(1); // the unit is the metre
  std::string chunk;
  addBigEndian(chunk, static_cast<std::uint32_t>(data.size() - 4));
  chunk += data;
  addBigEndian(chunk, static_cast<std::uint32_t>(
                          crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size()))));
  return png.insert(33, chunk);
}

} // namespace

std::string figureSvg(const Figure& figure, const FigureFormat& format, FigurePlacement* placement) {
  return figures::svgOf(laidOut(figure, format, placement).sheet,
                        {figure.title.empty() ? figure.id : figure.title, figure.caption});
}

struct FigurePainter::Impl {
  Impl() {
    // '$' and '|' are letters here, not markup.
    vtkTextRenderer::GetInstance()->SetDefaultBackend(vtkTextRenderer::FreeType);
    window->SetOffScreenRendering(1);
    window->SetMultiSamples(0);
    window->AddRenderer(renderer);
    renderer->SetBackground(1, 1, 1);
    actor->GetScene()->AddItem(item);
    renderer->AddActor(actor);
    actor->GetScene()->SetRenderer(renderer);
  }

  RgbImage draw(const figures::Sheet& sheet, int dotsPerInch) {
    const double pixelsPerPoint = dotsPerInch / 72.0;
    const int width = static_cast<int>(std::lround(sheet.width * pixelsPerPoint));
    const int height = static_cast<int>(std::ceil(sheet.height * pixelsPerPoint));
    const int side = std::max(width, height);
    if (side > largestCanvas)
      throw InputError({}, "would be " + std::to_string(width) + " x " + std::to_string(height) + " pixels",
                       "ask for a smaller width or resolution");
    const int factor = std::clamp(largestCanvas / side, 1, smoothing);
    item->set(&sheet, dotsPerInch * factor, height * factor);
    window->SetDPI(dotsPerInch * factor);
    window->SetSize(width * factor, height * factor);
    window->Render();
    window->GetPixelData(0, 0, width * factor - 1, height * factor - 1, /*front=*/0, pixels);
    item->set(nullptr, 72, 0);
    if (pixels->GetNumberOfValues() != static_cast<vtkIdType>(width) * height * factor * factor * 3)
      throw std::runtime_error("the off-screen window gave no picture");
    return drawing::averagedDown(pixels->GetPointer(0), width, height, factor);
  }

  vtkNew<vtkRenderWindow> window;
  vtkNew<vtkRenderer> renderer;
  vtkNew<vtkContextActor> actor;
  vtkNew<SheetItem> item;
  vtkNew<vtkUnsignedCharArray> pixels;
};

FigurePainter::FigurePainter()
    : impl_(std::make_unique<Impl>()) {}
FigurePainter::~FigurePainter() = default;

RgbImage FigurePainter::picture(const Figure& figure, const FigureFormat& format, FigurePlacement* placement) {
  return impl_->draw(laidOut(figure, format, placement).sheet, format.dotsPerInch);
}

std::string FigurePainter::png(const Figure& figure, const FigureFormat& format) {
  return withResolution(encodePng(picture(figure, format)), format.dotsPerInch);
}

} // namespace hipcuff
