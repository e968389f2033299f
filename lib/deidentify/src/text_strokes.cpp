#include "text_strokes.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

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

Mask strokesOf(const GreyImage& plane, const StrokeRule& rule) {
  Mask out(plane.width, plane.height);
  constexpr int margin = widestStroke + 1;
  if (plane.width <= 2 * margin || plane.height <= 2 * margin)
    return out;
  const auto w = static_cast<std::size_t>(plane.width);
  const std::vector<std::uint8_t> leastRight = leastOfEight(plane, 1);
  const std::vector<std::uint8_t> leastBelow = leastOfEight(plane, w);
  std::vector<int> upright(w, 0);
  std::vector<std::uint8_t> near(w, 0);
  const int count = plane.width - 2 * margin;
  for (int y = margin; y < plane.height - margin; ++y) {
    int level = 0;
    const std::size_t first = plane.index(margin, y);
    {
      // Few pixels have steps on both sides: a pass without branches finds them many at a time.
      const std::uint8_t* __restrict p = plane.data.data() + first;
      const std::uint8_t* __restrict right = leastRight.data() + first;
      const std::uint8_t* __restrict below = leastBelow.data() + first;
      std::uint8_t* __restrict to = near.data() + margin;
      const auto step = static_cast<std::uint8_t>(rule.step);
      for (int i = 0; i < count; ++i) {
        const std::uint8_t low = p[i] > step ? static_cast<std::uint8_t>(p[i] - step) : std::uint8_t{0};
        const std::uint8_t across = right[i + 1] > right[i - 8] ? right[i + 1] : right[i - 8];
        const std::ptrdiff_t width = plane.width;
        const std::uint8_t down = below[i + width] > below[i - 8 * width] ? below[i + width] : below[i - 8 * width];
        to[i] = static_cast<std::uint8_t>((low >= across ? 1 : 0) | (low >= down ? 2 : 0)) & (p[i] >= step ? 3 : 0);
      }
    }
    for (int x = margin; x < plane.width - margin; ++x) {
      const std::uint8_t kind = near[static_cast<std::size_t>(x)];
      int& run = upright[static_cast<std::size_t>(x)];
      if (kind == 0) {
        run = 0;
        level = 0;
        continue;
      }
      const std::uint8_t* p = plane.data.data() + plane.index(x, y);
      const bool across = (kind & 1) != 0 && onStroke(p, 1, rule);
      const bool down = (kind & 2) != 0 && onStroke(p, plane.width, rule);
      run = !across ? 0 : run > 0 && std::abs(*p - p[-plane.width]) <= rule.along ? run + 1 : 1;
      level = !down ? 0 : level > 0 && std::abs(*p - p[-1]) <= rule.along ? level + 1 : 1;
      if (run >= rule.run)
        for (int k = run == rule.run ? run - 1 : 0; k >= 0; --k)
          out.at(x, y - k) = static_cast<std::uint8_t>(out.at(x, y - k) | 1);
      if (level >= rule.run)
        for (int k = level == rule.run ? level - 1 : 0; k >= 0; --k)
          out.at(x - k, y) = static_cast<std::uint8_t>(out.at(x - k, y) | 2);
    }
  }
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

void dropMarks(Mask& strokes) {
  const int w = strokes.width;
  Mask todo = strokes;
  std::vector<int> queue;
  for (int start = 0; start < w * strokes.height; ++start) {
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
      if ((strokes.at(x, y) & 1) != 0)
        include(upright, x, y);
      if ((strokes.at(x, y) & 2) != 0)
        include(level, x, y);
      for (int v = std::max(0, y - 2); v <= std::min(strokes.height - 1, y + 2); ++v)
        for (int u = std::max(0, x - 2); u <= std::min(w - 1, x + 2); ++u)
          if (todo.at(u, v) != 0) {
            todo.at(u, v) = 0;
            queue.push_back(v * w + u);
          }
    }
    if (isLine(box) || isCross(box, upright, level))
      for (const int pixel : queue)
        strokes.data[static_cast<std::size_t>(pixel)] = 0;
  }
}

std::vector<StrokeGroup> groupStrokes(const Mask& strokes, int across, int down) {
  std::vector<StrokeGroup> out;
  Mask todo = strokes;
  std::vector<int> queue;
  const int w = todo.width;
  for (int start = 0; start < w * todo.height; ++start) {
    if (todo.data[static_cast<std::size_t>(start)] == 0)
      continue;
    StrokeGroup g{{start % w, start / w, start % w, start / w}};
    const auto take = [&](int index) {
      std::uint8_t& kind = todo.data[static_cast<std::size_t>(index)];
      g.upright += kind & 1;
      g.level += kind >> 1;
      kind = 0;
      queue.push_back(index);
    };
    queue.clear();
    take(start);
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const int x = queue[head] % w;
      const int y = queue[head] / w;
      g.box = {std::min(g.box.x0, x), std::min(g.box.y0, y), std::max(g.box.x1, x), std::max(g.box.y1, y)};
      for (int v = std::max(0, y - down); v <= std::min(todo.height - 1, y + down); ++v)
        for (int u = std::max(0, x - across); u <= std::min(w - 1, x + across); ++u)
          if (todo.at(u, v) != 0)
            take(v * w + u);
    }
    out.push_back(g);
  }
  return out;
}

} // namespace hipcuff::deidentify
