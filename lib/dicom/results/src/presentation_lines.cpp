#include "presentation_lines.h"

#include "hipcuff/core/outlines.h"
#include "hipcuff/dicom/results/image_presentation.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace hipcuff::dicom {
namespace {

std::string mm(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f", value);
  return text;
}

std::string withInterval(const ThicknessSample& sample) {
  std::string text = mm(sample.valueMm) + " mm";
  if (sample.upperMm > sample.lowerMm)
    text += " (" + mm(sample.lowerMm) + "-" + mm(sample.upperMm) + ")";
  return text;
}

double distanceToPiece(Point p, Point a, Point b) {
  const Point along = b - a;
  const double squared = dot(along, along);
  const double t = squared > 0 ? std::clamp(dot(p - a, along) / squared, 0.0, 1.0) : 0;
  return distance(p, a + along * t);
}

Polyline thinned(const Polyline& line, double tolerance) {
  if (line.size() < 3)
    return line;
  std::vector<bool> kept(line.size(), false);
  kept.front() = kept.back() = true;
  std::vector<std::pair<std::size_t, std::size_t>> open{{0, line.size() - 1}};
  while (!open.empty()) {
    const auto [first, last] = open.back();
    open.pop_back();
    double worst = tolerance;
    std::size_t at = first;
    for (std::size_t i = first + 1; i < last; ++i)
      if (const double d = distanceToPiece(line[i], line[first], line[last]); d > worst) {
        worst = d;
        at = i;
      }
    if (at == first)
      continue;
    kept[at] = true;
    open.emplace_back(first, at);
    open.emplace_back(at, last);
  }
  Polyline out;
  for (std::size_t i = 0; i < line.size(); ++i)
    if (kept[i])
      out.push_back(line[i]);
  return out;
}

/// The part of a piece inside of the box (Liang and Barsky 1984).
std::optional<std::pair<Point, Point>> clipped(Point a, Point b, Point low, Point high) {
  double t0 = 0;
  double t1 = 1;
  const Point d = b - a;
  const double edges[4][2] = {{-d.x, a.x - low.x}, {d.x, high.x - a.x}, {-d.y, a.y - low.y}, {d.y, high.y - a.y}};
  for (const auto& [p, q] : edges) {
    if (p == 0) {
      if (q < 0)
        return {};
      continue;
    }
    const double r = q / p;
    if (p < 0)
      t0 = std::max(t0, r);
    else
      t1 = std::min(t1, r);
    if (t0 > t1)
      return {};
  }
  // Ends that lie inside stay as they are, to the last bit: neighbours must meet.
  return std::pair{t0 == 0 ? a : a + d * t0, t1 == 1 ? b : a + d * t1};
}

/// The tendon at a position along the cortex, between the stations around it. None beyond the last ones.
struct Here {
  Point cortexMm;
  Point superficialMm;
  Point normal;
};
std::optional<Here> tendonAt(const std::vector<TendonStation>& stations, double positionMm) {
  constexpr double slack = 1e-6;
  if (stations.empty() || positionMm < stations.front().positionMm - slack ||
      positionMm > stations.back().positionMm + slack)
    return {};
  std::size_t next = 0;
  while (next < stations.size() && stations[next].positionMm < positionMm)
    ++next;
  const TendonStation& b = stations[std::min(next, stations.size() - 1)];
  const TendonStation& a = next > 0 ? stations[next - 1] : b;
  const double gap = b.positionMm - a.positionMm;
  const double t = gap > 0 ? std::clamp((positionMm - a.positionMm) / gap, 0.0, 1.0) : 1;
  const auto between = [t](Point from, Point to) { return from + (to - from) * t; };
  return Here{between(a.cortexMm, b.cortexMm), between(a.superficialMm, b.superficialMm),
              normalized(between(a.normal, b.normal))};
}

} // namespace

Point onGrid(Point px) noexcept {
  const auto grid = [](double v) { return std::round(v / presentationGridPx) * presentationGridPx; };
  return {grid(px.x), grid(px.y)};
}

std::vector<Polyline> piecesInside(const Polyline& px, int columns, int rows) {
  const Point low{-0.5, -0.5};
  const Point high{columns - 0.5, rows - 0.5};
  std::vector<Polyline> runs;
  bool open = false;
  for (std::size_t i = 0; i + 1 < px.size(); ++i) {
    const Point a = px[i];
    const Point b = px[i + 1];
    const bool numbers = std::isfinite(a.x + a.y + b.x + b.y);
    const auto inside = numbers ? clipped(a, b, low, high) : std::nullopt;
    if (!inside) {
      open = false;
      continue;
    }
    if (!open || inside->first != a)
      runs.push_back({inside->first});
    runs.back().push_back(inside->second);
    open = inside->second == b;
  }
  std::vector<Polyline> out;
  // What rounding to the grid adds is taken off first.
  constexpr double tolerance = presentationTolerancePx - presentationGridPx;
  for (const Polyline& run : runs) {
    // No line of ours comes near the limit; a person's freehand line of thousands of points could.
    Polyline piece;
    for (double coarser = 1; piece.empty() || piece.size() > maxGraphicPoints; coarser *= 2)
      piece = thinned(run, tolerance * coarser);
    for (Point& p : piece)
      p = onGrid(p);
    piece.erase(std::unique(piece.begin(), piece.end()), piece.end());
    out.push_back(std::move(piece));
  }
  return out;
}

std::vector<Point> pointsToKeepFree(const ImageResult& image) {
  constexpr double stepPx = 3;
  std::vector<Point> out;
  const auto along = [&](const Polyline& px) {
    if (px.size() < 2 || std::any_of(px.begin(), px.end(), [](Point p) { return !std::isfinite(p.x + p.y); }))
      return;
    const Polyline points = resampled(px, stepPx);
    out.insert(out.end(), points.begin(), points.end());
  };
  for (const CortexSegment& segment : image.anatomy.cortex.segments) {
    Polyline px;
    for (const Point p : segment.interfaceMm)
      px.push_back(image.toFullPixels(p));
    along(px);
  }
  for (const TendonStation& s : image.anatomy.tendon.stations)
    along({image.toFullPixels(s.cortexMm), image.toFullPixels(s.superficialMm)});
  for (const Discontinuity& d : image.measurements.discontinuities)
    along(outlinePx(image, d));
  if (image.review)
    for (const Annotation& a : image.review->annotations)
      along(a.px);
  return out;
}

std::vector<ThicknessMark> thicknessMarks(const ImageResult& image) {
  const Thickness& thickness = image.measurements.thickness;
  const auto& stations = image.anatomy.tendon.stations;
  std::vector<ThicknessMark> out;
  const auto add = [&](const ThicknessSample& sample, const std::string& what) {
    if (const auto here = tendonAt(stations, sample.positionMm))
      out.push_back({here->cortexMm, here->superficialMm, what + withInterval(sample)});
  };
  const auto thickest =
      std::max_element(thickness.profile.begin(), thickness.profile.end(),
                       [](const ThicknessSample& a, const ThicknessSample& b) { return a.valueMm < b.valueMm; });
  if (thickest != thickness.profile.end())
    add(*thickest, "max ");
  for (const SiteThickness& site : thickness.sites) {
    char where[32];
    std::snprintf(where, sizeof where, "at %g mm: ", site.distanceMm);
    if (site.sample)
      add(*site.sample, where);
  }
  return out;
}

std::optional<TearMark> tearMark(const ImageResult& image, const Discontinuity& tear) {
  const auto& stations = image.anatomy.tendon.stations;
  if (stations.empty())
    return {};
  constexpr double stepMm = 0.05;
  constexpr double beyondMm = 1; // an outline may reach a little below the cortex or over the border
  constexpr double intoBoneMm = 1;
  const double begin = std::clamp(tear.beginMm, stations.front().positionMm, stations.back().positionMm);
  const double end = std::clamp(tear.endMm, begin, stations.back().positionMm);
  TearMark out;
  double deepest = 0;
  const int places = std::max(2, static_cast<int>(std::ceil((end - begin) / 0.2)));
  for (int i = 0; i <= places; ++i) {
    const auto here = tendonAt(stations, begin + (end - begin) * i / places);
    if (!here)
      continue;
    out.length.push_back(here->cortexMm - here->normal * intoBoneMm);
    std::optional<std::array<Point, 2>> chord;
    const double height = distance(here->cortexMm, here->superficialMm) + beyondMm;
    for (double h = -beyondMm; h <= height; h += stepMm) {
      const Point p = here->cortexMm + here->normal * h;
      if (!contains(tear.polygonMm, p))
        continue;
      if (!chord)
        chord = {p, p};
      (*chord)[1] = p;
    }
    if (chord && distance((*chord)[0], (*chord)[1]) > deepest) {
      deepest = distance((*chord)[0], (*chord)[1]);
      out.depth = chord;
    }
  }
  if (out.length.size() < 2 || length(out.length) < stepMm)
    out.length.clear();
  const auto middle = tendonAt(stations, (begin + end) / 2);
  out.anchorMm = out.depth ? (*out.depth)[0] : middle ? middle->cortexMm : stations.front().cortexMm;
  const bool full = tear.kind == DiscontinuityKind::fullThickness;
  out.words = (full ? "full-thickness tear: length " : "tear: length ") + mm(tear.lengthMm) + " mm";
  if (full && tear.gapMm)
    out.words += ", gap " + mm(*tear.gapMm) + " mm";
  if (full && tear.retractionMm)
    out.words += ", retraction " + mm(*tear.retractionMm) + " mm";
  if (!full)
    out.words +=
        ", depth " + mm(tear.depthMm) + " mm (" + std::to_string(std::lround(tear.depthFraction * 100)) + " %)";
  return out;
}

} // namespace hipcuff::dicom
