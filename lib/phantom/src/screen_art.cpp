#include "screen_art.h"

#include "random.h"
#include "scanner_processing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace hipcuff::phantom {
namespace {

struct Glyph {
  char code;
  std::array<std::uint8_t, 7> rows; // 5 bits each, the highest on the left
};

constexpr Glyph glyphs[] = {
    {'A', {14, 17, 17, 31, 17, 17, 17}}, {'B', {30, 17, 17, 30, 17, 17, 30}}, {'C', {15, 16, 16, 16, 16, 16, 15}},
    {'D', {30, 17, 17, 17, 17, 17, 30}}, {'E', {31, 16, 16, 30, 16, 16, 31}}, {'F', {31, 16, 16, 30, 16, 16, 16}},
    {'G', {15, 16, 16, 19, 17, 17, 15}}, {'H', {17, 17, 17, 31, 17, 17, 17}}, {'I', {14, 4, 4, 4, 4, 4, 14}},
    {'J', {1, 1, 1, 1, 1, 17, 14}},      {'K', {17, 18, 20, 24, 20, 18, 17}}, {'L', {16, 16, 16, 16, 16, 16, 31}},
    {'M', {17, 27, 21, 21, 17, 17, 17}}, {'N', {17, 25, 21, 21, 19, 17, 17}}, {'O', {14, 17, 17, 17, 17, 17, 14}},
    {'P', {30, 17, 17, 30, 16, 16, 16}}, {'Q', {14, 17, 17, 17, 21, 18, 13}}, {'R', {30, 17, 17, 30, 20, 18, 17}},
    {'S', {15, 16, 16, 14, 1, 1, 30}},   {'T', {31, 4, 4, 4, 4, 4, 4}},       {'U', {17, 17, 17, 17, 17, 17, 14}},
    {'V', {17, 17, 17, 17, 17, 10, 4}},  {'W', {17, 17, 17, 21, 21, 27, 17}}, {'X', {17, 17, 10, 4, 10, 17, 17}},
    {'Y', {17, 17, 10, 4, 4, 4, 4}},     {'Z', {31, 1, 2, 4, 8, 16, 31}},     {'0', {14, 17, 19, 21, 25, 17, 14}},
    {'1', {4, 12, 4, 4, 4, 4, 14}},      {'2', {14, 17, 1, 6, 8, 16, 31}},    {'3', {30, 1, 1, 14, 1, 1, 30}},
    {'4', {2, 6, 10, 18, 31, 2, 2}},     {'5', {31, 16, 30, 1, 1, 17, 14}},   {'6', {14, 16, 16, 30, 17, 17, 14}},
    {'7', {31, 1, 2, 4, 4, 8, 8}},       {'8', {14, 17, 17, 14, 17, 17, 14}}, {'9', {14, 17, 17, 15, 1, 1, 14}},
    {'.', {0, 0, 0, 0, 0, 12, 12}},      {':', {0, 12, 12, 0, 12, 12, 0}},    {'/', {1, 1, 2, 4, 8, 16, 16}},
    {'-', {0, 0, 0, 14, 0, 0, 0}},       {'%', {25, 25, 2, 4, 8, 19, 19}},
};

void block(GreyImage& screen, int x0, int y0, int width, int height, std::uint8_t grey) {
  for (int y = std::max(0, y0); y < std::min(screen.height, y0 + height); ++y)
    for (int x = std::max(0, x0); x < std::min(screen.width, x0 + width); ++x)
      screen.at(x, y) = grey;
}

std::string number(const char* format, double value) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

} // namespace

void drawText(GreyImage& screen, int x, int y, const std::string& text, int scale, std::uint8_t grey) {
  for (const char c : text) {
    const auto* glyph = std::find_if(std::begin(glyphs), std::end(glyphs), [&](const Glyph& g) { return g.code == c; });
    if (glyph != std::end(glyphs))
      for (int row = 0; row < 7; ++row)
        for (int column = 0; column < 5; ++column)
          if ((glyph->rows[static_cast<std::size_t>(row)] >> (4 - column)) & 1)
            block(screen, x + column * scale, y + row * scale, scale, scale, grey);
    x += 6 * scale;
  }
}

void drawScreen(GreyImage& screen, const HipRecipe& r, int frame) {
  const PixelBox& box = r.screen.region;
  const int scale = r.screen.rows >= 900 ? 2 : 1;
  const int line = 10 * scale;
  Rng rng(mix(r.seed, 2001));
  const auto ink = static_cast<std::uint8_t>(rng.uniform(150, 240));

  drawText(screen, 8 * scale, 6 * scale, "HIPCUFF SIM", 2 * scale, ink);
  const std::string side = r.side == Side::left ? "LT" : "RT";
  drawText(screen, screen.width - 150 * scale, 6 * scale, "NOT A PATIENT", scale, ink);
  drawText(screen, screen.width - 150 * scale, 6 * scale + line, "MSK HIP " + side, scale, ink);
  const std::array<std::string, 5> settings = {
      number("FR %.0f", r.frameRateHz), number("F %.1f MHZ", r.probe.frequencyMHz),
      number("D %.1f CM", r.probe.depthMm / 10), number("G %.0f", 50 + 2 * r.processing.gainDb),
      number("DR %.0f", r.processing.dynamicRangeDb)};
  const bool roomLeft = box.x0 > 80 * scale;
  for (std::size_t i = 0; i < settings.size(); ++i)
    if (roomLeft)
      drawText(screen, 6 * scale, box.y0 + 60 * scale + static_cast<int>(i) * line, settings[i], scale, ink);
    else
      drawText(screen, 8 * scale + static_cast<int>(i) * 72 * scale, screen.height - 12 * scale, settings[i], scale,
               ink);

  // Grey bar.
  const int barX = roomLeft ? 10 * scale : box.x1 + 34 * scale;
  const int barHeight = box.height() / 3;
  const int barY = roomLeft ? box.y0 + 130 * scale : box.y0 + 10;
  for (int i = 0; i < barHeight; ++i)
    block(screen, barX, barY + i, 10 * scale, 1, greyMap(r.processing, 1.0 - static_cast<double>(i) / (barHeight - 1)));

  // Depth ruler: a tick every 5 mm, a longer one every 10.
  const int rulerX = box.x1 + 6 * scale;
  for (int k = 0; k * 5.0 <= r.probe.depthMm; ++k) {
    const int y = box.y0 + static_cast<int>(std::lround(k * 5.0 / r.screen.mmPerPx));
    block(screen, rulerX, y, (k % 2 == 0 ? 8 : 4) * scale, 1, ink);
    if (k % 2 == 0 && k > 0)
      drawText(screen, rulerX + 11 * scale, y - 3 * scale, std::to_string(k / 2), scale, ink);
  }
  // Focus: a small wedge beside the ruler. Orientation marker: a dot beside the upper corner.
  const int focusY = box.y0 + static_cast<int>(std::lround(r.probe.focusMm / r.screen.mmPerPx));
  for (int i = 0; i < 5 * scale; ++i)
    block(screen, rulerX - 5 * scale + i, focusY - (5 * scale - i) / 2, 1, 5 * scale - i, ink);
  const int dot = 4 * scale;
  for (int y = -dot; y <= dot; ++y)
    for (int x = -dot; x <= dot; ++x)
      if (x * x + y * y <= dot * dot && y * y + (x + 1) * (x + 1) > 4)
        block(screen, box.x0 + dot + 2 + x, box.y0 - dot - 4 + y, 1, 1, ink);

  const std::string label = side + " GLUT MED " + (r.view == View::longAxis ? "LAX" : "SAX");
  if (r.screen.textInside)
    drawText(screen, box.x0 + box.width() / 2 - 50 * scale, box.y1 - 22 * scale, label, scale + 1, ink);
  else
    drawText(screen, box.x0 + 40 * scale, box.y0 - 14 * scale, label, scale, ink);
  if (r.frames > 1)
    drawText(screen, box.x1 - 70 * scale, box.y1 + 8 * scale,
             std::to_string(frame + 1) + "/" + std::to_string(r.frames), scale, ink);
}

} // namespace hipcuff::phantom
