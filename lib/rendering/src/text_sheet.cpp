#include "text_sheet.h"

#include "text_painting.h"

#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkStdString.h>
#include <vtkTextProperty.h>
#include <vtkTextRenderer.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace hipcuff::drawing {
namespace {

constexpr std::size_t mostKept = 600;

std::uint32_t packed(Colour c) {
  return std::uint32_t{c.r} << 24 | std::uint32_t{c.g} << 16 | std::uint32_t{c.b} << 8 | c.a;
}

/// How much of the edge's black a pixel gets from the letters around it.
std::vector<float> edgeOf(const std::vector<float>& letters, int width, int height, double radius) {
  const int reach = static_cast<int>(std::ceil(radius + 0.5));
  std::vector<float> edge(letters.size(), 0.0F);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float a = letters[static_cast<std::size_t>(y) * width + x];
      if (a <= 0)
        continue;
      for (int dy = -reach; dy <= reach; ++dy)
        for (int dx = -reach; dx <= reach; ++dx) {
          const int u = x + dx;
          const int v = y + dy;
          if (u < 0 || v < 0 || u >= width || v >= height)
            continue;
          const double away = std::hypot(dx, dy);
          const float share = a * static_cast<float>(std::clamp(radius + 0.5 - away, 0.0, 1.0));
          float& e = edge[static_cast<std::size_t>(v) * width + u];
          e = std::max(e, share);
        }
    }
  return edge;
}

} // namespace

double TextPainter::width(const std::string& words, double size) {
  const std::pair key{words, static_cast<int>(size + 0.5)};
  const auto found = widths_.find(key);
  if (found != widths_.end())
    return found->second;
  if (widths_.size() > mostKept)
    widths_.clear();
  return widths_[key] = textWidth(words, size, 1);
}

const TextImage& TextPainter::image(const Text& text) {
  const std::tuple key{text.words, static_cast<int>(text.size + 0.5), packed(text.colour),
                       text.haloed ? packed(text.halo) : 0U};
  if (const auto found = images_.find(key); found != images_.end())
    return found->second;
  if (images_.size() > mostKept)
    images_.clear();
  TextImage& out = images_[key];
  vtkNew<vtkTextProperty> property;
  Colour solid = text.colour;
  solid.a = 255;
  setText(property, text.size, solid);
  vtkNew<vtkImageData> drawn;
  std::array<int, 2> dims{};
  vtkTextRenderer* renderer = vtkTextRenderer::GetInstance();
  renderer->SetScaleToPowerOfTwo(false);
  const std::string words = plain(text.words);
  if (words.empty() || !renderer->RenderString(property, words, drawn, dims.data(), 72, vtkTextRenderer::FreeType))
    return out;
  const int* size = drawn->GetDimensions();
  const int* extent = drawn->GetExtent(); // it begins at the text's own origin
  const int w = std::min(dims[0], size[0]);
  const int h = std::min(dims[1], size[1]);
  const double radius = text.haloed ? std::max(1.2, text.size / 11) : 0;
  const int pad = text.haloed ? static_cast<int>(std::ceil(radius)) + 1 : 0;
  out.width = w + 2 * pad;
  out.height = h + 2 * pad;
  out.left = -pad;
  out.top = -out.height / 2;
  std::vector<float> letters(static_cast<std::size_t>(out.width) * out.height, 0.0F);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const auto* pixel =
          static_cast<const unsigned char*>(drawn->GetScalarPointer(extent[0] + x, extent[2] + h - 1 - y, 0));
      letters[static_cast<std::size_t>(y + pad) * out.width + x + pad] = pixel[3] / 255.0F;
    }
  const std::vector<float> edge =
      text.haloed ? edgeOf(letters, out.width, out.height, radius) : std::vector<float>(letters.size(), 0.0F);
  out.rgba.resize(letters.size() * 4);
  const float opacity = text.colour.a / 255.0F;
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const float a = letters[i];
    const float whole = a + edge[i] * (1 - a);
    const float share = whole > 0 ? a / whole : 0;
    out.rgba[4 * i] = static_cast<std::uint8_t>(std::lround(text.colour.r * share + text.halo.r * (1 - share)));
    out.rgba[4 * i + 1] = static_cast<std::uint8_t>(std::lround(text.colour.g * share + text.halo.g * (1 - share)));
    out.rgba[4 * i + 2] = static_cast<std::uint8_t>(std::lround(text.colour.b * share + text.halo.b * (1 - share)));
    out.rgba[4 * i + 3] = static_cast<std::uint8_t>(std::lround(255 * whole * opacity));
  }
  return out;
}

} // namespace hipcuff::drawing
