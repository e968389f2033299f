#include "overlay.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

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

/// Of one row: 1 where a step down to both sides is near, across the row's direction given by `stride`. A line has one;
/// few pixels have, and a pass without branches finds them many at a time.
void nearSteps(const std::uint8_t* __restrict row, std::ptrdiff_t stride, int count, std::uint8_t* __restrict out) {
  using Byte = std::uint8_t;
  const auto least = [](Byte a, Byte b) -> Byte { return a < b ? a : b; };
  for (int x = 0; x < count; ++x) {
    const Byte* p = row + x;
    const Byte before = least(least(p[-stride], p[-2 * stride]), least(p[-3 * stride], p[-4 * stride]));
    const Byte behind = least(least(p[stride], p[2 * stride]), least(p[3 * stride], p[4 * stride]));
    const Byte most = before > behind ? before : behind;
    const Byte base = p[0] > step ? static_cast<Byte>(p[0] - step) : Byte{0};
    out[x] = (base >= most) & (p[0] >= step) ? 1 : 0;
  }
}
static_assert(thickest == 4);

bool none(const std::uint8_t* eight) {
  std::uint64_t all = 0;
  std::memcpy(&all, eight, sizeof all);
  return all == 0;
}

struct Group {
  PixelBox box;
  int upright = 0;
  int level = 0;
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
  // Runs of constant grey along a line: upright ones are kept a column, level ones a row. What is long enough is core.
  Mask core; // 1 upright, 2 level; made when the first run is found
  std::vector<int> found;
  const auto keep = [&](int x, int y, std::uint8_t kind) {
    if (core.empty())
      core = Mask(w, h);
    if (core.at(x, y) == 0)
      found.push_back(y * w + x);
    core.at(x, y) = static_cast<std::uint8_t>(core.at(x, y) | kind);
  };
  const PixelBox inner = intersection(box, {thickest, thickest, grey.width - 1 - thickest, grey.height - 1 - thickest});
  std::vector<int> upright(static_cast<std::size_t>(w), 0);
  std::vector<std::uint8_t> across(static_cast<std::size_t>(grey.width), 0);
  std::vector<std::uint8_t> down(static_cast<std::size_t>(grey.width), 0);
  for (int y = inner.y0; y <= inner.y1; ++y) {
    const std::uint8_t* row = grey.row(y);
    nearSteps(row + inner.x0, 1, inner.width(), across.data() + inner.x0);
    nearSteps(row + inner.x0, grey.width, inner.width(), down.data() + inner.x0);
    const int j = y - box.y0;
    for (int i = 0; i < inner.width(); ++i)
      upright[static_cast<std::size_t>(i + inner.x0 - box.x0)] *= across[static_cast<std::size_t>(i + inner.x0)];
    int level = 0;
    for (int x = inner.x0; x <= inner.x1; ++x) {
      const auto at = static_cast<std::size_t>(x);
      if ((across[at] | down[at]) == 0) {
        level = 0;
        // Few pixels are on a line: eight others are passed at once.
        for (; x + 8 <= inner.x1 && none(across.data() + x + 1) && none(down.data() + x + 1);)
          x += 8;
        continue;
      }
      const int i = x - box.x0;
      int& run = upright[static_cast<std::size_t>(i)];
      if (across[at] == 0 || !onLine(row + x, 1))
        run = 0;
      else if (run > 0 && std::abs(row[x] - row[x - grey.width]) <= along)
        ++run;
      else
        run = 1;
      if (run == uprightRun)
        for (int k = 1; k < run; ++k)
          keep(i, j - k, 1);
      if (run >= uprightRun)
        keep(i, j, 1);
      if (down[at] == 0 || !onLine(row + x, grey.width))
        level = 0;
      else if (level > 0 && std::abs(row[x] - row[x - 1]) <= along)
        ++level;
      else
        level = 1;
      if (level == levelRun)
        for (int k = 1; k < level; ++k)
          keep(i - k, j, 2);
      if (level >= levelRun)
        keep(i, j, 2);
    }
  }
  if (found.empty())
    return out;
  // Group what is near each other; a word or a mark has strokes both ways, a ruler is one long one.
  Mask todo = core;
  for (const int start : found) {
    const int x = start % w;
    const int y = start / w;
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
      for (int v = std::max(0, py - joinedGap / 2); v <= std::min(h - 1, py + joinedGap / 2); ++v)
        for (int u = std::max(0, px - joinedGap); u <= std::min(w - 1, px + joinedGap); ++u)
          if (todo.at(u, v) != 0) {
            todo.at(u, v) = 0;
            g.pixels.push_back(v * w + u);
          }
    }
    const bool word = g.upright >= 6 && g.level >= 6;
    // Straight on one column or row; a cortex that is thin and saturated bends.
    const bool ruled = (g.box.width() <= thickest && g.upright >= 16) ||
                       (g.box.height() <= thickest && g.level >= 40) || (g.upright >= 40 && g.level >= 40);
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
