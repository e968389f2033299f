#include "outline.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <numbers>
#include <optional>

namespace hipcuff::screen {
namespace {

constexpr int none = std::numeric_limits<int>::min();
constexpr int window = 8; ///< px looked at to tell tissue from a lone dot
constexpr int needed = 6; ///< of them that must not be background

/// First and last tissue pixel of each row and column of an area.
struct Extents {
  PixelBox area;
  std::vector<int> left, right, top, bottom; ///< `none` where a row or column shows nothing
};

class Tracer {
public:
  Tracer(const GreyImage& grey, const Evidence& e, const Patch& patch, const PixelBox& area)
      : grey_(grey)
      , e_(e)
      , patch_(patch)
      , area_(area) {}

  [[nodiscard]] bool filled(int x, int y) const {
    const int value = grey_.at(x, y);
    const Backdrop& behind = e_.backdrop;
    if (behind.background >= 0 &&
        (std::abs(value - behind.background) <= e_.off || behind.panel[static_cast<std::size_t>(value)]))
      return false;
    const int cx = std::min(x / e_.cell, e_.columns - 1);
    const int cy = std::min(y / e_.cell, e_.rows - 1);
    return patch_.cover[e_.at(cx, cy)] != 0;
  }

  /// First place from `from` (stepping `step`) where most of the next pixels are filled.
  template <typename At>
  [[nodiscard]] static int firstFilled(int from, int to, int step, At&& at) {
    const int length = std::abs(to - from) + 1;
    const int span = std::min(window, length);
    const int want = std::min(needed, span);
    unsigned seen = 0; // one bit a pixel, the last `span` of them
    int run = 0;       // bits set
    for (int i = 0; i < length; ++i) {
      const bool is = at(from + i * step);
      run += static_cast<int>(is) - static_cast<int>((seen >> (span - 1)) & 1u);
      seen = ((seen << 1) | static_cast<unsigned>(is)) & ((1u << span) - 1);
      if (i + 1 >= span && run >= want)
        return from + (i - static_cast<int>(std::bit_width(seen)) + 1) * step;
    }
    return none;
  }

  [[nodiscard]] Extents trace() const {
    Extents out;
    out.area = area_;
    for (int y = area_.y0; y <= area_.y1; ++y) {
      const auto at = [&](int x) { return filled(x, y); };
      out.left.push_back(firstFilled(area_.x0, area_.x1, 1, at));
      out.right.push_back(out.left.back() == none ? none : firstFilled(area_.x1, area_.x0, -1, at));
    }
    for (int x = area_.x0; x <= area_.x1; ++x) {
      const auto at = [&](int y) { return filled(x, y); };
      out.top.push_back(firstFilled(area_.y0, area_.y1, 1, at));
      out.bottom.push_back(out.top.back() == none ? none : firstFilled(area_.y1, area_.y0, -1, at));
    }
    return out;
  }

private:
  const GreyImage& grey_;
  const Evidence& e_;
  const Patch& patch_;
  PixelBox area_;
};

/// The outermost coordinate at which many lines begin together: a straight edge along an axis. `sign` +1 where the
/// edge is at the low end. `strays` is the share of lines that may begin further out: letters and marks that touch.
struct Edge {
  int at = 0;
  double share = 0; ///< of the lines that begin there
};
std::optional<Edge> alignedEdge(const std::vector<int>& begins, int sign, double share, double strays) {
  std::vector<int> sorted;
  for (const int b : begins)
    if (b != none)
      sorted.push_back(b * sign);
  if (sorted.size() < 8)
    return std::nullopt;
  std::sort(sorted.begin(), sorted.end());
  const auto enough = static_cast<std::ptrdiff_t>(std::max(4.0, share * static_cast<double>(sorted.size())));
  const auto stray = static_cast<std::ptrdiff_t>(strays * static_cast<double>(sorted.size()));
  for (auto it = sorted.begin(); it != sorted.end() && it - sorted.begin() <= stray; ++it) {
    const auto end = std::upper_bound(it, sorted.end(), *it + 2);
    if (end - it >= enough) {
      // The place where most of them begin, rather than the first of them.
      int best = *it;
      std::ptrdiff_t most = 0;
      for (int v = *it; v <= *it + 2; ++v) {
        const auto [a, b] = std::equal_range(it, end, v);
        if (b - a > most) {
          most = b - a;
          best = v;
        }
      }
      return Edge{best * sign, static_cast<double>(end - it) / static_cast<double>(sorted.size())};
    }
  }
  return std::nullopt;
}

int percentile(std::vector<int> values, double share, int otherwise) {
  std::erase(values, none);
  if (values.empty())
    return otherwise;
  const auto n = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + n, values.end());
  return values[static_cast<std::size_t>(n)];
}

std::vector<int> medianSmoothed(const std::vector<int>& values, int half) {
  std::vector<int> out(values.size(), none);
  std::vector<int> near;
  for (int i = 0; i < static_cast<int>(values.size()); ++i) {
    if (values[static_cast<std::size_t>(i)] == none)
      continue;
    near.clear();
    for (int j = std::max(0, i - half); j <= std::min(static_cast<int>(values.size()) - 1, i + half); ++j)
      if (values[static_cast<std::size_t>(j)] != none)
        near.push_back(values[static_cast<std::size_t>(j)]);
    std::nth_element(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(near.size() / 2), near.end());
    out[static_cast<std::size_t>(i)] = near[near.size() / 2];
  }
  return out;
}

/// Takes off the first and last rows that are much narrower than those a cell further in: marks and letters that touch
/// the picture.
void trimStrays(std::vector<int>& left, std::vector<int>& right, int cell) {
  const int n = static_cast<int>(left.size());
  const auto width = [&](int i) {
    const auto k = static_cast<std::size_t>(i);
    return left[k] == none || right[k] == none ? 0 : right[k] - left[k] + 1;
  };
  const auto trim = [&](int from, int step) {
    for (int i = from; i >= 0 && i < n && i + step * cell >= 0 && i + step * cell < n; i += step) {
      if (width(i) > 0 && width(i) * 20 >= width(i + step * cell) * 7)
        break;
      left[static_cast<std::size_t>(i)] = right[static_cast<std::size_t>(i)] = none;
    }
  };
  trim(0, 1);
  trim(n - 1, -1);
  // A line of letters a few empty rows away from the picture.
  const auto detach = [&](int from, int step) {
    int rows = 0;
    int empty = 0;
    for (int i = from; i >= 0 && i < n && rows <= 3 * cell; i += step) {
      if (width(i) > 0) {
        ++rows;
        empty = 0;
      } else if (rows > 0 && ++empty == 2) {
        for (int k = from; k != i; k += step)
          left[static_cast<std::size_t>(k)] = right[static_cast<std::size_t>(k)] = none;
        rows = 0;
      }
    }
  };
  detach(0, 1);
  detach(n - 1, -1);
}

/// One side of the convex outline: chain of (x, y) from top to bottom; `side` -1 left, +1 right.
std::vector<Point> chain(const std::vector<int>& ends, int y0, int side) {
  std::vector<Point> out;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i] == none)
      continue;
    const Point p{static_cast<double>(ends[i]), static_cast<double>(y0 + static_cast<int>(i))};
    while (out.size() >= 2 && cross(out.back() - out[out.size() - 2], p - out.back()) * side <= 0)
      out.pop_back();
    out.push_back(p);
  }
  return out;
}

double xAt(const std::vector<Point>& line, double y) {
  for (std::size_t i = 1; i < line.size(); ++i)
    if (y <= line[i].y)
      return line[i - 1].x + (line[i].x - line[i - 1].x) * (y - line[i - 1].y) / (line[i].y - line[i - 1].y);
  return line.back().x;
}

struct Line { ///< x = a + b * y
  double a = 0;
  double b = 0;
  int support = 0; ///< rows that lie on it
  [[nodiscard]] double at(double y) const { return a + b * y; }
};

/// The straight stretch that most rows of one side lie on. Tried between rows a sixth and a third of the height apart.
std::optional<Line> straightSide(const std::vector<int>& ends, int y0) {
  const int n = static_cast<int>(ends.size());
  const auto at = [&](int i) { return ends[static_cast<std::size_t>(i)]; };
  const auto onIt = [&](const Line& line, int i, double tolerance) {
    return at(i) != none && std::abs(at(i) - (line.a + line.b * (y0 + i))) <= tolerance;
  };
  std::optional<Line> best;
  for (const int gap : {n / 6, n / 3})
    for (int i = 0; gap >= 4 && i + gap < n; i += std::max(1, n / 64)) {
      if (at(i) == none || at(i + gap) == none)
        continue;
      Line line;
      line.b = static_cast<double>(at(i + gap) - at(i)) / gap;
      line.a = at(i) - line.b * (y0 + i);
      for (int r = 0; r < n; r += 2)
        line.support += 2 * static_cast<int>(onIt(line, r, 1.5));
      if (!best || line.support > best->support)
        best = line;
    }
  if (!best)
    return best;
  double count = 0, sy = 0, sx = 0, syy = 0, sxy = 0;
  for (int r = 0; r < n; ++r)
    if (onIt(*best, r, 2.5)) {
      const double y = y0 + r;
      ++count;
      sy += y;
      sx += at(r);
      syy += y * y;
      sxy += y * at(r);
    }
  const double spread = count * syy - sy * sy;
  if (count >= 8 && spread > 0) {
    best->b = (count * sxy - sx * sy) / spread;
    best->a = (sx - best->b * sy) / count;
  }
  best->support = static_cast<int>(count);
  return best;
}

/// Rows that begin outside of a long straight side, by row; empty where the line is no side of the outline but
/// something inside. `side` -1 left, +1 right.
std::vector<std::size_t> rowsOutside(const std::vector<int>& ends, const std::optional<Line>& line, int y0, int side) {
  std::vector<std::size_t> outside;
  if (!line || line->support * 4 < static_cast<int>(ends.size()))
    return outside;
  for (std::size_t i = 0; i < ends.size(); ++i)
    if (ends[i] != none && (ends[i] - line->at(y0 + static_cast<double>(i))) * side > 4)
      outside.push_back(i);
  if (outside.size() * 7 > ends.size())
    outside.clear();
  return outside;
}

/// The outline is convex: what lies outside of a long straight side is no part of it. A row with a mark beside it is
/// cut at the side; a row outside on both sides, or of which nothing is left, goes.
void clipOutside(std::vector<int>& left, const std::optional<Line>& leftSide, std::vector<int>& right,
                 const std::optional<Line>& rightSide, int y0) {
  const auto cut = [&](const std::vector<std::size_t>& rows, std::vector<int>& ends, const std::optional<Line>& side) {
    for (const std::size_t i : rows)
      if (ends[i] != none)
        ends[i] = static_cast<int>(std::lround(side->at(y0 + static_cast<double>(i))));
  };
  const std::vector<std::size_t> l = rowsOutside(left, leftSide, y0, -1);
  const std::vector<std::size_t> r = rowsOutside(right, rightSide, y0, 1);
  std::vector<std::size_t> both;
  std::set_intersection(l.begin(), l.end(), r.begin(), r.end(), std::back_inserter(both));
  cut(l, left, leftSide);
  cut(r, right, rightSide);
  for (const std::size_t i : both)
    left[i] = right[i] = none;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (left[i] != none && right[i] != none && right[i] - left[i] < window)
      left[i] = right[i] = none;
}

ProbeGeometry probeFrom(const std::optional<Line>& left, const std::optional<Line>& right, const PixelBox& box) {
  ProbeGeometry probe;
  const int enough = std::max(12, box.height() / 4);
  if (!left || !right || left->support < enough || right->support < enough)
    return probe;
  constexpr double degree = std::numbers::pi / 180;
  const double leftAngle = std::atan(left->b); // positive: leans to the right on the way down
  const double rightAngle = std::atan(right->b);
  const double opening = rightAngle - leftAngle;
  if (opening > 4 * degree) {
    const double y = (left->a - right->a) / (right->b - left->b);
    // The beams start at or above the picture's top; further down the sides are no beams.
    if (y <= box.y0 + 0.15 * box.height()) {
      probe.kind = ProbeGeometry::Kind::sector;
      probe.apexPx = {left->a + left->b * y, y};
    }
  } else if (std::abs(opening) <= 4 * degree) {
    const double b = (left->b + right->b) / 2;
    probe.kind = ProbeGeometry::Kind::linear;
    probe.linearDirection = std::abs(b) < 0.02 ? Point{0, 1} : normalized({b, 1});
  }
  return probe;
}

/// Faint rows under the last clear ones still belong to the picture.
int extendDown(const GreyImage& grey, const Evidence& e, const PixelBox& box, int limit) {
  int y1 = box.y1;
  while (e.backdrop.background >= 0 && y1 < limit) {
    int off = 0;
    for (int x = box.x0; x <= box.x1; ++x)
      off += static_cast<int>(std::abs(static_cast<int>(grey.at(x, y1 + 1)) - e.backdrop.background) > e.off);
    if (off * 10 < box.width() * 3)
      break;
    ++y1;
  }
  return y1;
}

/// Rows above that are filled from side to side, and no further (the probe's face over a dark layer; not a header),
/// belong to the picture too.
int extendUp(const GreyImage& grey, const Evidence& e, const PixelBox& box, int limit) {
  const auto clear = [&](int x, int y) {
    return std::abs(static_cast<int>(grey.at(x, y)) - e.backdrop.background) > 3;
  };
  int top = box.y0;
  int empty = 0;
  for (int y = box.y0 - 1; e.backdrop.background >= 0 && y >= limit && empty < box.height() / 4; --y) {
    int off = 0;
    for (int x = box.x0; x <= box.x1; ++x)
      off += static_cast<int>(clear(x, y));
    int beyond = 0;
    for (int d = 4; d <= 12; ++d)
      beyond += static_cast<int>(box.x0 >= d && clear(box.x0 - d, y)) +
                static_cast<int>(box.x1 + d < grey.width && clear(box.x1 + d, y));
    if (off * 10 >= box.width() * 7 && beyond <= 2) {
      top = y;
      empty = 0;
    } else {
      ++empty;
    }
  }
  return top;
}

void fillRows(Outline& out) {
  out.left.assign(static_cast<std::size_t>(out.box.height()), out.box.x0);
  out.right.assign(static_cast<std::size_t>(out.box.height()), out.box.x1);
  out.top.assign(static_cast<std::size_t>(out.box.width()), out.box.y0);
}

} // namespace

Outline traceOutline(const GreyImage& grey, const Evidence& e, const Patch& patch, const PixelBox& limits) {
  const int margin = 2 * e.cell;
  const PixelBox area = intersection(
      limits, {patch.box.x0 - margin, patch.box.y0 - margin, patch.box.x1 + margin, patch.box.y1 + margin});
  const Extents ends = Tracer(grey, e, patch, area).trace();
  Outline out;
  const auto left = alignedEdge(ends.left, 1, 0.08, 0.04);
  const auto right = alignedEdge(ends.right, -1, 0.08, 0.04);
  const auto top = alignedEdge(ends.top, 1, 0.3, 0.3);
  const auto bottom = alignedEdge(ends.bottom, -1, 0.15, 0.1);

  std::vector<int> leftEnds = medianSmoothed(ends.left, 2);
  std::vector<int> rightEnds = medianSmoothed(ends.right, 2);
  trimStrays(leftEnds, rightEnds, e.cell);
  const auto leftSide = straightSide(leftEnds, area.y0);
  const auto rightSide = straightSide(rightEnds, area.y0);
  clipOutside(leftEnds, leftSide, rightEnds, rightSide, area.y0);
  const std::vector<Point> leftChain = chain(leftEnds, area.y0, -1);
  const std::vector<Point> rightChain = chain(rightEnds, area.y0, 1);
  if (leftChain.size() < 2 || rightChain.size() < 2) {
    out.box = intersection(limits, patch.box);
    fillRows(out);
    return out;
  }

  // The share of the bounding box that the convex outline fills: a rectangle fills it, whatever is dark inside.
  const double y0 = std::max(leftChain.front().y, rightChain.front().y);
  const double y1 = std::min(leftChain.back().y, rightChain.back().y);
  double inside = 0;
  double widest = 0;
  double low = std::numeric_limits<double>::max();
  double high = std::numeric_limits<double>::lowest();
  for (double y = y0; y <= y1; ++y) {
    const double a = xAt(leftChain, y);
    const double b = xAt(rightChain, y);
    inside += b - a + 1;
    low = std::min(low, a);
    high = std::max(high, b);
  }
  widest = high - low + 1;
  const double fill = inside / (widest * (y1 - y0 + 1));

  const auto leans = [&](const std::optional<Line>& side, double least, double slope) {
    return side && side->support >= least * (y1 - y0) && std::abs(side->b) > slope;
  };
  // Many rows beginning at one place on both sides make a rectangle, however much of it is dark; unless straight sides
  // lean: a sector cut off by the screen has upright stretches too.
  const bool sector = leans(leftSide, 0.2, 0.1) && leans(rightSide, 0.2, 0.1);
  const bool trapezoid = leans(leftSide, 0.4, 0.012) && leans(rightSide, 0.4, 0.012);
  const bool upright = left && right && left->share > 0.25 && right->share > 0.25;
  // From border to border: the sides are the file's, whatever the dark corners look like.
  const bool bordered = low <= 3 && high >= grey.width - 4 && y0 <= 3 && !sector;
  if (bordered || (left && right && !sector && !trapezoid && (fill > 0.88 || upright))) {
    out.rectangular = true;
    out.box = {left ? left->at : static_cast<int>(low), top ? top->at : percentile(ends.top, 0.02, area.y0),
               right ? right->at : static_cast<int>(high),
               bottom ? bottom->at : percentile(ends.bottom, 0.98, area.y1)};
    out.box.y1 = extendDown(grey, e, out.box, limits.y1);
    out.box.y0 = extendUp(grey, e, out.box, limits.y0);
    // A few pixels at the picture's border are a blurred edge, not a margin.
    const int snap = std::max(2, std::min(grey.width, grey.height) / 160);
    if (out.box.x0 <= snap)
      out.box.x0 = 0;
    if (out.box.y0 <= snap)
      out.box.y0 = 0;
    if (out.box.x1 >= grey.width - 1 - snap)
      out.box.x1 = grey.width - 1;
    // A cropped picture ends where the file ends, even if nothing echoes down there.
    const bool cropped = out.box.x0 == 0 && out.box.y0 == 0 && out.box.x1 == grey.width - 1;
    if (out.box.y1 >= grey.height - 1 - (cropped ? grey.height / 5 : snap))
      out.box.y1 = grey.height - 1;
    out.box = intersection(out.box, limits);
    fillRows(out);
    // Edges of its own, not the picture's or the region's: a linear probe. A cropped picture may come from any.
    if (out.box.x0 > limits.x0 && out.box.x1 < limits.x1)
      out.probe.kind = ProbeGeometry::Kind::linear;
    return out;
  }

  out.box = {static_cast<int>(std::floor(low)), static_cast<int>(y0), static_cast<int>(std::ceil(high)),
             static_cast<int>(y1)};
  out.box = intersection(out.box, limits);
  for (int y = out.box.y0; y <= out.box.y1; ++y) {
    out.left.push_back(std::max(out.box.x0, static_cast<int>(std::lround(xAt(leftChain, y)))));
    out.right.push_back(std::min(out.box.x1, static_cast<int>(std::lround(xAt(rightChain, y)))));
  }
  // A curved probe's face: above the first tissue of each column there is none. A column's shadow right from the skin
  // must not cut deep: never below a third of the pane.
  const std::vector<int> tops = medianSmoothed(ends.top, 6);
  for (int x = out.box.x0; x <= out.box.x1; ++x) {
    const int t = tops[static_cast<std::size_t>(x - area.x0)];
    out.top.push_back(t == none ? out.box.y0 : std::clamp(t, out.box.y0, out.box.y0 + out.box.height() / 3));
  }
  out.probe = probeFrom(leftSide, rightSide, out.box);
  return out;
}

int findSeam(const GreyImage& grey, const PixelBox& box) {
  if (box.width() < 80 || box.height() < 40 || box.width() * 5 < box.height() * 6)
    return -1;
  constexpr int lag = 3;             // columns to each side: wider than a line drawn over the seam
  const auto likeness = [&](int x) { // of the columns left and right of x, with their slow changes along y removed
    double sab = 0, saa = 0, sbb = 0;
    for (int y = box.y0 + 4; y + 4 <= box.y1; ++y) {
      const auto detail = [&](int c) { return grey.at(c, y) - 0.5 * (grey.at(c, y - 4) + grey.at(c, y + 4)); };
      const double a = detail(x - lag);
      const double b = detail(x + lag);
      sab += a * b;
      saa += a * a;
      sbb += b * b;
    }
    return saa > 0 && sbb > 0 ? sab / std::sqrt(saa * sbb) : 1.0;
  };
  std::vector<double> values;
  int at = -1;
  double lowest = 2;
  const int from = box.x0 + box.width() * 2 / 5;
  const int to = box.x0 + box.width() * 3 / 5;
  for (int x = from; x <= to; ++x) {
    values.push_back(likeness(x));
    if (values.back() < lowest) {
      lowest = values.back();
      at = x;
    }
  }
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  const double usual = values[values.size() / 2];
  return usual > 0.5 && lowest < 0.25 * usual ? at : -1;
}

} // namespace hipcuff::screen
