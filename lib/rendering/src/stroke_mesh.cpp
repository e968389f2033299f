#include "stroke_mesh.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::drawing {
namespace {

/// A mitre longer than this many half widths would be a spike.
constexpr double longestMitre = 2.5;

Polyline withoutDoubles(const Polyline& line) {
  Polyline out;
  for (const Point p : line)
    if (out.empty() || distance(out.back(), p) > 1e-3)
      out.push_back(p);
  return out;
}

Point leftOf(Point along) {
  return {along.y, -along.x};
}

} // namespace

void addStroke(Mesh& mesh, const Stroke& stroke) {
  const Polyline line = withoutDoubles(stroke.points);
  if (line.size() < 2)
    return;
  const bool closed = line.size() > 3 && distance(stroke.points.front(), stroke.points.back()) < 1e-3;
  // Thinner than a pixel: a pixel's width, paler by as much.
  const double half = std::max(stroke.width, 1.0) / 2;
  const double share = std::min(stroke.width, 1.0);
  Colour full = stroke.colour;
  full.a = static_cast<std::uint8_t>(std::lround(full.a * share));
  Colour clear = full;
  clear.a = 0;
  const std::array<double, 4> offsets{-half - 0.5, -half + 0.5, half - 0.5, half + 0.5};
  const auto base = static_cast<std::uint32_t>(mesh.points.size());
  std::uint32_t rows = 0;
  const auto addRow = [&](Point at, Point across, bool visible) {
    for (std::size_t k = 0; k < 4; ++k) {
      mesh.points.push_back(at + across * offsets[k]);
      mesh.colours.push_back(visible && (k == 1 || k == 2) ? full : clear);
    }
    ++rows;
  };
  const std::size_t n = line.size();
  for (std::size_t i = 0; i < n; ++i) {
    const bool first = i == 0;
    const bool last = i + 1 == n;
    const Point in = normalized(first ? (closed ? line[0] - line[n - 2] : line[1] - line[0]) : line[i] - line[i - 1]);
    const Point out = normalized(last ? (closed ? line[1] - line[0] : in) : line[i + 1] - line[i]);
    const Point middle = normalized(leftOf(in) + leftOf(out));
    const double cosine = dot(middle, leftOf(in));
    if (first && !closed) {
      addRow(line[i] - out * 0.5, leftOf(out), false);
      addRow(line[i] + out * 0.5, leftOf(out), true);
    } else if (last && !closed) {
      addRow(line[i] - in * 0.5, leftOf(in), true);
      addRow(line[i] + in * 0.5, leftOf(in), false);
    } else if (cosine * longestMitre < 1) {
      // Nearly back on itself: two straight ends.
      addRow(line[i], leftOf(in), true);
      addRow(line[i], leftOf(out), true);
    } else {
      addRow(line[i], middle * (1 / cosine), true);
    }
  }
  for (std::uint32_t r = 0; r + 1 < rows; ++r)
    for (std::uint32_t k = 0; k < 3; ++k) {
      const std::uint32_t a = base + 4 * r + k;
      mesh.triangles.push_back({a, a + 1, a + 4});
      mesh.triangles.push_back({a + 1, a + 5, a + 4});
    }
}

void addBox(Mesh& mesh, const Box& box) {
  const auto base = static_cast<std::uint32_t>(mesh.points.size());
  const Rect& r = box.rect;
  for (const Point p : {Point{r.x0, r.y0}, Point{r.x1, r.y0}, Point{r.x1, r.y1}, Point{r.x0, r.y1}}) {
    mesh.points.push_back(p);
    mesh.colours.push_back(box.colour);
  }
  mesh.triangles.push_back({base, base + 1, base + 2});
  mesh.triangles.push_back({base, base + 2, base + 3});
}

void addBand(Mesh& mesh, const Band& band) {
  const auto base = static_cast<std::uint32_t>(mesh.points.size());
  const std::size_t count = std::min(band.upper.size(), band.lower.size());
  for (std::size_t i = 0; i < count; ++i)
    for (const Point p : {band.upper[i], band.lower[i]}) {
      mesh.points.push_back(p);
      mesh.colours.push_back(band.colour);
    }
  for (std::uint32_t i = 0; i + 1 < count; ++i) {
    const std::uint32_t a = base + 2 * i;
    mesh.triangles.push_back({a, a + 1, a + 2});
    mesh.triangles.push_back({a + 1, a + 3, a + 2});
  }
}

} // namespace hipcuff::drawing
