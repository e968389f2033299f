#include "text_strokes.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace hipcuff::deidentify {
namespace {

constexpr int longest = 56; ///< px of a letter's stroke

bool onStroke(const std::uint8_t* p, std::ptrdiff_t stride, const StrokeRule& rule) {
  const int value = *p;
  const auto side = [&](std::ptrdiff_t d) { // px to the step; 0: none near, or a ramp
    for (int i = 1; i <= widestStroke; ++i) {
      const int drop = value - p[d * i];
      if (drop >= rule.step)
        return i;
      // One pixel between the stroke and its surroundings may be a blend of both.
      if (std::abs(drop) > rule.plateau && (i == widestStroke || value - p[d * (i + 1)] < rule.step))
        return 0;
    }
    return 0;
  };
  const int a = side(-stride);
  if (a == 0)
    return false;
  const int b = side(stride);
  return b != 0 && a + b - 1 <= widestStroke;
}

/// Least of 8 pixels from each on, along `stride`; the last ones of the data are left as they are.
std::vector<std::uint8_t> leastOfEight(const GreyImage& plane, std::size_t stride) {
  std::vector<std::uint8_t> from = plane.data;
  std::vector<std::uint8_t> to = plane.data;
  for (std::size_t reach = stride; reach <= 4 * stride; reach *= 2) {
    const std::size_t count = from.size() - reach;
    const std::uint8_t* __restrict a = from.data();
    const std::uint8_t* __restrict b = from.data() + reach;
    std::uint8_t* __restrict out = to.data();
    for (std::size_t i = 0; i < count; ++i)
      out[i] = a[i] < b[i] ? a[i] : b[i];
    from.swap(to);
  }
  return from;
}

} // namespace

StrokeFinder::StrokeFinder(const GreyImage& plane, const Mask& area, int leastStep)
    : plane_(plane)
    , area_(area) {
  constexpr int margin = widestStroke + 1;
  if (plane.width <= 2 * margin || plane.height <= 2 * margin)
    return;
  const std::vector<std::uint8_t> leastRight = leastOfEight(plane, 1);
  const std::vector<std::uint8_t> leastBelow = leastOfEight(plane, static_cast<std::size_t>(plane.width));
  const int count = plane.width - 2 * margin;
  std::vector<std::uint8_t> near(static_cast<std::size_t>(count) + 8, 0);
  for (int y = margin; y < plane.height - margin; ++y) {
    const std::size_t first = plane.index(margin, y);
    const std::ptrdiff_t width = plane.width;
    const std::uint8_t* __restrict p = plane.data.data() + first;
    const std::uint8_t* __restrict in = area.data.data() + first;
    const std::uint8_t* __restrict right = leastRight.data() + first;
    const std::uint8_t* __restrict below = leastBelow.data() + first;
    std::uint8_t* __restrict to = near.data();
    const auto step = static_cast<std::uint8_t>(leastStep);
    // Few pixels have steps on both sides: a pass without branches finds them many at a time.
    for (int i = 0; i < count; ++i) {
      const std::uint8_t low = p[i] > step ? static_cast<std::uint8_t>(p[i] - step) : std::uint8_t{0};
      const std::uint8_t across = right[i + 1] > right[i - 8] ? right[i + 1] : right[i - 8];
      const std::uint8_t down = below[i + width] > below[i - 8 * width] ? below[i + width] : below[i - 8 * width];
      const std::uint8_t kind = static_cast<std::uint8_t>((low >= across ? 1 : 0) | (low >= down ? 2 : 0));
      to[i] = static_cast<std::uint8_t>(kind & (p[i] >= step ? 3 : 0) & in[i]);
    }
    for (int i = 0; i < count; ++i) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, to + i, sizeof eight);
      if (eight == 0) {
        i += 7;
        continue;
      }
      if (to[i] != 0)
        candidates_.push_back({margin + i, y, (to[i] & 1) != 0, (to[i] & 2) != 0});
    }
  }
}

Strokes StrokeFinder::find(const StrokeRule& rule) const {
  Strokes out;
  out.kind = Mask(plane_.width, plane_.height);
  const std::ptrdiff_t w = plane_.width;
  struct Run {
    int last = -2;
    int length = 0;
  };
  std::vector<Run> upright(static_cast<std::size_t>(w)); // of each column
  Run level;
  int levelRow = -1;
  const auto grow = [&](Run& run, int at, bool even) {
    run.length = run.last == at - 1 && even ? run.length + 1 : 1;
    run.last = at;
    return run.length < rule.run ? 0 : run.length == rule.run ? run.length : 1; // pixels that become strokes
  };
  const auto mark = [&](std::ptrdiff_t index, std::uint8_t kind) {
    std::uint8_t& value = out.kind.data[static_cast<std::size_t>(index)];
    if (value == 0)
      out.found.push_back(static_cast<int>(index));
    value = static_cast<std::uint8_t>(value | kind);
  };
  for (const Candidate& c : candidates_) {
    const std::ptrdiff_t index = c.y * w + c.x;
    const std::uint8_t* p = plane_.data.data() + index;
    if (c.across && onStroke(p, 1, rule))
      for (int k = grow(upright[static_cast<std::size_t>(c.x)], c.y, std::abs(*p - p[-w]) <= rule.along); k > 0; --k)
        mark(index - (k - 1) * w, 1);
    if (!c.down || !onStroke(p, w, rule))
      continue;
    if (levelRow != c.y)
      level = {};
    levelRow = c.y;
    for (int k = grow(level, c.x, std::abs(*p - p[-1]) <= rule.along); k > 0; --k)
      mark(index - (k - 1), 2);
  }
  std::sort(out.found.begin(), out.found.end());
  return out;
}

namespace {

/// A caliper's cross: one upright and one level stroke that halve each other.
bool isCross(const PixelBox& all, const PixelBox& upright, const PixelBox& level) {
  const int w = all.width();
  const int h = all.height();
  if (upright.empty() || level.empty() || w < 7 || h < 7 || w > 32 || h > 32 || 4 * std::abs(w - h) > w + h)
    return false;
  const auto central = [](int from, int to, int first, int last) {
    const int third = (last - first + 1) / 3;
    return from >= first + third && to <= last - third;
  };
  return central(upright.x0, upright.x1, all.x0, all.x1) && central(level.y0, level.y1, all.y0, all.y1);
}

bool isLine(const PixelBox& box) {
  return (box.width() > longest && box.height() <= 8) || box.height() > longest;
}

void include(PixelBox& box, int x, int y) {
  box = box.empty() ? PixelBox{x, y, x, y}
                    : PixelBox{std::min(box.x0, x), std::min(box.y0, y), std::max(box.x1, x), std::max(box.y1, y)};
}

} // namespace

void dropMarks(Strokes& strokes) {
  const int w = strokes.kind.width;
  Mask todo = strokes.kind;
  std::vector<int> queue;
  for (const int start : strokes.found) {
    if (todo.data[static_cast<std::size_t>(start)] == 0)
      continue;
    todo.data[static_cast<std::size_t>(start)] = 0;
    queue.assign(1, start);
    PixelBox box;
    PixelBox upright;
    PixelBox level;
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const int x = queue[head] % w;
      const int y = queue[head] / w;
      include(box, x, y);
      if ((strokes.kind.at(x, y) & 1) != 0)
        include(upright, x, y);
      if ((strokes.kind.at(x, y) & 2) != 0)
        include(level, x, y);
      for (int v = std::max(0, y - 2); v <= std::min(todo.height - 1, y + 2); ++v)
        for (int u = std::max(0, x - 2); u <= std::min(w - 1, x + 2); ++u)
          if (todo.at(u, v) != 0) {
            todo.at(u, v) = 0;
            queue.push_back(v * w + u);
          }
    }
    if (isLine(box) || isCross(box, upright, level))
      for (const int pixel : queue)
        strokes.kind.data[static_cast<std::size_t>(pixel)] = 0;
  }
  strokes.found.erase(std::remove_if(strokes.found.begin(), strokes.found.end(),
                                     [&](int i) { return strokes.kind.data[static_cast<std::size_t>(i)] == 0; }),
                      strokes.found.end());
}

std::vector<StrokeGroup> groupStrokes(const Strokes& strokes, int across, int down) {
  std::vector<StrokeGroup> out;
  Mask todo = strokes.kind;
  std::vector<int> queue;
  const int w = todo.width;
  for (const int start : strokes.found) {
    if (todo.data[static_cast<std::size_t>(start)] == 0)
      continue;
    StrokeGroup g{{start % w, start / w, start % w, start / w}};
    const auto take = [&](int index) {
      std::uint8_t& kind = todo.data[static_cast<std::size_t>(index)];
      g.upright += kind & 1;
      g.level += kind >> 1 & 1;
      kind = 0;
      queue.push_back(index);
    };
    queue.clear();
    take(start);
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const int x = queue[head] % w;
      const int y = queue[head] / w;
      include(g.box, x, y);
      const int last = std::min(w - 1, x + across);
      for (int v = std::max(0, y - down); v <= std::min(todo.height - 1, y + down); ++v)
        for (int u = std::max(0, x - across); u <= last; ++u) {
          std::uint64_t eight = 0; // mostly nothing: eight are passed at once
          if (u + 7 <= last && (std::memcpy(&eight, todo.row(v) + u, sizeof eight), eight == 0))
            u += 7;
          else if (todo.at(u, v) != 0)
            take(v * w + u);
        }
    }
    out.push_back(g);
  }
  return out;
}

} // namespace hipcuff::deidentify
