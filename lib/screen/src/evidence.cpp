#include "evidence.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace hipcuff::screen {
namespace {

// Shares of a cell's pixels. Text on a flat background fills less; a grey bar or a header is flat in one direction.
constexpr double filledShare = 0.55;
constexpr double flatShare = 0.88;
constexpr int clearlyOff = 3; ///< grey steps from the background that compression doesn't make in a flat area
constexpr int faint = 8;      ///< grey steps from the background of a pane that shows nothing
constexpr int blockCells = 4; ///< side of the block that must be filled: 1/16 of the picture, no line of text
constexpr int regrowCells = 3;

using Cells = std::vector<std::uint8_t>;

struct Walker {
  const Evidence& e;
  template <typename Visit>
  void neighbours(int index, Visit&& visit) const {
    const int x = index % e.columns;
    const int y = index / e.columns;
    for (int dy = -1; dy <= 1; ++dy)
      for (int dx = -1; dx <= 1; ++dx)
        if ((dx != 0 || dy != 0) && x + dx >= 0 && y + dy >= 0 && x + dx < e.columns && y + dy < e.rows)
          visit(static_cast<int>(e.at(x + dx, y + dy)));
  }
};

/// Blocks of tissue, grown back into what touches them.
Cells coreOf(const Evidence& e) {
  Cells core(e.tissue.size(), 0);
  std::vector<int> integral(static_cast<std::size_t>((e.columns + 1) * (e.rows + 1)), 0);
  const auto sum = [&](int x, int y) -> int& { return integral[static_cast<std::size_t>(y * (e.columns + 1) + x)]; };
  for (int y = 0; y < e.rows; ++y)
    for (int x = 0; x < e.columns; ++x)
      sum(x + 1, y + 1) = sum(x, y + 1) + sum(x + 1, y) - sum(x, y) + e.tissue[e.at(x, y)];
  const int side = std::min({blockCells, e.columns, e.rows});
  for (int y = 0; y + side <= e.rows; ++y)
    for (int x = 0; x + side <= e.columns; ++x)
      if (sum(x + side, y + side) - sum(x, y + side) - sum(x + side, y) + sum(x, y) >= side * side - 1)
        for (int dy = 0; dy < side; ++dy)
          for (int dx = 0; dx < side; ++dx)
            core[e.at(x + dx, y + dy)] = 1;
  std::vector<std::pair<int, int>> queue; // cell, tissue steps from the core
  for (std::size_t i = 0; i < core.size(); ++i)
    if (core[i] != 0)
      queue.emplace_back(static_cast<int>(i), 0);
  const Walker walker{e};
  for (std::size_t head = 0; head < queue.size(); ++head) {
    const auto [index, steps] = queue[head];
    walker.neighbours(index, [&](int next) {
      const auto n = static_cast<std::size_t>(next);
      if (core[n] != 0)
        return;
      const bool byTissue = e.tissue[n] != 0 && steps < regrowCells;
      if (!byTissue && e.quiet[n] == 0)
        return;
      core[n] = 1;
      queue.emplace_back(next, e.quiet[n] != 0 ? steps : steps + 1);
    });
  }
  return core;
}

struct Component {
  int x0, y0, x1, y1;
  std::vector<int> cells;
};

std::vector<Component> componentsOf(const Evidence& e, const Cells& mask) {
  std::vector<Component> out;
  Cells todo = mask;
  const Walker walker{e};
  for (std::size_t i = 0; i < todo.size(); ++i) {
    if (todo[i] == 0)
      continue;
    todo[i] = 0;
    Component c{e.columns, e.rows, -1, -1, {static_cast<int>(i)}};
    for (std::size_t head = 0; head < c.cells.size(); ++head) {
      const int index = c.cells[head];
      c.x0 = std::min(c.x0, index % e.columns);
      c.x1 = std::max(c.x1, index % e.columns);
      c.y0 = std::min(c.y0, index / e.columns);
      c.y1 = std::max(c.y1, index / e.columns);
      walker.neighbours(index, [&](int next) {
        const auto n = static_cast<std::size_t>(next);
        if (todo[n] != 0) {
          todo[n] = 0;
          c.cells.push_back(next);
        }
      });
    }
    out.push_back(std::move(c));
  }
  return out;
}

bool stacked(const Component& a, const Component& b) {
  const int overlap = std::min(a.x1, b.x1) - std::max(a.x0, b.x0) + 1;
  const int narrower = std::min(a.x1 - a.x0, b.x1 - b.x0) + 1;
  return overlap * 10 >= narrower * 7;
}

/// The pixels that a cell is judged by. One short at the picture's end: neighbours to the right and below are read.
PixelBox cellPixels(const Evidence& e, const GreyImage& grey, int cx, int cy) {
  return {cx * e.cell, cy * e.cell, std::min((cx + 1) * e.cell, grey.width - 1) - 1,
          std::min((cy + 1) * e.cell, grey.height - 1) - 1};
}

void judgeNoise(Evidence& e) {
  const auto grainy = std::count(e.noise.begin(), e.noise.end(), 2); // with compression's noise
  const auto even = std::count(e.noise.begin(), e.noise.end(), 1) + grainy;
  e.lossy = grainy * 16 > even;
  e.off = e.lossy ? clearlyOff : 0;
  if (e.lossy)
    std::fill(e.quiet.begin(), e.quiet.end(), std::uint8_t{0});
}

void absorb(Component& a, Component& b) {
  a.x0 = std::min(a.x0, b.x0);
  a.x1 = std::max(a.x1, b.x1);
  a.y0 = std::min(a.y0, b.y0);
  a.y1 = std::max(a.y1, b.y1);
  a.cells.insert(a.cells.end(), b.cells.begin(), b.cells.end());
  b.cells.clear();
}

} // namespace

Backdrop backdropOf(const GreyImage& grey) {
  std::array<int, 256> flat{};
  std::array<int, 256> all{};
  int total = 0;
  for (int y = 0; y + 1 < grey.height; y += 3) {
    const std::uint8_t* row = grey.row(y);
    const std::uint8_t* below = grey.row(y + 1);
    for (int x = 0; x + 1 < grey.width; ++x) {
      ++all[row[x]];
      flat[row[x]] += static_cast<int>(row[x] == row[x + 1] && row[x] == below[x]);
    }
    total += grey.width;
  }
  Backdrop out;
  const auto mode = std::max_element(flat.begin(), flat.end());
  if (*mode * 50 < total)
    return out; // nothing behind the tissue shows
  out.background = static_cast<int>(mode - flat.begin());
  for (int v = 0; v < 256; ++v) {
    const auto i = static_cast<std::size_t>(v);
    out.panel[i] = std::abs(v - out.background) > faint && flat[i] * 125 > total && flat[i] * 10 > all[i] * 6;
  }
  return out;
}

Evidence gatherEvidence(const GreyImage& grey, const Backdrop& backdrop, const PixelBox& within) {
  Evidence e;
  e.backdrop = backdrop;
  const int background = backdrop.background;
  std::array<std::uint8_t, 256> distance{}; // from the background; panels are background too
  for (int v = 0; v < 256; ++v)
    distance[static_cast<std::size_t>(v)] =
        static_cast<std::uint8_t>(background < 0                                ? 255
                                  : backdrop.panel[static_cast<std::size_t>(v)] ? 0
                                                                                : std::abs(v - background));
  e.cell = std::clamp(std::min(grey.width, grey.height) / 64, 3, 12);
  e.columns = std::max(1, grey.width / e.cell);
  e.rows = std::max(1, grey.height / e.cell);
  const auto count = static_cast<std::size_t>(e.columns) * static_cast<std::size_t>(e.rows);
  e.tissue.assign(count, 0);
  e.quiet.assign(count, 0);
  e.content.assign(count, 0);
  e.noise.assign(count, 0);
  const int stride = e.cell >= 6 ? 2 : 1; // rows: enough of them to judge a cell by
  for (int cy = 0; cy < e.rows; ++cy)
    for (int cx = 0; cx < e.columns; ++cx) {
      const PixelBox cell = cellPixels(e, grey, cx, cy);
      const int x0 = cell.x0;
      const int y0 = cell.y0;
      const int x1 = cell.x1 + 1;
      const int y1 = cell.y1 + 1;
      if (x0 < within.x0 || y0 < within.y0 || x1 - 1 > within.x1 || y1 - 1 > within.y1)
        continue;
      int off = 0;
      int clear = 0;
      int loud = 0;
      int sameRight = 0;
      int sameBelow = 0;
      for (int y = y0; y < y1; y += stride) {
        const std::uint8_t* row = grey.row(y);
        const std::uint8_t* below = grey.row(y + 1);
        for (int x = x0; x < x1; ++x) {
          const int away = distance[row[x]];
          off += static_cast<int>(away > 0);
          clear += static_cast<int>(away > clearlyOff);
          loud += static_cast<int>(away > faint);
          sameRight += static_cast<int>(row[x] == row[x + 1]);
          sameBelow += static_cast<int>(row[x] == below[x]);
        }
      }
      const int pixels = (x1 - x0) * ((y1 - y0 + stride - 1) / stride);
      if (pixels <= 0)
        continue;
      const std::size_t i = e.at(cx, cy);
      const double flatLimit = flatShare * pixels;
      e.content[i] = static_cast<std::uint8_t>(clear > 0);
      e.tissue[i] =
          static_cast<std::uint8_t>(clear >= filledShare * pixels && sameRight <= flatLimit && sameBelow <= flatLimit);
      // Only on black: a grey screen has panels of its own in almost the same grey.
      e.quiet[i] = static_cast<std::uint8_t>(background <= faint && off >= 0.9 * pixels && loud == 0);
      if (clear == 0)
        e.noise[i] = off > 0.05 * pixels && off < 0.9 * pixels ? 2 : 1;
    }
  e.hushed = e.quiet;
  judgeNoise(e);
  return e;
}

Evidence evidenceWithin(const Evidence& whole, const GreyImage& grey, const PixelBox& within) {
  Evidence e = whole;
  e.quiet = e.hushed;
  for (int cy = 0; cy < e.rows; ++cy)
    for (int cx = 0; cx < e.columns; ++cx) {
      const PixelBox cell = cellPixels(e, grey, cx, cy);
      if (!(cell.x0 < within.x0 || cell.y0 < within.y0 || cell.x1 > within.x1 || cell.y1 > within.y1))
        continue;
      const std::size_t i = e.at(cx, cy);
      e.tissue[i] = e.quiet[i] = e.content[i] = e.noise[i] = e.hushed[i] = 0;
    }
  judgeNoise(e);
  return e;
}

std::vector<Patch> findPatches(const Evidence& e) {
  std::vector<Component> parts = componentsOf(e, coreOf(e));
  std::sort(parts.begin(), parts.end(),
            [](const Component& a, const Component& b) { return a.cells.size() > b.cells.size(); });
  for (std::size_t i = 0; i < parts.size(); ++i)
    for (std::size_t j = i + 1; j < parts.size(); ++j)
      if (!parts[i].cells.empty() && !parts[j].cells.empty() && stacked(parts[i], parts[j]))
        absorb(parts[i], parts[j]);
  std::size_t largest = 0;
  for (const Component& c : parts)
    largest = std::max(largest, c.cells.size());
  std::vector<Patch> out;
  for (const Component& c : parts) {
    // A body mark or a picture-in-picture is smaller than this.
    if (c.cells.empty() || c.cells.size() * 8 < largest || c.cells.size() * 100 < e.tissue.size())
      continue;
    Patch patch;
    patch.cells = static_cast<int>(c.cells.size());
    patch.box = {c.x0 * e.cell, c.y0 * e.cell, (c.x1 + 1) * e.cell - 1, (c.y1 + 1) * e.cell - 1};
    patch.cover.assign(e.tissue.size(), 0);
    const Walker walker{e};
    for (const int cell : c.cells) {
      patch.cover[static_cast<std::size_t>(cell)] = 1;
      walker.neighbours(cell, [&](int next) { patch.cover[static_cast<std::size_t>(next)] = 1; });
    }
    out.push_back(std::move(patch));
  }
  std::sort(out.begin(), out.end(), [](const Patch& a, const Patch& b) { return a.cells > b.cells; });
  return out;
}

std::vector<PixelBox> contentOutside(const Evidence& e, const std::vector<PixelBox>& panes, int width, int height) {
  Cells mask = e.content;
  for (const PixelBox& pane : panes)
    for (int cy = 0; cy < e.rows; ++cy)
      for (int cx = 0; cx < e.columns; ++cx)
        // Every cell that the pane touches: its blurred edge is no text.
        if (!intersection(pane, {cx * e.cell - 1, cy * e.cell - 1, (cx + 1) * e.cell, (cy + 1) * e.cell}).empty())
          mask[e.at(cx, cy)] = 0;
  // Letters of one line belong together: close gaps of one cell to the right.
  Cells joined = mask;
  for (int cy = 0; cy < e.rows; ++cy)
    for (int cx = 1; cx + 1 < e.columns; ++cx)
      if (mask[e.at(cx - 1, cy)] != 0 && mask[e.at(cx + 1, cy)] != 0)
        joined[e.at(cx, cy)] = 1;
  std::vector<PixelBox> out;
  for (const Component& c : componentsOf(e, joined))
    out.push_back({c.x0 * e.cell, c.y0 * e.cell, std::min(width, (c.x1 + 1) * e.cell) - 1,
                   std::min(height, (c.y1 + 1) * e.cell) - 1});
  return out;
}

} // namespace hipcuff::screen
