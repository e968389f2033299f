#include "text_area.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace hipcuff::deidentify {
namespace {

/// Running extreme over a window of 2 * reach + 1.
template <typename Better>
std::vector<int> running(const std::vector<int>& values, int reach, Better better) {
  std::vector<int> out(values.size());
  const int n = static_cast<int>(values.size());
  for (int i = 0; i < n; ++i) {
    int best = values[static_cast<std::size_t>(i)];
    for (int j = std::max(0, i - reach); j <= std::min(n - 1, i + reach); ++j)
      if (better(values[static_cast<std::size_t>(j)], best))
        best = values[static_cast<std::size_t>(j)];
    out[static_cast<std::size_t>(i)] = best;
  }
  return out;
}

/// Takes bites out of an edge that are narrower than the window: text drawn across it.
std::vector<int> withoutBites(const std::vector<int>& edge, int reach, bool lowIsOut) {
  const auto less = [](int a, int b) { return a < b; };
  const auto more = [](int a, int b) { return a > b; };
  return lowIsOut ? running(running(edge, reach, less), reach, more) : running(running(edge, reach, more), reach, less);
}

/// The pane's outline without the holes that graphics leave in `usable`.
void addPane(const Pane& pane, Mask& area) {
  const int w = pane.usable.width;
  const int h = pane.usable.height;
  const bool sector = pane.probe.kind == ProbeGeometry::Kind::sector;
  std::vector<int> left(static_cast<std::size_t>(h), w);
  std::vector<int> right(static_cast<std::size_t>(h), -1);
  std::vector<int> top(static_cast<std::size_t>(w), h);
  std::vector<int> bottom(static_cast<std::size_t>(w), -1);
  if (!sector) {
    std::fill(left.begin(), left.end(), 0);
    std::fill(right.begin(), right.end(), w - 1);
    std::fill(top.begin(), top.end(), 0);
    std::fill(bottom.begin(), bottom.end(), h - 1);
  } else {
    for (int y = 0; y < h; ++y)
      for (int x = 0; x < w; ++x)
        if (pane.usable.at(x, y) != 0) {
          left[static_cast<std::size_t>(y)] = std::min(left[static_cast<std::size_t>(y)], x);
          right[static_cast<std::size_t>(y)] = x;
          top[static_cast<std::size_t>(x)] = std::min(top[static_cast<std::size_t>(x)], y);
          bottom[static_cast<std::size_t>(x)] = y;
        }
    constexpr int reach = 32;
    left = withoutBites(left, reach, true);
    right = withoutBites(right, reach, false);
    top = withoutBites(top, reach, true);
    bottom = withoutBites(bottom, reach, false);
  }
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      const auto row = static_cast<std::size_t>(y);
      const auto column = static_cast<std::size_t>(x);
      if (x >= left[row] && x <= right[row] && y >= top[column] && y <= bottom[column])
        area.at(pane.box.x0 + x, pane.box.y0 + y) = 255;
    }
}

bool showsData(RegionKind kind) {
  return kind == RegionKind::mMode || kind == RegionKind::spectralDoppler || kind == RegionKind::waveform;
}

int span(const RgbImage& high, const RgbImage& low, const PixelBox& box) {
  int most = 0;
  for (int y = box.y0; y <= box.y1; ++y)
    for (int i = 3 * box.x0; i < 3 * (box.x1 + 1); ++i)
      most = std::max(most, high.row(y)[i] - low.row(y)[i]);
  return most;
}

/// One grey a row, steadily brighter or darker from row to row; `turned`: columns.
bool isGreyBar(const RgbImage& picture, const PixelBox& box, int tolerance, bool turned) {
  const int length = turned ? box.width() : box.height();
  const int breadth = turned ? box.height() : box.width();
  if (breadth < 4 || breadth > 48 || length < 60 || length < 4 * breadth)
    return false;
  std::vector<int> steps;
  for (int i = 0; i < length; ++i) {
    int least = 255;
    int most = 0;
    for (int j = 1; j + 1 < breadth; ++j) {
      const int x = box.x0 + (turned ? i : j);
      const int y = box.y0 + (turned ? j : i);
      for (int c = 0; c < 3; ++c) {
        least = std::min<int>(least, picture.at(x, y, c));
        most = std::max<int>(most, picture.at(x, y, c));
      }
    }
    if (most - least > tolerance)
      return false;
    steps.push_back((most + least) / 2);
  }
  const int rise = steps[steps.size() - 3] - steps[2];
  if (std::abs(rise) < 100)
    return false;
  for (std::size_t i = 3; i + 2 < steps.size(); ++i) {
    const int next = steps[i] - steps[i - 1];
    if ((rise > 0 ? next : -next) < -tolerance || std::abs(next) > 40)
      return false;
  }
  return true;
}

/// Ticks at even distances along one line, 5 or more. `across` is the coordinate that they share.
struct Tick {
  PixelBox box;
  int along;
  int across;
};

void addEvenTicks(std::vector<Tick> ticks, std::vector<PixelBox>& out) {
  std::sort(ticks.begin(), ticks.end(),
            [](const Tick& a, const Tick& b) { return std::pair(a.across, a.along) < std::pair(b.across, b.along); });
  for (std::size_t i = 0; i < ticks.size();) {
    std::size_t j = i;
    while (j + 1 < ticks.size() && ticks[j + 1].across - ticks[i].across <= 1)
      ++j;
    std::vector<Tick> line(ticks.begin() + static_cast<std::ptrdiff_t>(i),
                           ticks.begin() + static_cast<std::ptrdiff_t>(j) + 1);
    std::sort(line.begin(), line.end(), [](const Tick& a, const Tick& b) { return a.along < b.along; });
    // The longest run of equal distances, within one pixel of rounding.
    for (std::size_t first = 0; first + 4 < line.size();) {
      std::size_t last = first + 1;
      const int gap = line[first + 1].along - line[first].along;
      while (last + 1 < line.size() && std::abs(line[last + 1].along - line[last].along - gap) <= 1)
        ++last;
      if (last - first >= 4 && gap >= 6)
        for (std::size_t k = first; k <= last; ++k)
          out.push_back(line[k].box);
      first = last;
    }
    i = j + 1;
  }
}

} // namespace

UltrasoundArea ultrasoundArea(const Screen& screen, const Cine& cine) {
  UltrasoundArea out;
  out.bmode = Mask(cine.columns, cine.rows);
  for (const Pane& pane : screen.panes)
    addPane(pane, out.bmode);
  out.data = out.bmode;
  const PixelBox whole{0, 0, cine.columns - 1, cine.rows - 1};
  for (const UltrasoundRegion& region : cine.regions)
    if (showsData(region.kind)) {
      const PixelBox box = intersection(region.box, whole);
      for (int y = box.y0; y <= box.y1; ++y)
        std::fill(out.data.row(y) + box.x0, out.data.row(y) + box.x1 + 1, std::uint8_t{255});
    }
  return out;
}

std::vector<Stretch> stretchesOf(const Mask& content) {
  std::vector<Stretch> out;
  std::vector<std::uint8_t> todo = content.data;
  std::vector<int> queue;
  const int w = content.width;
  for (int start = 0; start < static_cast<int>(todo.size()); ++start) {
    if (todo[static_cast<std::size_t>(start)] == 0)
      continue;
    todo[static_cast<std::size_t>(start)] = 0;
    queue.assign(1, start);
    Stretch s{{start % w, start / w, start % w, start / w}, 0};
    for (std::size_t head = 0; head < queue.size(); ++head) {
      const int x = queue[head] % w;
      const int y = queue[head] / w;
      s.box = {std::min(s.box.x0, x), std::min(s.box.y0, y), std::max(s.box.x1, x), std::max(s.box.y1, y)};
      for (int v = std::max(0, y - 1); v <= std::min(content.height - 1, y + 1); ++v)
        for (int u = std::max(0, x - 1); u <= std::min(w - 1, x + 1); ++u)
          if (const auto next = static_cast<std::size_t>(v * w + u); todo[next] != 0) {
            todo[next] = 0;
            queue.push_back(v * w + u);
          }
    }
    s.pixels = static_cast<int>(queue.size());
    out.push_back(s);
  }
  return out;
}

std::vector<PixelBox> harmlessOutside(const Mask& content, const FrameExtremes& extremes, bool lossy) {
  constexpr int longest = 14; // px of a tick
  constexpr int thickest = 3;
  const int still = lossy ? 24 : 0;
  std::vector<PixelBox> out;
  std::vector<Tick> upright; // ticks of a ruler that runs down
  std::vector<Tick> level;
  for (const Stretch& s : stretchesOf(content)) {
    const int w = s.box.width();
    const int h = s.box.height();
    if (span(extremes.high, extremes.low, s.box) > still)
      continue;
    if (s.pixels * 10 >= w * h * 9) { // filled
      if (w <= longest && h <= thickest) {
        upright.push_back({s.box, s.box.y0, s.box.x0});
        if (w > 3)
          upright.push_back({s.box, s.box.y0, 100000 + s.box.x1});
      }
      if (h <= longest && w <= thickest) {
        level.push_back({s.box, s.box.x0, s.box.y0});
        if (h > 3)
          level.push_back({s.box, s.box.x0, 100000 + s.box.y1});
      }
      if (isGreyBar(extremes.low, s.box, lossy ? 12 : 2, false) || isGreyBar(extremes.low, s.box, lossy ? 12 : 2, true))
        out.push_back(s.box);
    }
  }
  addEvenTicks(std::move(upright), out);
  addEvenTicks(std::move(level), out);
  return out;
}

std::vector<PixelBox> tissueOutside(const Mask& content, const Mask& data, const FrameExtremes& extremes) {
  constexpr int cell = 16;
  Mask textured(content.width / cell, content.height / cell);
  for (int cy = 0; cy < textured.height; ++cy)
    for (int cx = 0; cx < textured.width; ++cx) {
      int off = 0;
      int same = 0;
      bool outside = true;
      for (int y = cy * cell; y < (cy + 1) * cell; ++y)
        for (int x = cx * cell; x < (cx + 1) * cell; ++x) {
          outside = outside && data.at(x, y) == 0;
          off += content.at(x, y) != 0;
          same += x + 1 < content.width && extremes.high.at(x, y, 1) == extremes.high.at(x + 1, y, 1);
        }
      textured.at(cx, cy) = outside && off * 10 >= cell * cell * 9 && same * 10 <= cell * cell * 6 ? 255 : 0;
    }
  std::vector<PixelBox> out;
  const int all = textured.width * textured.height;
  for (const Stretch& s : stretchesOf(textured))
    if (s.pixels * 40 >= all && std::min(s.box.width(), s.box.height()) >= 4)
      out.push_back({s.box.x0 * cell, s.box.y0 * cell, (s.box.x1 + 1) * cell - 1, (s.box.y1 + 1) * cell - 1});
  return out;
}

Mask grown(const Mask& mask, int reach) {
  const int w = mask.width;
  const int h = mask.height;
  Mask wide(w, h);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x) {
      if (mask.at(x, y) == 0)
        continue;
      const int from = std::max(0, x - reach);
      while (x + 1 < w && mask.at(x + 1, y) != 0)
        ++x;
      std::fill(wide.row(y) + from, wide.row(y) + std::min(w - 1, x + reach) + 1, std::uint8_t{255});
    }
  // Down, then up: how far the last set row is behind, for each column.
  Mask out(w, h);
  std::vector<int> since(static_cast<std::size_t>(w), reach + 1);
  const auto pass = [&](int y) {
    const std::uint8_t* from = wide.row(y);
    std::uint8_t* to = out.row(y);
    for (int x = 0; x < w; ++x) {
      int& rows = since[static_cast<std::size_t>(x)];
      rows = from[x] != 0 ? 0 : rows + 1;
      to[x] = static_cast<std::uint8_t>(to[x] | (rows <= reach ? 255 : 0));
    }
  };
  for (int y = 0; y < h; ++y)
    pass(y);
  std::fill(since.begin(), since.end(), reach + 1);
  for (int y = h - 1; y >= 0; --y)
    pass(y);
  return out;
}

std::vector<PixelBox> boxesOf(const Mask& mask) {
  std::vector<PixelBox> out;
  std::vector<PixelBox> open; // runs that the row above had
  for (int y = 0; y < mask.height; ++y) {
    std::vector<PixelBox> now;
    for (int x = 0; x < mask.width; ++x) {
      if (mask.at(x, y) == 0)
        continue;
      const int from = x;
      while (x + 1 < mask.width && mask.at(x + 1, y) != 0)
        ++x;
      PixelBox run{from, y, x, y};
      for (PixelBox& above : open)
        if (above.x0 == run.x0 && above.x1 == run.x1) {
          run.y0 = above.y0;
          above.y1 = -1; // continued
        }
      now.push_back(run);
    }
    for (const PixelBox& above : open)
      if (above.y1 >= 0)
        out.push_back(above);
    open = std::move(now);
  }
  out.insert(out.end(), open.begin(), open.end());
  return out;
}

} // namespace hipcuff::deidentify
