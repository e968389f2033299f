#include "overlay.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace hipcuff::screen {
namespace {

constexpr int bins = 16;           ///< of brightness
constexpr int mapColour = 60;      ///< largest distance from grey of a tinted grey map (sepia, blue, amber)
constexpr int deviation = 36;      ///< distance from the map's colour that is colour of its own
constexpr double filled = 0.3;     ///< share of a cell that Doppler fills
constexpr double sparsest = 0.08;  ///< share of the colour box that flow fills
constexpr double smallest = 0.004; ///< of the pane: less is a mark

struct Chroma {
  int cb;
  int cr;
};

/// Colour difference signals, -128..127, as (B - Y) and (R - Y) scaled.
Chroma chromaOf(const std::uint8_t* rgb, int luma) {
  return {(rgb[2] - luma) * 145 >> 8, (rgb[0] - luma) * 183 >> 8};
}

int median(const std::array<int, 256>& histogram, int count) {
  int sum = 0;
  for (int i = 0; i < 256; ++i) {
    sum += histogram[static_cast<std::size_t>(i)];
    if (2 * sum >= count)
      return i - 128;
  }
  return 0;
}

/// The colour that the grey map has at each brightness. Where that is too vivid for a map, it is Doppler: grey then.
std::array<Chroma, bins> greyMap(const RgbImage& picture, const GreyImage& grey, const PixelBox& box) {
  std::array<std::array<int, 256>, bins> cb{};
  std::array<std::array<int, 256>, bins> cr{};
  std::array<int, bins> count{};
  for (int y = box.y0; y <= box.y1; y += 2)
    for (int x = box.x0; x <= box.x1; x += 2) {
      const int luma = grey.at(x, y);
      const Chroma c = chromaOf(picture.row(y) + 3 * x, luma);
      const auto bin = static_cast<std::size_t>(luma * bins / 256);
      ++cb[bin][static_cast<std::size_t>(std::clamp(c.cb, -128, 127) + 128)];
      ++cr[bin][static_cast<std::size_t>(std::clamp(c.cr, -128, 127) + 128)];
      ++count[bin];
    }
  std::array<Chroma, bins> map{};
  for (std::size_t i = 0; i < bins; ++i)
    if (count[i] > 0) {
      const Chroma c{median(cb[i], count[i]), median(cr[i], count[i])};
      if (std::abs(c.cb) + std::abs(c.cr) <= mapColour)
        map[i] = c;
    }
  return map;
}

struct Island {
  PixelBox box; ///< cells
  int cells = 0;
};

/// Connected cells, gaps of one cell bridged.
std::vector<Island> islandsOf(std::vector<std::uint8_t> full, int columns, int rows) {
  std::vector<Island> out;
  std::vector<int> queue;
  for (int start = 0; start < columns * rows; ++start) {
    if (full[static_cast<std::size_t>(start)] == 0)
      continue;
    Island island{{columns, rows, -1, -1}, 0};
    queue.assign(1, start);
    full[static_cast<std::size_t>(start)] = 0;
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const int x = queue[head] % columns;
      const int y = queue[head] / columns;
      ++island.cells;
      island.box = {std::min(island.box.x0, x), std::min(island.box.y0, y), std::max(island.box.x1, x),
                    std::max(island.box.y1, y)};
      for (int v = std::max(0, y - 2); v <= std::min(rows - 1, y + 2); ++v)
        for (int u = std::max(0, x - 2); u <= std::min(columns - 1, x + 2); ++u)
          if (const int next = v * columns + u; full[static_cast<std::size_t>(next)] != 0) {
            full[static_cast<std::size_t>(next)] = 0;
            queue.push_back(next);
          }
    }
    out.push_back(island);
  }
  return out;
}

} // namespace

Colour findColour(const RgbImage& picture, const GreyImage& grey, const PixelBox& box, int cell) {
  Colour out;
  const int w = box.width();
  const int h = box.height();
  // Most pictures are plain grey: look at every second pixel before doing more.
  int coloured = 0;
  for (int y = box.y0; y <= box.y1 && coloured < 4; y += 2) {
    const std::uint8_t* row = picture.row(y);
    for (int x = box.x0; x <= box.x1; x += 2) {
      const std::uint8_t* p = row + 3 * x;
      const auto [low, high] = std::minmax({p[0], p[1], p[2]});
      coloured += static_cast<int>(high - low > 24);
    }
  }
  if (coloured < 4)
    return out;
  const std::array<Chroma, bins> map = greyMap(picture, grey, box);
  Mask own(w, h);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const int luma = grey.at(box.x0 + x, box.y0 + y);
      const Chroma c = chromaOf(picture.row(box.y0 + y) + 3 * (box.x0 + x), luma);
      const Chroma m = map[static_cast<std::size_t>(luma * bins / 256)];
      own.at(x, y) = std::abs(c.cb - m.cb) + std::abs(c.cr - m.cr) > deviation ? 255 : 0;
    }
  const int columns = w / cell;
  const int rows = h / cell;
  std::vector<std::uint8_t> full(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows), 0);
  for (int cy = 0; cy < rows; ++cy)
    for (int cx = 0; cx < columns; ++cx) {
      int n = 0;
      for (int y = cy * cell; y < (cy + 1) * cell; ++y)
        for (int x = cx * cell; x < (cx + 1) * cell; ++x)
          n += static_cast<int>(own.at(x, y) != 0);
      full[static_cast<std::size_t>(cy * columns + cx)] = static_cast<std::uint8_t>(n >= filled * cell * cell);
    }
  // Flow comes in islands; a colour scale or a mark is a small one far off.
  std::vector<Island> islands = islandsOf(std::move(full), columns, rows);
  int largest = 0;
  for (const Island& island : islands)
    largest = std::max(largest, island.cells);
  Island all{{columns, rows, -1, -1}, 0};
  for (const Island& island : islands)
    if (island.cells * 6 >= largest) {
      all.cells += island.cells;
      all.box = {std::min(all.box.x0, island.box.x0), std::min(all.box.y0, island.box.y0),
                 std::max(all.box.x1, island.box.x1), std::max(all.box.y1, island.box.y1)};
    }
  PixelBox found{all.box.x0 * cell, all.box.y0 * cell, (all.box.x1 + 1) * cell - 1, (all.box.y1 + 1) * cell - 1};
  // Marks in two corners span a large box and fill nothing of it.
  const bool dense = all.cells >= sparsest * all.box.width() * all.box.height();
  if (all.cells >= 6 && all.cells >= smallest * columns * rows && dense) {
    // What is left of the last cells at the right and at the bottom.
    if (found.x1 >= columns * cell - 1)
      found.x1 = w - 1;
    if (found.y1 >= rows * cell - 1)
      found.y1 = h - 1;
    out.doppler = PixelBox{box.x0 + found.x0, box.y0 + found.y0, box.x0 + found.x1, box.y0 + found.y1};
    for (int y = found.y0; y <= found.y1; ++y)
      std::fill(own.row(y) + found.x0, own.row(y) + found.x1 + 1, std::uint8_t{0});
  }
  out.marks = std::move(own);
  return out;
}

} // namespace hipcuff::screen
