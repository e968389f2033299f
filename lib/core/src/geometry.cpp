#include "hipcuff/core/geometry.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace hipcuff {

double cross(Point a, Point b) noexcept {
  return a.x * b.y - a.y * b.x;
}
double norm(Point a) noexcept {
  return std::hypot(a.x, a.y);
}
double distance(Point a, Point b) noexcept {
  return norm(a - b);
}

Point normalized(Point a) noexcept {
  const double n = norm(a);
  return n > 0 ? a * (1 / n) : Point{};
}

double length(const Polyline& line) noexcept {
  double sum = 0;
  for (std::size_t i = 1; i < line.size(); ++i)
    sum += distance(line[i - 1], line[i]);
  return sum;
}

Polyline resampled(const Polyline& line, double step) {
  if (line.size() < 2 || !(step > 0))
    return line;
  Polyline out{line.front()};
  double next = step; // distance along the line of the next point wanted
  double before = 0;  // distance along the line of line[i - 1]
  for (std::size_t i = 1; i < line.size(); ++i) {
    const double piece = distance(line[i - 1], line[i]);
    while (piece > 0 && next <= before + piece) {
      const double t = (next - before) / piece;
      out.push_back(line[i - 1] + (line[i] - line[i - 1]) * t);
      next += step;
    }
    before += piece;
  }
  if (distance(out.back(), line.back()) > 1e-9 * step)
    out.push_back(line.back());
  return out;
}

double distance(Point p, const Polyline& line) noexcept {
  double best = std::numeric_limits<double>::infinity();
  if (line.size() == 1)
    return distance(p, line.front());
  for (std::size_t i = 1; i < line.size(); ++i) {
    const Point d = line[i] - line[i - 1];
    const double squared = dot(d, d);
    const double t = squared > 0 ? std::clamp(dot(p - line[i - 1], d) / squared, 0.0, 1.0) : 0.0;
    best = std::min(best, distance(p, line[i - 1] + d * t));
  }
  return best;
}

std::optional<double> rayHit(Point origin, Point direction, const Polyline& line) noexcept {
  std::optional<double> best;
  for (std::size_t i = 1; i < line.size(); ++i) {
    const Point d = line[i] - line[i - 1];
    const double det = cross(direction, d);
    if (det == 0)
      continue;
    const Point offset = line[i - 1] - origin;
    const double along = cross(offset, d) / det;
    const double t = cross(offset, direction) / det;
    if (along >= 0 && t >= 0 && t <= 1 && (!best || along < *best))
      best = along;
  }
  return best;
}

double area(const Polyline& polygon) noexcept {
  double twice = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i)
    twice += cross(polygon[i], polygon[(i + 1) % polygon.size()]);
  return std::abs(twice) / 2;
}

bool contains(const Polyline& polygon, Point p) noexcept {
  bool inside = false;
  for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const Point a = polygon[i];
    const Point b = polygon[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
      inside = !inside;
  }
  return inside;
}

PixelBox intersection(const PixelBox& a, const PixelBox& b) noexcept {
  return {std::max(a.x0, b.x0), std::max(a.y0, b.y0), std::min(a.x1, b.x1), std::min(a.y1, b.y1)};
}

} // namespace hipcuff
