#include "tissue_layout.h"

#include "bone_evidence.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::segmentation {
namespace {

constexpr double shortestLineMm = 8.0;
constexpr double bridgeMm = 5.0; // pieces of one bone lie this near
constexpr double bridgeSlopeDegrees = 50.0;
constexpr double endMm = 3.0; // the direction of an end is that of its last millimetres
constexpr float brightest = 2.0F;

struct Line {
  Polyline points;
  double confidence = 0;
  double score = 0; ///< mm times confidence
};

double slopeDegrees(Point d) {
  return std::atan2(d.y, d.x) * 180.0 / std::numbers::pi;
}

std::vector<Line> joinedLines(const Cortex& cortex) {
  std::vector<Line> all;
  Polyline points;
  double weighted = 0;
  double total = 0;
  const auto close = [&] {
    if (points.size() > 1 && total >= shortestLineMm)
      all.push_back({points, weighted / total, weighted});
    points.clear();
    weighted = total = 0;
  };
  for (const CortexSegment& segment : cortex.segments) {
    if (segment.interfaceMm.size() < 2)
      continue;
    if (!points.empty()) {
      const Point gap = segment.interfaceMm.front() - points.back();
      if (gap.x < 0 || norm(gap) > bridgeMm || std::abs(slopeDegrees(gap)) > bridgeSlopeDegrees)
        close();
    }
    const double mm = length(segment.interfaceMm);
    points.insert(points.end(), segment.interfaceMm.begin(), segment.interfaceMm.end());
    weighted += segment.confidence * mm;
    total += mm;
  }
  close();
  std::stable_sort(all.begin(), all.end(), [](const Line& a, const Line& b) { return a.score > b.score; });
  return all;
}

Point skinwardAt(const Frame& frame, const Polyline& points) {
  return frame.beamAt(points[points.size() / 2]) * -1.0;
}

Point normalTo(Point direction, Point skinward) {
  const Point n{direction.y, -direction.x};
  return dot(n, skinward) < 0 ? n * -1.0 : n;
}

} // namespace

TissueLayout layOutLine(const Frame& frame, const Polyline& interfaceMm, double confidence) {
  const BoneLine line = boneLine(frame, interfaceMm);
  const Polyline& points = line.pointsMm;
  const auto reach = std::min(points.size() - 1, static_cast<std::size_t>(endMm / tissueStepMm));
  const Point leftwards = normalized(points.front() - points[reach]);
  const Point rightwards = normalized(points.back() - points[points.size() - 1 - reach]);
  const Point skinward = skinwardAt(frame, points);
  TissueLayout layout;
  const auto add = [&](Point p, Point direction) {
    layout.base.push_back(p);
    layout.normals.push_back(normalTo(direction, skinward));
  };
  const auto context = static_cast<std::size_t>(tissueContextMm / tissueStepMm);
  for (std::size_t i = context; i > 0; --i)
    add(points.front() + leftwards * (static_cast<double>(i) * tissueStepMm), leftwards * -1.0);
  layout.first = context;
  layout.base.insert(layout.base.end(), points.begin(), points.end());
  layout.normals.insert(layout.normals.end(), line.normals.begin(), line.normals.end());
  layout.last = layout.base.size() - 1;
  for (std::size_t i = 1; i <= context; ++i)
    add(points.back() + rightwards * (static_cast<double>(i) * tissueStepMm), rightwards);
  layout.confidence = confidence;
  return layout;
}

std::vector<TissueLayout> tissueLayouts(const Frame& frame, const Cortex& cortex, std::size_t most) {
  std::vector<TissueLayout> layouts;
  for (const Line& line : joinedLines(cortex))
    if (layouts.size() < most)
      layouts.push_back(layOutLine(frame, line.points, line.confidence));
  return layouts;
}

std::vector<FloatImage> tissueChannels(const Frame& frame, const WorkingFrame& working, const TissueLayout& layout,
                                       std::optional<View> view) {
  const auto columns = static_cast<int>(layout.base.size());
  const float viewValue = !view ? 0.5F : *view == View::shortAxis ? 1.0F : 0.0F;
  std::vector<FloatImage> channels(tissueChannelCount, FloatImage(columns, tissueRows));
  channels[4] = FloatImage(columns, tissueRows, viewValue);
  const GreyRange range = greyRange(working.grey, working.usable);
  const float scale = 1.0F / (range.strong - range.floor);
  const int width = working.grey.width;
  const int height = working.grey.height;
  for (int c = 0; c < columns; ++c) {
    const Point base = layout.base[static_cast<std::size_t>(c)];
    const Point normal = layout.normals[static_cast<std::size_t>(c)];
    const Point beam = frame.beamAt(base);
    // The angle from "into the bone" (against the normal) to the beam: 0 where the beam meets the bone squarely.
    const Point inward = normal * -1.0;
    const auto slope =
        static_cast<float>(std::atan2(cross(beam, inward), dot(beam, inward)) * 180.0 / std::numbers::pi / 30.0);
    const Point start = working.toGrid(base + normal * tissueLowestMm);
    const Point step = working.toGrid(normal * tissueHeightMm);
    for (int r = 0; r < tissueRows; ++r) {
      channels[2].at(c, r) = static_cast<float>((tissueLowestMm + r * tissueHeightMm) / 10.0);
      channels[3].at(c, r) = slope;
      const double x = start.x + r * step.x;
      const double y = start.y + r * step.y;
      if (x < 0 || y < 0 || x > width - 1 || y > height - 1)
        continue;
      const int x0 = std::min(static_cast<int>(x), width - 2);
      const int y0 = std::min(static_cast<int>(y), height - 2);
      if (working.usable.at(static_cast<int>(x + 0.5), static_cast<int>(y + 0.5)) == 0)
        continue;
      const auto tx = static_cast<float>(x - x0);
      const auto ty = static_cast<float>(y - y0);
      const float* a = working.grey.row(y0) + x0;
      const float* b = working.grey.row(y0 + 1) + x0;
      const float grey = (a[0] * (1 - tx) + a[1] * tx) * (1 - ty) + (b[0] * (1 - tx) + b[1] * tx) * ty;
      channels[0].at(c, r) = std::clamp((grey - range.floor) * scale, 0.0F, brightest);
      channels[1].at(c, r) = 1.0F;
    }
  }
  return channels;
}

} // namespace hipcuff::segmentation
