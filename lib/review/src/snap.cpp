#include "snap.h"

#include "hipcuff/segmentation/optimal_path.h"
#include "hipcuff/segmentation/tendon_line.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::review {
namespace {

constexpr double rowMm = 0.05;
constexpr double edgeMm = 0.3;     // levels are compared over so much on either side of an edge
constexpr double alongMm = 0.75;   // and averaged over so much of the border to either side
constexpr float stayPerMm = 0.35F; // an edge that is that much weaker, but nearer by a millimetre, is as good
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

/// What speaks for the border at a step of grey outwards (towards the skin), per level.
float ofItsKind(Border border, float step) {
  switch (border) {
  case Border::cortex:
    return -step; // the bone's bright line ends outwards
  case Border::deep:
    return step; // dark fluid below, tendon above
  case Border::superficial:
    break;
  }
  return std::abs(step); // fat, fluid or fascia: darker or brighter than the tendon
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
  // Cumulated grey along each normal, so that means over edgeMm are differences.
  const auto side = static_cast<int>(std::lround(edgeMm / rowMm));
  const int rows = 2 * half + 1;
  FloatImage steps(columns, rows);
  std::vector<float> sums(static_cast<std::size_t>(rows + 2 * side) + 1);
  for (int x = 0; x < columns; ++x) {
    const Point at = line.pointsMm[static_cast<std::size_t>(x)];
    const Point normal = line.normals[static_cast<std::size_t>(x)];
    for (int y = 0; y < rows + 2 * side; ++y)
      sums[static_cast<std::size_t>(y) + 1] =
          sums[static_cast<std::size_t>(y)] + greyAt(context.working, at + normal * ((y - half - side + 0.5) * rowMm));
    for (int y = 0; y < rows; ++y) {
      const auto i = static_cast<std::size_t>(y + side);
      const auto k = static_cast<std::size_t>(side);
      steps.at(x, y) = ((sums[i + k] - sums[i]) - (sums[i] - sums[i - k])) / static_cast<float>(side);
    }
  }
  FloatImage reward = alongMean(steps, static_cast<int>(std::lround(alongMm / stationStepMm)));
  float strongest = 1;
  for (float& value : reward.data) {
    value = ofItsKind(border, value);
    strongest = std::max(strongest, value);
  }
  for (int y = 0; y < rows; ++y)
    for (int x = 0; x < columns; ++x)
      reward.at(x, y) = reward.at(x, y) / strongest - stayPerMm * static_cast<float>(std::abs(y - half) * rowMm);
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
