#include "overlay.h"

#include <algorithm>
#include <cstdlib>

namespace hipcuff::screen {
namespace {

constexpr int step = 70;      ///< grey steps between a line and both its sides
constexpr int plateau = 12;   ///< grey steps that a line varies across, up to the step
constexpr int along = 3;      ///< grey steps that a line varies along
constexpr int thickest = 4;   ///< px
constexpr int uprightRun = 4; ///< px of constant grey along a line
constexpr int levelRun = 5;
constexpr int joinedGap = 6; ///< px between the letters of a word

/// Whether the pixel lies on a line at most `thickest` wide, across `stride`.
bool onLine(const std::uint8_t* p, std::ptrdiff_t stride) {
  const int value = *p;
  const auto side = [&](std::ptrdiff_t d) { // px to the step; 0: none near, or a ramp
    for (int i = 1; i <= thickest; ++i) {
      const int drop = value - p[d * i];
      if (drop >= step)
        return i;
      if (std::abs(drop) > plateau)
        return 0;
    }
    return 0;
  };
  const int a = side(-stride);
  if (a == 0)
    return false;
  const int b = side(stride);
  return b != 0 && a + b - 1 <= thickest;
}

struct Group {
  PixelBox box;
  int upright = 0;
  int level = 0;
  int longestUpright = 0;
  int longestLevel = 0;
  std::vector<int> pixels;
};

} // namespace

void spread(const Mask& from, Mask& onto, int reach, std::uint8_t value) {
  for (int y = 0; y < from.height; ++y)
    for (int x = 0; x < from.width; ++x) {
      if (from.at(x, y) == 0)
        continue;
      for (int v = std::max(0, y - reach); v <= std::min(onto.height - 1, y + reach); ++v)
        std::fill(onto.row(v) + std::max(0, x - reach), onto.row(v) + std::min(onto.width - 1, x + reach) + 1, value);
    }
}

Graphics findGraphics(const GreyImage& grey, const PixelBox& box) {
  Graphics out;
  const int w = box.width();
  const int h = box.height();
  out.mask = Mask(w, h);
  if (w < 2 * thickest + 3 || h < 2 * thickest + 3)
    return out;
  // Length of the constant run that a pixel belongs to, per direction; 0: on no line.
  Raster<std::uint16_t, 1> upright(w, h);
  Raster<std::uint16_t, 1> level(w, h);
  const PixelBox inner = intersection(box, {thickest, thickest, grey.width - 1 - thickest, grey.height - 1 - thickest});
  for (int y = inner.y0; y <= inner.y1; ++y) {
    const std::uint8_t* row = grey.row(y);
    for (int x = inner.x0; x <= inner.x1; ++x) {
      if (row[x] < step + 10)
        continue;
      const int i = x - box.x0;
      const int j = y - box.y0;
      if (onLine(row + x, 1)) {
        const bool goesOn = j > 0 && upright.at(i, j - 1) > 0 && std::abs(row[x] - grey.at(x, y - 1)) <= along;
        upright.at(i, j) = static_cast<std::uint16_t>(goesOn ? upright.at(i, j - 1) + 1 : 1);
      }
      if (onLine(row + x, grey.width)) {
        const bool goesOn = i > 0 && level.at(i - 1, j) > 0 && std::abs(row[x] - row[x - 1]) <= along;
        level.at(i, j) = static_cast<std::uint16_t>(goesOn ? level.at(i - 1, j) + 1 : 1);
      }
    }
  }
  // Keep whole runs that are long enough.
  Mask core(w, h);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const int u = upright.at(x, y);
      if (u >= uprightRun && (y + 1 == h || upright.at(x, y + 1) != u + 1))
        for (int k = 0; k < u; ++k)
          core.at(x, y - k) = static_cast<std::uint8_t>(core.at(x, y - k) | 1);
      const int l = level.at(x, y);
      if (l >= levelRun && (x + 1 == w || level.at(x + 1, y) != l + 1))
        for (int k = 0; k < l; ++k)
          core.at(x - k, y) = static_cast<std::uint8_t>(core.at(x - k, y) | 2);
    }
  // Group what is near each other; a word or a mark has strokes both ways, a ruler is one long one.
  Mask todo = core;
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      if (todo.at(x, y) == 0)
        continue;
      Group g;
      g.box = {x, y, x, y};
      g.pixels.push_back(y * w + x);
      todo.at(x, y) = 0;
      for (std::size_t head = 0; head < g.pixels.size(); ++head) {
        const int px = g.pixels[head] % w;
        const int py = g.pixels[head] / w;
        g.box = {std::min(g.box.x0, px), std::min(g.box.y0, py), std::max(g.box.x1, px), std::max(g.box.y1, py)};
        g.upright += core.at(px, py) & 1;
        g.level += core.at(px, py) >> 1;
        g.longestUpright = std::max<int>(g.longestUpright, upright.at(px, py));
        g.longestLevel = std::max<int>(g.longestLevel, level.at(px, py));
        for (int v = std::max(0, py - joinedGap / 2); v <= std::min(h - 1, py + joinedGap / 2); ++v)
          for (int u = std::max(0, px - joinedGap); u <= std::min(w - 1, px + joinedGap); ++u)
            if (todo.at(u, v) != 0) {
              todo.at(u, v) = 0;
              g.pixels.push_back(v * w + u);
            }
      }
      const bool word = g.upright >= 6 && g.level >= 6;
      const bool ruled = g.longestUpright >= 16 || g.longestLevel >= 40;
      if (!word && !ruled)
        continue;
      out.boxes.push_back({box.x0 + g.box.x0, box.y0 + g.box.y0, box.x0 + g.box.x1, box.y0 + g.box.y1});
      const bool compact = g.box.height() <= 40 && g.box.width() <= 400 &&
                           static_cast<int>(g.pixels.size()) * 12 >= g.box.width() * g.box.height();
      if (compact) { // slanted strokes of the letters too
        for (int v = std::max(0, g.box.y0 - 2); v <= std::min(h - 1, g.box.y1 + 2); ++v)
          std::fill(out.mask.row(v) + std::max(0, g.box.x0 - 2), out.mask.row(v) + std::min(w - 1, g.box.x1 + 2) + 1,
                    std::uint8_t{255});
        continue;
      }
      for (const int p : g.pixels)
        for (int v = std::max(0, p / w - 2); v <= std::min(h - 1, p / w + 2); ++v)
          std::fill(out.mask.row(v) + std::max(0, p % w - 2), out.mask.row(v) + std::min(w - 1, p % w + 2) + 1,
                    std::uint8_t{255});
    }
  return out;
}

} // namespace hipcuff::screen
