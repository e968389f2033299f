#include "hipcuff/rendering/overlay_renderer.h"

#include "averaging.h"
#include "context_painting.h"
#include "drawing.h"
#include "hipcuff/core/error.h"
#include "overlay_layout.h"
#include "text_painting.h"

#include <vtkBrush.h>
#include <vtkContext2D.h>
#include <vtkContextActor.h>
#include <vtkContextItem.h>
#include <vtkContextScene.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>

#include <algorithm>
#include <stdexcept>

namespace hipcuff {
namespace {

/// Everything is drawn at twice the size and averaged down: smooth lines from any driver, and a zoomed pixel's average
/// is its exact value.
constexpr int oversampling = 2;

/// Paints a display list. Output y points down, VTK's up.
class DisplayListItem : public vtkContextItem {
public:
  static DisplayListItem* New();
  vtkTypeMacro(DisplayListItem, vtkContextItem)

      void set(const drawing::DisplayList* list, vtkImageData* picture) {
    list_ = list;
    picture_ = picture;
  }

  bool Paint(vtkContext2D* painter) override {
    if (list_ == nullptr)
      return true;
    drawing::paintBoxes(painter, *list_, list_->height, oversampling);
    painter->GetBrush()->SetColor(255, 255, 255, 255);
    const double bottom = list_->pictureTop + static_cast<double>(picture_->GetDimensions()[1]) / oversampling;
    painter->DrawImage(x(list_->pictureLeft), y(bottom), picture_);
    drawing::paintLines(painter, *list_, list_->height, oversampling);
    return true;
  }

private:
  [[nodiscard]] float x(double value) const { return static_cast<float>(value * oversampling); }
  [[nodiscard]] float y(double value) const { return static_cast<float>((list_->height - value) * oversampling); }

  const drawing::DisplayList* list_ = nullptr;
  vtkImageData* picture_ = nullptr;
};
vtkStandardNewMacro(DisplayListItem)

    /// The picture with every pixel repeated, rows from the bottom up as VTK wants them.
    vtkSmartPointer<vtkImageData> enlarged(const RgbImage& picture, int factor) {
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(picture.width * factor, picture.height * factor, 1);
  image->AllocateScalars(VTK_UNSIGNED_CHAR, 3);
  auto* to = static_cast<unsigned char*>(image->GetScalarPointer());
  for (int y = picture.height * factor - 1; y >= 0; --y) {
    const std::uint8_t* row = picture.row(y / factor);
    for (int x = 0; x < picture.width; ++x, row += 3)
      for (int k = 0; k < factor; ++k, to += 3)
        std::copy(row, row + 3, to);
  }
  return image;
}

} // namespace

class OverlayRenderer::Window {
public:
  Window() {
    window_->SetOffScreenRendering(1);
    window_->SetMultiSamples(0);
    window_->SetDPI(72); // a point is a pixel
    window_->AddRenderer(renderer_);
    renderer_->SetBackground(drawing::background.r / 255.0, drawing::background.g / 255.0,
                             drawing::background.b / 255.0);
    actor_->GetScene()->AddItem(item_);
    renderer_->AddActor(actor_);
    actor_->GetScene()->SetRenderer(renderer_);
  }

  RgbImage draw(const RgbImage& picture, const drawing::DisplayList& list) {
    const auto image = enlarged(picture, list.zoom * oversampling);
    item_->set(&list, image);
    window_->SetSize(list.width * oversampling, list.height * oversampling);
    window_->Render();
    vtkNew<vtkUnsignedCharArray> pixels;
    window_->GetPixelData(0, 0, list.width * oversampling - 1, list.height * oversampling - 1, /*front=*/0, pixels);
    if (pixels->GetNumberOfValues() !=
        static_cast<vtkIdType>(list.width) * list.height * oversampling * oversampling * 3)
      throw std::runtime_error("the off-screen window gave no picture");
    item_->set(nullptr, nullptr);
    return drawing::averagedDown(pixels->GetPointer(0), list.width, list.height, oversampling);
  }

private:
  vtkNew<vtkRenderWindow> window_;
  vtkNew<vtkRenderer> renderer_;
  vtkNew<vtkContextActor> actor_;
  vtkNew<DisplayListItem> item_;
};

OverlayRenderer::OverlayRenderer()
    : window_(std::make_unique<Window>()) {}
OverlayRenderer::~OverlayRenderer() = default;

RgbImage OverlayRenderer::render(const OverlayScene& scene, OverlayPlacement* placement) {
  const RgbImage& picture = scene.picture;
  if (picture.empty())
    throw InputError({}, "the picture is empty", "");
  if (std::max(picture.width, picture.height) > largestOverlaySide)
    throw InputError(
        {}, "the picture is too large to draw (more than " + std::to_string(largestOverlaySide) + " pixels a side)",
        "");
  const drawing::DisplayList list = drawing::layOut(
      scene, [](const std::string& words, double size) { return drawing::textWidth(words, size, oversampling); });
  if (placement != nullptr)
    *placement = {list.pictureLeft, list.pictureTop, list.zoom};
  return window_->draw(picture, list);
}

} // namespace hipcuff
