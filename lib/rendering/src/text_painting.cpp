#include "text_painting.h"

#include <vtkNew.h>
#include <vtkStdString.h>
#include <vtkTextProperty.h>
#include <vtkTextRenderer.h>

#include <algorithm>
#include <array>
#include <filesystem>

namespace hipcuff::drawing {
namespace {

const std::string& fontFile() {
  static const std::string file = [] {
    const char* debian = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    std::error_code ignored;
    return std::filesystem::exists(debian, ignored) ? std::string(debian) : std::string();
  }();
  return file;
}

} // namespace

void setText(vtkTextProperty* property, double size, Colour colour) {
  if (fontFile().empty()) {
    property->SetFontFamilyToArial();
  } else {
    property->SetFontFamily(VTK_FONT_FILE);
    property->SetFontFile(fontFile().c_str());
  }
  property->SetFontSize(static_cast<int>(size + 0.5));
  property->SetColor(colour.r / 255.0, colour.g / 255.0, colour.b / 255.0);
  property->SetOpacity(colour.a / 255.0);
  property->SetJustificationToLeft();
  property->SetVerticalJustificationToCentered();
}

std::string plain(std::string words) {
  std::replace(words.begin(), words.end(), '$', ' ');
  std::replace(words.begin(), words.end(), '|', '/');
  return words;
}

double textWidth(const std::string& words, double size, int oversampling) {
  vtkNew<vtkTextProperty> property;
  setText(property, size * oversampling, white);
  std::array<int, 4> box{};
  vtkTextRenderer::GetInstance()->GetBoundingBox(property, plain(words), box.data(), 72, vtkTextRenderer::FreeType);
  return static_cast<double>(box[1] - box[0] + 1) / oversampling;
}

} // namespace hipcuff::drawing
