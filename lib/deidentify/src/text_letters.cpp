#include "text_letters.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace hipcuff::deidentify {
namespace {

constexpr int widest = 8; ///< px of a stroke

struct Rule {
  int step = 60;    ///< grey steps between a stroke and both its sides
  int plateau = 16; ///< grey steps that a stroke varies across, up to the step
  int along = 6;    ///< grey steps that a stroke varies along
  int run = 4;      ///< px along which it is even
};

bool onStroke(const std::uint8_t* p, std::ptrdiff_t stride, const Rule& rule) {
  const int value = *p;
  const auto side = [&](std::ptrdiff_t d) { // px to the step; 0: none near, or a ramp
    for (int i = 1; i <= widest; ++i) {
      const int drop = value - p[d * i];
      if (drop >= rule.step)
        return i;
      // One pixel between the stroke and its surroundings may be a blend of both.
      if (std::abs(drop) > rule.plateau && (i == widest || value - p[d * (i + 1)] < rule.step))
        return 0;
    }
    return 0;
  };
  const int a = side(-stride);
  if (a == 0)
    return false;
  const int b = side(stride);
  return b != 0 && a + b - 1 <= widest;
}

/// Least of 8 pixels from each on, along `stride`; the last ones of the data are left as they are.
std::vector<std::uint8_t> leastOfEight(const GreyImage& plane, std::size_t stride) {
  std::vector<std::uint8_t> least = plane.data;
  for (std::size_t reach = stride; reach <= 4 * stride; reach *= 2)
    for (std::size_t i = 0; i + reach < least.size(); ++i)
      least[i] = std::min(least[i], least[i + reach]);
  return least;
}

/// 1 on upright and 2 on level strokes.
Mask strokesOf(const GreyImage& plane, const Rule& rule) {
  Mask out(plane.width, plane.height);
  constexpr int margin = widest + 1;
  if (plane.width <= 2 * margin || plane.height <= 2 * margin)
    return out;
  const auto w = static_cast<std::size_t>(plane.width);
  const std::vector<std::uint8_t> leastRight = leastOfEight(plane, 1);
  const std::vector<std::uint8_t> leastBelow = leastOfEight(plane, w);
  std::vector<int> upright(w, 0);
  for (int y = margin; y < plane.height - margin; ++y) {
    int level = 0;
    for (int x = margin; x < plane.width - margin; ++x) {
      const std::size_t i = plane.index(x, y);
      const std::uint8_t* p = plane.data.data() + i;
      int& run = upright[static_cast<std::size_t>(x)];
      const int low = *p - rule.step;
      const bool across = low >= leastRight[i + 1] && low >= leastRight[i - 8] && onStroke(p, 1, rule);
      const bool down = low >= leastBelow[i + w] && low >= leastBelow[i - 8 * w] && onStroke(p, plane.width, rule);
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

struct Group {
  PixelBox box;
  int upright = 0;
  int level = 0;
};

/// Strokes near each other, a line of letters together.
std::vector<Group> groupsOf(Mask strokes) {
  constexpr int reachAcross = 8;
  constexpr int reachDown = 4;
  std::vector<Group> out;
  std::vector<int> queue;
  const int w = strokes.width;
  for (int start = 0; start < w * strokes.height; ++start) {
    if (strokes.data[static_cast<std::size_t>(start)] == 0)
      continue;
    Group g{{start % w, start / w, start % w, start / w}};
    const auto take = [&](int index) {
      std::uint8_t& kind = strokes.data[static_cast<std::size_t>(index)];
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
      for (int v = std::max(0, y - reachDown); v <= std::min(strokes.height - 1, y + reachDown); ++v)
        for (int u = std::max(0, x - reachAcross); u <= std::min(w - 1, x + reachAcross); ++u)
          if (strokes.at(u, v) != 0)
            take(v * w + u);
    }
    out.push_back(g);
  }
  return out;
}

/// What lies around the box is flat and dark.
bool liesOnBlack(const GreyImage& grey, const PixelBox& box) {
  constexpr int ring = 4;
  constexpr int dark = 12;
  int all = 0;
  int bright = 0;
  for (int y = std::max(0, box.y0 - ring); y <= std::min(grey.height - 1, box.y1 + ring); ++y)
    for (int x = std::max(0, box.x0 - ring); x <= std::min(grey.width - 1, box.x1 + ring); ++x)
      if (!box.contains(x, y)) {
        ++all;
        bright += grey.at(x, y) > dark;
      }
  return bright * 20 <= all;
}

} // namespace

std::vector<Lettering> findLettering(const RgbImage& picture, const Mask& area, bool lossy) {
  std::vector<Lettering> out;
  GreyImage grey = toGrey(picture);
  GreyImage dark = grey;
  GreyImage colour(grey.width, grey.height);
  for (std::size_t i = 0; i < grey.data.size(); ++i) {
    dark.data[i] = static_cast<std::uint8_t>(255 - grey.data[i]);
    const auto [low, high] = std::minmax({picture.data[3 * i], picture.data[3 * i + 1], picture.data[3 * i + 2]});
    colour.data[i] = static_cast<std::uint8_t>(high - low);
  }
  Rule rule;
  if (lossy)
    rule.along = 10;
  for (const GreyImage* plane : {&std::as_const(grey), &std::as_const(dark), &std::as_const(colour)}) {
    Mask strokes = strokesOf(*plane, rule);
    for (std::size_t i = 0; i < strokes.data.size(); ++i)
      if (area.data[i] == 0)
        strokes.data[i] = 0;
    for (const Group& g : groupsOf(std::move(strokes)))
      if (g.upright >= 6 && g.level >= 6)
        out.push_back({g.box, liesOnBlack(grey, g.box)});
  }
  return out;
}

} // namespace hipcuff::deidentify
