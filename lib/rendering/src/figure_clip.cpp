#include "figure_clip.h"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <utility>

namespace hipcuff::figures {
namespace {

using drawing::Rect;

std::optional<std::pair<Point, Point>> clippedPiece(Point a, Point b, const Rect& rect) {
  const Point d = b - a;
  double begin = 0;
  double end = 1;
  for (const auto& [speed, room] : std::array<std::pair<double, double>, 4>{
           {{-d.x, a.x - rect.x0}, {d.x, rect.x1 - a.x}, {-d.y, a.y - rect.y0}, {d.y, rect.y1 - a.y}}}) {
    if (speed == 0) {
      if (room < 0)
        return std::nullopt;
      continue;
    }
    const double t = room / speed;
    if (speed < 0)
      begin = std::max(begin, t);
    else
      end = std::min(end, t);
  }
  if (begin > end)
    return std::nullopt;
  return std::pair(a + d * begin, end == 1 ? b : a + d * end);
}

} // namespace

std::vector<Polyline> clippedLine(const Polyline& line, const Rect& rect) {
  std::vector<Polyline> out;
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    const auto piece = clippedPiece(line[i], line[i + 1], rect);
    if (!piece)
      continue;
    if (out.empty() || !(out.back().back() == piece->first))
      out.push_back({piece->first});
    out.back().push_back(piece->second);
  }
  return out;
}

Polyline clippedArea(const Polyline& polygon, const Rect& rect) {
  Polyline out = polygon;
  // Positive inside, for each side.
  const std::array<std::function<double(Point)>, 4> sides{
      [&](Point p) { return p.x - rect.x0; }, [&](Point p) { return rect.x1 - p.x; },
      [&](Point p) { return p.y - rect.y0; }, [&](Point p) { return rect.y1 - p.y; }};
  for (const auto& side : sides) {
    Polyline next;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const Point a = out[i];
      const Point b = out[(i + 1) % out.size()];
      const double da = side(a);
      const double db = side(b);
      if (da >= 0)
        next.push_back(a);
      if ((da > 0 && db < 0) || (da < 0 && db > 0))
        next.push_back(a + (b - a) * (da / (da - db)));
    }
    out = std::move(next);
  }
  return out.size() < 3 ? Polyline{} : out;
}

drawing::Band clippedBand(const drawing::Band& band, const Rect& rect) {
  drawing::Band out{{}, {}, band.colour};
  const auto add = [&](Point upper, Point lower) {
    out.upper.push_back({upper.x, std::clamp(upper.y, rect.y0, rect.y1)});
    out.lower.push_back({lower.x, std::clamp(lower.y, rect.y0, rect.y1)});
  };
  const std::size_t count = std::min(band.upper.size(), band.lower.size());
  for (std::size_t i = 0; i + 1 < count; ++i) {
    const Point u = band.upper[i];
    const Point l = band.lower[i];
    const Point du = band.upper[i + 1] - u;
    const Point dl = band.lower[i + 1] - l;
    if (u.x + du.x < rect.x0 || u.x > rect.x1)
      continue;
    // Where an edge crosses the frame the strip gets another pair of points.
    std::vector<double> cuts{0, 1};
    const auto cut = [&](double speed, double way) {
      if (speed != 0 && way / speed > 0 && way / speed < 1)
        cuts.push_back(way / speed);
    };
    for (const double x : {rect.x0, rect.x1})
      cut(du.x, x - u.x);
    for (const double y : {rect.y0, rect.y1}) {
      cut(du.y, y - u.y);
      cut(dl.y, y - l.y);
    }
    std::sort(cuts.begin(), cuts.end());
    for (const double t : cuts)
      if (const double x = u.x + du.x * t; x >= rect.x0 - 1e-9 && x <= rect.x1 + 1e-9)
        add(u + du * t, l + dl * t);
  }
  return out;
}

bool inside(Point p, const Rect& rect) noexcept {
  return p.x >= rect.x0 - 1e-6 && p.x <= rect.x1 + 1e-6 && p.y >= rect.y0 - 1e-6 && p.y <= rect.y1 + 1e-6;
}

} // namespace hipcuff::figures
