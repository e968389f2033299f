#include "stroke_geometry.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace hipcuff::drawing {

std::vector<Polyline> dashed(const Polyline& line, const std::vector<double>& pattern) {
  std::vector<Polyline> pieces;
  if (line.size() < 2 || pattern.empty())
    return pieces;
  std::size_t phase = 0;
  double left = pattern[0];
  Polyline piece{line[0]};
  const auto isOn = [&] { return phase % 2 == 0; };
  for (std::size_t i = 1; i < line.size(); ++i) {
    Point from = line[i - 1];
    double rest = distance(from, line[i]);
    while (rest > left) {
      const Point cut = from + (line[i] - from) * (left / rest);
      if (isOn()) {
        piece.push_back(cut);
        pieces.push_back(std::move(piece));
      }
      piece = {cut};
      rest -= left;
      from = cut;
      phase = (phase + 1) % pattern.size();
      left = pattern[phase];
    }
    left -= rest;
    if (isOn() && rest > 0)
      piece.push_back(line[i]);
  }
  if (isOn() && piece.size() > 1)
    pieces.push_back(std::move(piece));
  return pieces;
}

std::vector<Polyline> ticksBelow(const Polyline& line, double step, double size) {
  std::vector<Polyline> ticks;
  double next = step / 2;
  double walked = 0;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const double piece = distance(line[i - 1], line[i]);
    const Point along = normalized(line[i] - line[i - 1]);
    Point normal{-along.y, along.x};
    if (normal.y < 0)
      normal = normal * -1.0;
    for (; piece > 0 && next <= walked + piece; next += step) {
      const Point foot = line[i - 1] + along * (next - walked);
      ticks.push_back({foot, foot + normal * size});
    }
    walked += piece;
  }
  return ticks;
}

std::vector<Polyline> hatched(const Polyline& polygon, double angleDeg, double step, Point anchor) {
  std::vector<Polyline> lines;
  if (polygon.size() < 3)
    return lines;
  const double angle = angleDeg * std::numbers::pi / 180;
  const Point along{std::cos(angle), -std::sin(angle)};
  const Point across{-along.y, along.x};
  double lo = dot(polygon[0], across);
  double hi = lo;
  for (const Point p : polygon) {
    lo = std::min(lo, dot(p, across));
    hi = std::max(hi, dot(p, across));
  }
  // Lines at whole multiples of the step: neighbouring regions' hatches continue each other.
  const double origin = dot(anchor, across);
  for (double level = origin + std::ceil((lo - origin) / step) * step; level < hi; level += step) {
    std::vector<double> crossings;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
      const Point a = polygon[i];
      const Point b = polygon[(i + 1) % polygon.size()];
      const double da = dot(a, across) - level;
      const double db = dot(b, across) - level;
      if ((da < 0) != (db < 0))
        crossings.push_back(dot(a + (b - a) * (da / (da - db)), along));
    }
    std::sort(crossings.begin(), crossings.end());
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2)
      lines.push_back({along * crossings[i] + across * level, along * crossings[i + 1] + across * level});
  }
  return lines;
}

Polyline shifted(const Polyline& line, Point by) {
  Polyline out = line;
  for (Point& p : out)
    p = p + by;
  return out;
}

Polyline thinned(const Polyline& line, double step) {
  if (line.size() < 3)
    return line;
  Polyline out{line.front()};
  for (std::size_t i = 1; i + 1 < line.size(); ++i)
    if (distance(out.back(), line[i]) >= step)
      out.push_back(line[i]);
  out.push_back(line.back());
  return out;
}

Polyline simplified(const Polyline& line, double tolerance) {
  if (line.size() < 3)
    return line;
  std::vector<bool> kept(line.size(), false);
  kept.front() = kept.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, line.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    double worst = tolerance;
    std::size_t at = 0;
    for (std::size_t i = first + 1; i < last; ++i)
      if (const double off = distance(line[i], {line[first], line[last]}); off > worst) {
        worst = off;
        at = i;
      }
    if (at == 0)
      continue;
    kept[at] = true;
    open.push_back({first, at});
    open.push_back({at, last});
  }
  Polyline out;
  for (std::size_t i = 0; i < line.size(); ++i)
    if (kept[i])
      out.push_back(line[i]);
  return out;
}

} // namespace hipcuff::drawing
