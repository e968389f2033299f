// Points, boxes and polylines in the plane. Units are the caller's (px or mm); x right, y down.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace hipcuff {

struct Point {
  double x = 0;
  double y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

// Inline: they stand in the innermost loops of filters and of the simulator.
[[nodiscard]] inline Point operator+(Point a, Point b) noexcept {
  return {a.x + b.x, a.y + b.y};
}
[[nodiscard]] inline Point operator-(Point a, Point b) noexcept {
  return {a.x - b.x, a.y - b.y};
}
[[nodiscard]] inline Point operator*(Point a, double k) noexcept {
  return {a.x * k, a.y * k};
}
[[nodiscard]] inline double dot(Point a, Point b) noexcept {
  return a.x * b.x + a.y * b.y;
}
/// z component of the cross product: positive where b lies clockwise of a on the screen (y down).
[[nodiscard]] double cross(Point a, Point b) noexcept;
[[nodiscard]] double norm(Point a) noexcept;
[[nodiscard]] double distance(Point a, Point b) noexcept;
/// a scaled to length 1; (0, 0) stays (0, 0).
[[nodiscard]] Point normalized(Point a) noexcept;

using Polyline = std::vector<Point>;

[[nodiscard]] double length(const Polyline& line) noexcept;
/// Points every `step` along the line, first and last point included. step > 0. An empty line stays empty.
[[nodiscard]] Polyline resampled(const Polyline& line, double step);
/// Shortest distance from a point to the line's pieces; infinity for an empty line.
[[nodiscard]] double distance(Point p, const Polyline& line) noexcept;
/// Where the ray from `origin` along unit vector `direction` first meets the line, as distance along the ray.
[[nodiscard]] std::optional<double> rayHit(Point origin, Point direction, const Polyline& line) noexcept;
/// Area of a closed polygon, always >= 0 (shoelace).
[[nodiscard]] double area(const Polyline& polygon) noexcept;
/// Whether p lies inside the closed polygon (even-odd rule).
[[nodiscard]] bool contains(const Polyline& polygon, Point p) noexcept;

/// Inclusive pixel box: both corners belong to it. Empty where x1 < x0 or y1 < y0.
struct PixelBox {
  int x0 = 0;
  int y0 = 0;
  int x1 = -1;
  int y1 = -1;
  [[nodiscard]] int width() const noexcept { return x1 >= x0 ? x1 - x0 + 1 : 0; }
  [[nodiscard]] int height() const noexcept { return y1 >= y0 ? y1 - y0 + 1 : 0; }
  [[nodiscard]] bool empty() const noexcept { return width() == 0 || height() == 0; }
  [[nodiscard]] bool contains(int x, int y) const noexcept { return x >= x0 && x <= x1 && y >= y0 && y <= y1; }
  friend bool operator==(const PixelBox&, const PixelBox&) = default;
};

[[nodiscard]] PixelBox intersection(const PixelBox& a, const PixelBox& b) noexcept;

/// Millimetres per pixel in x and y; may differ.
struct Spacing {
  double x = 0;
  double y = 0;
  friend bool operator==(const Spacing&, const Spacing&) = default;
};

} // namespace hipcuff
