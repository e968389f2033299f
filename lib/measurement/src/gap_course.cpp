#include "gap_course.h"

#include "hipcuff/core/bilinear_row.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace hipcuff {
namespace {

constexpr double chordMm = 5;     // of the bone that gives the direction
constexpr double stepMm = 0.25;   // along the course
constexpr double farthestMm = 40; // retraction beyond that leaves every picture
constexpr double stumpMm = 1.5;   // a bright place shorter than that is debris
constexpr double mostRatio = 0.7; // of the gap's grey to the tendon's
constexpr double leastStep = 10;  // grey levels between them
constexpr double rowsMm = 0.2;

/// Mean grey over the tendon's thickness at each step; ends where the picture does.
std::vector<double> levelsAlong(const WorkingFrame& working, Point from, Point along, Point up, double thicknessMm) {
  const int rays = std::max(2, static_cast<int>(0.8 * thicknessMm / rowsMm));
  BilinearRow row(working.grey.width, working.grey.height, rays);
  const Point stride = along * (1 / working.gridMm);
  for (int i = 0; i < rays; ++i) {
    const Point at = working.toGrid(from + up * (thicknessMm * (0.1 + 0.8 * i / (rays - 1))));
    row.setRay(i, at.x, at.y, stride.x, stride.y);
  }
  std::vector<float> grey(static_cast<std::size_t>(rays));
  std::vector<unsigned char> usable(grey.size());
  std::vector<double> levels;
  for (double s = 0; s <= farthestMm; s += stepMm) {
    row.moveTo(s);
    row.sample(working.grey.data.data(), 0.0F, grey.data());
    row.sample(working.usable.data.data(), 0, usable.data());
    double sum = 0;
    int used = 0;
    for (std::size_t i = 0; i < grey.size(); ++i)
      if (usable[i] != 0) {
        sum += grey[i];
        ++used;
      }
    if (2 * used < rays)
      break;
    levels.push_back(sum / used);
  }
  return levels;
}

/// First step from which on most of the next `run` ones are tendon.
std::optional<std::size_t> closing(const std::vector<double>& levels, double limit, std::size_t run) {
  for (std::size_t i = 0; i + run <= levels.size(); ++i) {
    const auto begin = levels.begin() + static_cast<std::ptrdiff_t>(i);
    const auto bright =
        std::count_if(begin, begin + static_cast<std::ptrdiff_t>(run), [&](double v) { return v >= limit; });
    if (levels[i] >= limit && 4 * bright >= 3 * static_cast<std::ptrdiff_t>(run))
      return i;
  }
  return std::nullopt;
}

} // namespace

GapCourse followGap(const WorkingFrame& working, const Tendon& tendon, double gapGrey, double tendonGrey) {
  GapCourse course;
  const auto& stations = tendon.stations;
  if (stations.size() < 2 || gapGrey > mostRatio * tendonGrey || tendonGrey - gapGrey < leastStep)
    return course;
  const TendonStation& edge = stations.front();
  const auto inner = std::find_if(stations.begin(), stations.end(),
                                  [&](const TendonStation& s) { return s.positionMm - edge.positionMm >= chordMm; });
  const Point along = normalized(edge.cortexMm - (inner == stations.end() ? stations.back() : *inner).cortexMm);
  Point up{along.y, -along.x};
  if (dot(up, edge.normal) < 0)
    up = up * -1.0;
  const double thickness = distance(edge.cortexMm, edge.superficialMm);
  const auto levels = levelsAlong(working, edge.cortexMm, along, up, thickness);
  const auto end = closing(levels, 0.5 * (gapGrey + tendonGrey), static_cast<std::size_t>(stumpMm / stepMm));
  if (!end)
    return course;
  course.stumpSeen = true;
  course.lengthMm = static_cast<double>(*end) * stepMm;
  for (std::size_t i = 0; i <= *end && *end > 0; ++i) {
    const Point at = edge.cortexMm + along * (static_cast<double>(i) * stepMm);
    course.deepMm.push_back(at);
    course.superficialMm.push_back(at + up * thickness);
  }
  return course;
}

} // namespace hipcuff
