#include "label_placer.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace hipcuff::drawing {

LabelPlacer::LabelPlacer(Rect area, double reach)
    : area_(area)
    , reach_(reach) {}

void LabelPlacer::keepClear(const Polyline& line, double margin) {
  // Small boxes along the line stand for it: cheap to test and tight enough for a label.
  if (line.empty())
    return;
  const double step = std::max(2.0, margin);
  for (const Point p : resampled(line, step))
    keepClear(Rect{p.x - margin, p.y - margin, p.x + margin, p.y + margin});
}

void LabelPlacer::keepClearInside(const Polyline& polygon) {
  if (polygon.size() > 2)
    insides_.push_back(polygon);
}

void LabelPlacer::keepClear(const Rect& rect) {
  if (rect.overlaps(area_)) // labels lie nowhere else
    taken_.push_back(rect);
}

bool LabelPlacer::isFree(const Rect& rect) const {
  if (rect.x0 < area_.x0 || rect.y0 < area_.y0 || rect.x1 > area_.x1 || rect.y1 > area_.y1)
    return false;
  if (std::any_of(taken_.begin(), taken_.end(), [&](const Rect& other) { return rect.overlaps(other); }))
    return false;
  // Outlines are kept clear as lines, so a polygon that overlaps without touching holds the whole label.
  return std::none_of(insides_.begin(), insides_.end(), [&](const Polyline& polygon) {
    return contains(polygon, {(rect.x0 + rect.x1) / 2, (rect.y0 + rect.y1) / 2});
  });
}

bool LabelPlacer::crossesLabel(const Polyline& leader) const {
  const Polyline points = resampled(leader, 3);
  return std::any_of(points.begin(), points.end(), [&](Point p) {
    return std::any_of(labels_.begin(), labels_.end(),
                       [&](const Rect& r) { return p.x > r.x0 && p.x < r.x1 && p.y > r.y0 && p.y < r.y1; });
  });
}

std::optional<Rect> LabelPlacer::place(Point anchor, double width, double height,
                                       const std::function<Polyline(const Rect&)>& leader) {
  static constexpr std::array<double, 7> sideways{0, -0.35, 0.35, -0.7, 0.7, -1.1, 1.1};
  const double reach = std::min(reach_, std::max(area_.y1 - area_.y0, area_.x1 - area_.x0));
  for (const double direction : {1.0, -1.0})
    for (double away = 10; away < reach; away += 6)
      for (const double side : sideways) {
        const double middle = std::clamp(anchor.x + side * width, area_.x0 + width / 2, area_.x1 - width / 2);
        const double y = anchor.y + direction * away - (direction < 0 ? height : 0);
        const Rect rect{middle - width / 2, y, middle + width / 2, y + height};
        if (!isFree(rect))
          continue;
        const Polyline joint = leader ? leader(rect) : Polyline{};
        if (crossesLabel(joint))
          continue;
        keepClear(joint, 2);
        taken_.push_back(rect);
        labels_.push_back(rect);
        return rect;
      }
  return std::nullopt;
}

} // namespace hipcuff::drawing
