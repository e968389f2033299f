#include "overlay_art.h"

#include "random.h"
#include "screen_art.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace hipcuff::phantom {
namespace {

using Colour = std::array<std::uint8_t, 3>;

void set(RgbImage& screen, int x, int y, const Colour& colour) {
  if (x >= 0 && y >= 0 && x < screen.width && y < screen.height)
    for (int c = 0; c < 3; ++c)
      screen.at(x, y, c) = colour[static_cast<std::size_t>(c)];
}

/// Red towards the probe, blue away from it, brighter where faster. @param speed -1..1
Colour flowColour(double speed) {
  const double v = std::abs(speed);
  const auto full = static_cast<std::uint8_t>(110 + 145 * v);
  const auto tint = static_cast<std::uint8_t>(200 * v * v);
  return speed > 0 ? Colour{full, tint, 0} : Colour{0, tint, full};
}

} // namespace

PixelBox tendonBox(const Truth& t) {
  const PixelBox& region = t.regionPx;
  PixelBox box{region.x1, region.y1, region.x0, region.y0};
  for (int y = region.y0; y <= region.y1; ++y)
    for (int x = region.x0; x <= region.x1; ++x)
      if (t.labels.at(x, y) != 0)
        box = {std::min(box.x0, x), std::min(box.y0, y), std::max(box.x1, x), std::max(box.y1, y)};
  if (box.empty())
    return {region.x0 + region.width() / 3, region.y0 + region.height() / 3, region.x1 - region.width() / 3,
            region.y1 - region.height() / 2};
  return box;
}

void drawTextOver(GreyImage& screen, const HipRecipe& r, const PixelBox& over) {
  Rng rng(mix(r.seed, 2201));
  const int scale = r.screen.rows >= 900 ? 3 : 2;
  const auto ink = static_cast<std::uint8_t>(rng.uniform(190, 255));
  constexpr std::array<const char*, 6> words = {"GLUTEUS MEDIUS TENDON",         "FREEZE 14:32:07 GREATER TROCH",
                                                "LT HIP LATERAL LAX PAIN HERE",  "TEAR DIST A 0.47 CM  B 0.52 CM",
                                                "HIP LATERAL - GLUT MED INSERT", "D1 4.6 MM   D2 5.1 MM   D3 4.8"};
  // As many lines as it takes to lie over all of the tendon.
  const int line = 9 * scale;
  const int lines = std::max(2, over.height() / line + 1);
  const int top = (over.y0 + over.y1) / 2 - lines * line / 2;
  int word = rng.below(6);
  for (int i = 0; i < lines; ++i, ++word) {
    std::string text = words[static_cast<std::size_t>(word % 6)];
    while (static_cast<int>(text.size()) * 6 * scale < over.width())
      text += std::string("  ") + words[static_cast<std::size_t>((word + 2) % 6)];
    text.resize(std::min(text.size(), static_cast<std::size_t>(std::max(8, r.screen.region.width() / (6 * scale)))));
    const int width = static_cast<int>(text.size()) * 6 * scale;
    const int middle = (over.x0 + over.x1) / 2 - width / 2;
    const int left = std::clamp(middle, r.screen.region.x0, std::max(r.screen.region.x0, r.screen.region.x1 - width));
    drawText(screen, left, top + i * line, text, scale, ink);
  }
}

void drawColourBox(RgbImage& screen, const HipRecipe& r, int frame, const PixelBox& over) {
  Rng rng(mix(r.seed, 2202));
  const int scale = r.screen.rows >= 900 ? 2 : 1;
  const PixelBox& region = r.screen.region;
  const double mm = r.screen.mmPerPx;
  const int margin = static_cast<int>(rng.uniform(1.5, 5) / mm);
  const PixelBox box =
      intersection({over.x0 - margin, over.y0 - margin, over.x1 + margin, over.y1 + static_cast<int>(2 / mm)}, region);
  constexpr std::array<Colour, 3> inks = {{{60, 230, 60}, {235, 235, 235}, {240, 210, 40}}};
  const Colour ink = inks[static_cast<std::size_t>(rng.below(3))];
  const double threshold = rng.uniform(0.35, 0.62); // the higher, the less flow shows
  const std::uint64_t flow = mix(mix(r.seed, 2203), static_cast<std::uint64_t>(frame));
  for (int y = box.y0; y <= box.y1; ++y)
    for (int x = box.x0; x <= box.x1; ++x) {
      if (x < box.x0 + scale || x > box.x1 - scale || y < box.y0 + scale || y > box.y1 - scale) {
        set(screen, x, y, ink);
        continue;
      }
      const double v =
          0.7 * noise2(mix(r.seed, 2204), x * mm / 3.0, y * mm / 1.6) + 0.5 * noise2(flow, x * mm / 0.9, y * mm / 0.6);
      if (std::abs(v) > threshold)
        set(screen, x, y, flowColour(std::clamp(1.6 * v, -1.0, 1.0)));
    }
  // Colour bar.
  const int barX = std::max(2, region.x0 - 14 * scale);
  const int height = region.height() / 4;
  for (int i = 0; i < height; ++i)
    for (int x = 0; x < 8 * scale; ++x)
      set(screen, barX + x, region.y0 + i, flowColour(1.0 - 2.0 * i / (height - 1)));
}

} // namespace hipcuff::phantom
