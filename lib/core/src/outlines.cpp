#include "hipcuff/core/outlines.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace hipcuff {
namespace {

Polyline toPixels(const ImageResult& image, const Polyline& mm) {
  Polyline px;
  px.reserve(mm.size());
  for (const Point p : mm)
    px.push_back(image.toFullPixels(p));
  return px;
}

} // namespace

void fillPolygon(GreyImage& image, const Polyline& outline, std::uint8_t value) {
  if (outline.size() < 3)
    return;
  const bool finite =
      std::all_of(outline.begin(), outline.end(), [](Point p) { return std::isfinite(p.x) && std::isfinite(p.y); });
  if (!finite)
    return;
  const auto [low, high] =
      std::minmax_element(outline.begin(), outline.end(), [](Point a, Point b) { return a.y < b.y; });
  const double last = image.height - 1;
  const int top = static_cast<int>(std::clamp(std::ceil(low->y), 0.0, last + 1));
  const int bottom = static_cast<int>(std::clamp(std::floor(high->y), -1.0, last));

  struct Crossing {
    double x;
    int direction;
  };
  std::vector<Crossing> crossings;
  for (int y = top; y <= bottom; ++y) {
    crossings.clear();
    for (std::size_t i = 0, j = outline.size() - 1; i < outline.size(); j = i++) {
      const Point a = outline[j];
      const Point b = outline[i];
      if ((a.y <= y) != (b.y <= y))
        crossings.push_back({a.x + (y - a.y) * (b.x - a.x) / (b.y - a.y), b.y > a.y ? 1 : -1});
    }
    std::sort(crossings.begin(), crossings.end(), [](const Crossing& a, const Crossing& b) { return a.x < b.x; });
    int winding = 0; // not even-odd: borders that cross each other must not leave holes
    for (std::size_t i = 0; i + 1 < crossings.size(); ++i) {
      winding += crossings[i].direction;
      if (winding == 0)
        continue;
      const int from = static_cast<int>(std::clamp(std::ceil(crossings[i].x), 0.0, static_cast<double>(image.width)));
      const int end =
          static_cast<int>(std::clamp(std::ceil(crossings[i + 1].x), 0.0, static_cast<double>(image.width)));
      for (int x = from; x < end; ++x)
        image.at(x, y) = value;
    }
  }
}

Polyline tendonOutlinePx(const ImageResult& image) {
  Polyline outline = toPixels(image, image.anatomy.tendon.superficialMm());
  const Polyline deep = toPixels(image, image.anatomy.tendon.deepMm());
  outline.insert(outline.end(), deep.rbegin(), deep.rend());
  return outline;
}

Polyline outlinePx(const ImageResult& image, const Discontinuity& discontinuity) {
  return toPixels(image, discontinuity.polygonMm);
}

} // namespace hipcuff
