#include "footprint.h"

#include "beam_grid.h"
#include "bone_evidence.h"
#include "hipcuff/segmentation/facets.h"
#include "smoothing.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::segmentation {
namespace {

constexpr double shortestChainMm = 12.0; // a trochanter is not smaller
constexpr double shortestFootprintMm = 6.0;
constexpr double longestFootprintMm = 32.0; // 34.8 +- 4.3 mm along the facet (Robertson 2008), seen obliquely
constexpr double bridgeMm = 5.0;            // pieces of one bone lie this near
constexpr double bridgeSlopeDegrees = 50.0;
constexpr double steepestFaceDegrees = 40.0; // steeper faces send no echo back and carry no readable tendon
constexpr double tipBendDegrees = 15.0;      // where the face turns by this, the footprint ends
constexpr double shortestFaceMm = 4.0;
constexpr double leastLongFootprintMm = 11.0; // least width of the lateral facet 11.2 +- 1.8 mm (Robertson 2008)
constexpr double sameFaceBendDegrees = 11.0;
constexpr double greatestBendDegrees = 25.0;
constexpr double contextMm = 3.0;
constexpr double directionSigmaMm = 1.0;

struct Chain {
  Polyline line; ///< left to right, every 0.1 mm
  double confidence = 0;
  double score = 0;
};

double degrees(Point d) {
  return std::atan2(d.y, d.x) * 180.0 / std::numbers::pi;
}

std::vector<Chain> chains(const Cortex& cortex) {
  std::vector<Chain> all;
  Polyline line;
  double weighted = 0;
  double total = 0;
  const auto close = [&] {
    if (line.size() > 1 && total >= shortestChainMm) {
      Chain chain;
      chain.line = resampled(line, footprintStepMm);
      chain.confidence = weighted / total;
      chain.score = weighted;
      all.push_back(std::move(chain));
    }
    line.clear();
    weighted = total = 0;
  };
  for (const CortexSegment& segment : cortex.segments) {
    if (segment.interfaceMm.size() < 2)
      continue;
    if (!line.empty()) {
      const Point gap = segment.interfaceMm.front() - line.back();
      if (gap.x < 0 || norm(gap) > bridgeMm || std::abs(degrees(gap)) > bridgeSlopeDegrees)
        close();
    }
    const double mm = length(segment.interfaceMm);
    line.insert(line.end(), segment.interfaceMm.begin(), segment.interfaceMm.end());
    weighted += segment.confidence * mm;
    total += mm;
  }
  close();
  return all;
}

/// Unit directions along the line, smoothed.
std::vector<Point> directions(const Polyline& line) {
  std::vector<double> dx(line.size());
  std::vector<double> dy(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Point d = line[std::min(i + 1, line.size() - 1)] - line[i > 0 ? i - 1 : 0];
    dx[i] = d.x;
    dy[i] = d.y;
  }
  dx = smoothed(dx, directionSigmaMm / footprintStepMm);
  dy = smoothed(dy, directionSigmaMm / footprintStepMm);
  std::vector<Point> out;
  for (std::size_t i = 0; i < line.size(); ++i)
    out.push_back(normalized({dx[i], dy[i]}));
  return out;
}

/// How much the tissue just beyond an end of the line goes on with echoes below the line's depth: the bone has ended
/// there, rather than the picture or the line.
double echoesBeyond(const WorkingFrame& working, const GreyRange& range, Point end, double side) {
  double sum = 0;
  int count = 0;
  for (double across = 3.0; across <= 8.0; across += 0.5)
    for (double below = 1.0; below <= 8.0; below += 0.5) {
      const Point at = working.toGrid({end.x + side * across, end.y + below});
      const int x = static_cast<int>(std::lround(at.x));
      const int y = static_cast<int>(std::lround(at.y));
      if (x < 0 || y < 0 || x >= working.grey.width || y >= working.grey.height || working.usable.at(x, y) == 0)
        continue;
      sum += (working.grey.at(x, y) - range.floor) / (range.strong - range.floor);
      ++count;
    }
  constexpr int enough = 40; // of 165
  return count < enough ? 0.0 : sum / count;
}

/// Evidence that the tendon arrives at this end of the chain.
double arrivalScore(const WorkingFrame& working, const GreyRange& range, const Polyline& line, bool left) {
  const Point end = left ? line.front() : line.back();
  const double room = left ? end.x : (working.grey.width - 1) * working.gridMm - end.x;
  const std::vector<Point> along = directions(line);
  const double slope = degrees(left ? along.front() : along.back());
  double score = std::clamp((room - 1.0) / 3.0, 0.0, 1.0) * 2.0;
  score += 2.0 * std::clamp((echoesBeyond(working, range, end, left ? -1.0 : 1.0) - 0.1) / 0.3, 0.0, 1.0);
  score += std::clamp((left ? -slope : slope) / 60.0, -0.3, 1.0); // the bone drops away
  return score;
}

struct Face {
  std::size_t begin = 0;
  std::size_t end = 0;
  double slope = 0; // degrees
  [[nodiscard]] double mm() const { return static_cast<double>(end - begin) * footprintStepMm; }
};

/// The stretch of the chain, as indices, that is the footprint.
std::optional<std::pair<std::size_t, std::size_t>> face(const Polyline& line, const std::vector<Point>& along,
                                                        bool fromLeft, View view) {
  const std::vector<Facet> facets = splitFacets(line, 0);
  const auto indexOf = [&](Point p) {
    const auto nearest =
        std::min_element(line.begin(), line.end(), [&](Point a, Point b) { return distance(a, p) < distance(b, p); });
    return static_cast<std::size_t>(nearest - line.begin());
  };
  std::vector<Face> faces;
  for (const Facet& facet : facets)
    faces.push_back({indexOf(facet.beginMm), indexOf(facet.endMm), facet.slopeDegrees});
  const auto good = [](const Face& f) { return f.mm() >= shortestFaceMm && std::abs(f.slope) <= steepestFaceDegrees; };
  Face chosen;
  double best = -1e9;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    if (!good(faces[i]))
      continue;
    const double order = fromLeft ? -double(i) : double(i); // long axis: the first good one from where it arrives
    const double score =
        view == View::longAxis ? order : std::min(faces[i].mm(), 20.0) - 0.5 * std::abs(faces[i].slope);
    if (score <= best)
      continue;
    Face grown = faces[i];
    // A curved facet is cut into several straight ones: take in what turns little or is needed for the least length.
    const int step = fromLeft ? 1 : -1;
    for (auto k = static_cast<std::ptrdiff_t>(i) + step;
         view == View::longAxis && k >= 0 && k < static_cast<std::ptrdiff_t>(faces.size()); k += step) {
      const Face& next = faces[static_cast<std::size_t>(k)];
      const bool needed = grown.mm() < leastLongFootprintMm;
      if (std::abs(next.slope) > steepestFaceDegrees ||
          std::abs(next.slope - grown.slope) > (needed ? greatestBendDegrees : sameFaceBendDegrees))
        break;
      const double whole = grown.mm() + next.mm();
      grown.slope = (grown.slope * grown.mm() + next.slope * next.mm()) / whole;
      grown.begin = std::min(grown.begin, next.begin);
      grown.end = std::max(grown.end, next.end);
    }
    if (grown.mm() < shortestFootprintMm)
      continue; // the rounding of the bone's tip, not the facet behind it
    best = score;
    chosen = grown;
  }
  if (best <= -1e9)
    return std::nullopt;
  std::size_t a = chosen.begin;
  std::size_t b = chosen.end;
  // The face's edge towards the tendon: where it starts to turn away, within the face or just outside it.
  const auto turned = [&](std::size_t i) { return std::abs(degrees(along[i]) - chosen.slope) > tipBendDegrees; };
  const std::size_t middle = (a + b) / 2;
  const auto walk = static_cast<std::size_t>(2.0 / footprintStepMm);
  const std::size_t lowest = a > walk ? a - walk : 0;
  const std::size_t highest = std::min(b + walk, line.size() - 1);
  if (fromLeft || view == View::shortAxis) {
    a = middle;
    while (a > lowest && !turned(a))
      --a;
  }
  if (!fromLeft || view == View::shortAxis) {
    b = middle;
    while (b < highest && !turned(b))
      ++b;
  }
  const auto most = static_cast<std::size_t>(longestFootprintMm / footprintStepMm);
  if (b - a > most)
    (fromLeft ? b : a) = fromLeft ? a + most : b - most;
  if (static_cast<double>(b - a) * footprintStepMm < shortestFootprintMm)
    return std::nullopt;
  return std::pair{a, b};
}

} // namespace

std::optional<Footprint> findFootprint(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                                       View view) {
  std::vector<Chain> all = chains(cortex);
  if (all.empty())
    return std::nullopt;
  const Chain& chain =
      *std::max_element(all.begin(), all.end(), [](const Chain& a, const Chain& b) { return a.score < b.score; });
  const GreyRange range = greyRange(working.grey, working.usable);
  const double left = arrivalScore(working, range, chain.line, true);
  const double right = arrivalScore(working, range, chain.line, false);
  Footprint found;
  found.arrivesFromLeft = view == View::shortAxis || left >= right;
  const std::vector<Point> along = directions(chain.line);
  const auto edges = face(chain.line, along, found.arrivesFromLeft, view);
  if (!edges)
    return std::nullopt;
  const auto [a, b] = *edges;
  // The face itself, extended straight by the context, left to right.
  const auto context = static_cast<std::size_t>(contextMm / footprintStepMm);
  const Point skinward = frame.beamAt(chain.line[(a + b) / 2]) * -1.0;
  const auto add = [&](Point p, Point d) {
    const Point n{d.y, -d.x};
    found.base.push_back(p);
    found.normals.push_back(dot(n, skinward) < 0 ? n * -1.0 : n);
  };
  for (std::size_t i = context; i > 0; --i)
    add(chain.line[a] - along[a] * (static_cast<double>(i) * footprintStepMm), along[a]);
  for (std::size_t i = a; i <= b; ++i)
    add(chain.line[i], along[i]);
  for (std::size_t i = 1; i <= context; ++i) {
    const std::size_t k = std::min(b + i, chain.line.size() - 1);
    const double beyond = static_cast<double>(b + i - k) * footprintStepMm;
    add(chain.line[k] + along[k] * beyond, along[k]);
  }
  found.first = context;
  found.last = context + (b - a);
  if (!found.arrivesFromLeft) {
    std::reverse(found.base.begin(), found.base.end());
    std::reverse(found.normals.begin(), found.normals.end());
    const std::size_t end = found.base.size() - 1;
    found.first = end - (context + (b - a));
    found.last = end - context;
  }
  const double side = view == View::shortAxis ? 0.8 : std::clamp(0.5 + 0.25 * std::abs(left - right), 0.5, 1.0);
  found.confidence = chain.confidence * side;
  return found;
}

} // namespace hipcuff::segmentation
