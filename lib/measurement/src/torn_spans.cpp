#include "torn_spans.h"

#include <algorithm>

namespace hipcuff {

void addSpans(Spans& spans, const Polyline& polygon, Point origin, Point direction) {
  const double squared = dot(direction, direction);
  if (polygon.size() < 3 || !(squared > 0))
    return;
  // A vertex lies on one side or the other, never on the line: the crossings of a closed outline then pair up.
  std::vector<double> crossings;
  Point before = polygon.back() - origin;
  double sideBefore = cross(direction, before);
  for (const Point& vertex : polygon) {
    const Point here = vertex - origin;
    const double side = cross(direction, here);
    if ((side > 0) != (sideBefore > 0)) {
      const double t = sideBefore / (sideBefore - side);
      crossings.push_back(dot(before + (here - before) * t, direction) / squared);
    }
    before = here;
    sideBefore = side;
  }
  std::sort(crossings.begin(), crossings.end());
  for (std::size_t i = 0; i + 1 < crossings.size(); i += 2)
    spans.emplace_back(crossings[i], crossings[i + 1]);
}

bool covers(const Spans& spans, double at) noexcept {
  return std::any_of(spans.begin(), spans.end(),
                     [at](const auto& span) { return at >= span.first && at < span.second; });
}

} // namespace hipcuff
