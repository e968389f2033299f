#include "snap.h"

#include "hipcuff/segmentation/optimal_path.h"
#include "hipcuff/segmentation/tendon_line.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::review {
namespace {

constexpr double rowMm = 0.05;
constexpr double edgeMm = 0.3;    // levels are compared over so much on either side of an edge
constexpr double crestMm = 0.15;  // half the width of the bright line on a tendon
constexpr double alongMm = 0.75;  // and averaged over so much of the border to either side
constexpr float stayPerMm = 0.3F; // an edge that is that much weaker, but nearer by a millimetre, is as good
constexpr float changePerRow = 0.12F;

float greyAt(const WorkingFrame& working, Point mm) {
  const Point g = working.toGrid(mm);
  const FloatImage& grey = working.grey;
  const double x = std::clamp(g.x, 0.0, grey.width - 1.001);
  const double y = std::clamp(g.y, 0.0, grey.height - 1.001);
  const auto x0 = static_cast<int>(x);
  const auto y0 = static_cast<int>(y);
  const auto tx = static_cast<float>(x - x0);
  const auto ty = static_cast<float>(y - y0);
  return (grey.at(x0, y0) * (1 - tx) + grey.at(x0 + 1, y0) * tx) * (1 - ty) +
         (grey.at(x0, y0 + 1) * (1 - tx) + grey.at(x0 + 1, y0 + 1) * tx) * ty;
}

/// Mean grey on either side of a place and at it.
struct Around {
  float below = 0;
  float at = 0;
  float above = 0;
};

/// What speaks for the border there, in grey levels.
float ofItsKind(Border border, const Around& grey) {
  const float step = grey.above - grey.below;
  switch (border) {
  case Border::cortex:
    return -step; // the bone's bright line ends outwards
  case Border::deep:
    return step; // dark fluid below, tendon above
  case Border::superficial:
    break;
  }
  // The crest of the bright line between tendon and fat; where there is none, a step either way. A line has a step on
  // both its sides: half as much is less than its crest.
  return std::max(grey.at - 0.5F * (grey.below + grey.above), 0.5F * std::abs(step));
}

/// Running mean over the neighbours along the line.
FloatImage alongMean(const FloatImage& in, int reach) {
  FloatImage out(in.width, in.height);
  for (int y = 0; y < in.height; ++y)
    for (int x = 0; x < in.width; ++x) {
      float sum = 0;
      const int a = std::max(0, x - reach);
      const int b = std::min(in.width - 1, x + reach);
      for (int k = a; k <= b; ++k)
        sum += in.at(k, y);
      out.at(x, y) = sum / static_cast<float>(b - a + 1);
    }
  return out;
}

} // namespace

Polyline snappedTo(const FrameContext& context, Border border, const Polyline& px, double reachMm) {
  const Frame& frame = context.frame;
  Polyline mm;
  for (const Point p : px) {
    if (!std::isfinite(p.x) || !std::isfinite(p.y))
      return px;
    mm.push_back(frame.toMm(p));
  }
  // A long way off the picture is no line that could be snapped, and would be a long row of stations.
  if (length(mm) > 2 * (frame.widthMm() + frame.heightMm()) || context.working.grey.width < 3 ||
      context.working.grey.height < 3)
    return px;
  const BoneLine line = boneLine(frame, mm);
  const auto columns = static_cast<int>(line.pointsMm.size());
  const auto half = static_cast<int>(std::lround(std::clamp(reachMm, 0.0, 5.0) / rowMm));
  if (columns < 2 || half < 1)
    return px;
  // Cumulated grey along each normal, so that means are differences.
  const auto side = static_cast<int>(std::lround(edgeMm / rowMm));
  const auto centre = static_cast<int>(std::lround(crestMm / rowMm));
  const int margin = side + centre;
  const int rows = 2 * half + 1;
  FloatImage below(columns, rows);
  FloatImage at(columns, rows);
  FloatImage above(columns, rows);
  // A crest lies between its sides; a step has none between them.
  const int gap = border == Border::superficial ? centre : 0;
  std::vector<float> sums(static_cast<std::size_t>(rows + 2 * margin) + 1);
  for (int x = 0; x < columns; ++x) {
    const Point base = line.pointsMm[static_cast<std::size_t>(x)];
    const Point normal = line.normals[static_cast<std::size_t>(x)];
    for (int y = 0; y < rows + 2 * margin; ++y)
      sums[static_cast<std::size_t>(y) + 1] =
          sums[static_cast<std::size_t>(y)] +
          greyAt(context.working, base + normal * ((y - half - margin + 0.5) * rowMm));
    const auto mean = [&](int from, int to) {
      return (sums[static_cast<std::size_t>(to)] - sums[static_cast<std::size_t>(from)]) /
             static_cast<float>(to - from);
    };
    for (int y = 0; y < rows; ++y) {
      const int here = y + margin;
      below.at(x, y) = mean(here - gap - side, here - gap);
      at.at(x, y) = mean(here - centre, here + centre);
      above.at(x, y) = mean(here + gap, here + gap + side);
    }
  }
  const int neighbours = static_cast<int>(std::lround(alongMm / stationStepMm));
  below = alongMean(below, neighbours);
  at = alongMean(at, neighbours);
  above = alongMean(above, neighbours);
  FloatImage reward(columns, rows);
  float usual = 0; // the strongest edge of a column, on average
  for (int x = 0; x < columns; ++x) {
    float strongest = 0;
    for (int y = 0; y < rows; ++y) {
      reward.at(x, y) = ofItsKind(border, {below.at(x, y), at.at(x, y), above.at(x, y)});
      strongest = std::max(strongest, reward.at(x, y));
    }
    usual += strongest / static_cast<float>(columns);
  }
  usual = std::max(usual, 1.0F);
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x)
      reward.at(x, y) = reward.at(x, y) / usual - stayPerMm * static_cast<float>(std::abs(y - half) * rowMm);
  const std::vector<int> path = optimalPath(reward, {.maxStep = 2, .perRow = changePerRow, .mayBeAbsent = false});
  // Rows are coarser than a hand is steady: a short mean takes the stairs away.
  std::vector<double> heights;
  for (const int row : path)
    heights.push_back((row - half) * rowMm);
  Polyline out;
  for (int x = 0; x < columns; ++x) {
    const int a = std::max(0, x - 2);
    const int b = std::min(columns - 1, x + 2);
    double sum = 0;
    for (int k = a; k <= b; ++k)
      sum += heights[static_cast<std::size_t>(k)];
    const auto i = static_cast<std::size_t>(x);
    out.push_back(frame.toFullPixels(line.pointsMm[i] + line.normals[i] * (sum / (b - a + 1))));
  }
  return out;
}

} // namespace hipcuff::review
