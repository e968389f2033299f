#include "hipcuff/segmentation/tendon_line.h"

#include "smoothing.h"
#include "tissue_classifier.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff {
namespace {

constexpr double baseSigmaMm = 0.5;
constexpr double normalSigmaMm = 1.5; // normals must not follow the bone's roughness

Polyline smoothedLine(const Polyline& line, double sigma) {
  std::vector<double> x;
  std::vector<double> y;
  for (const Point p : line) {
    x.push_back(p.x);
    y.push_back(p.y);
  }
  // Coordinates against the chord, so that repeating the edges does not pull the ends in.
  const auto n = static_cast<double>(line.size() - 1);
  const Point chord = (line.back() - line.front()) * (1.0 / n);
  for (std::size_t i = 0; i < line.size(); ++i) {
    x[i] -= chord.x * static_cast<double>(i);
    y[i] -= chord.y * static_cast<double>(i);
  }
  x = segmentation::smoothed(x, sigma);
  y = segmentation::smoothed(y, sigma);
  Polyline out;
  for (std::size_t i = 0; i < line.size(); ++i)
    out.push_back({x[i] + chord.x * static_cast<double>(i), y[i] + chord.y * static_cast<double>(i)});
  return out;
}

std::vector<Point> directionsOf(const Polyline& line) {
  std::vector<double> dx;
  std::vector<double> dy;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const Point d = line[std::min(i + 1, line.size() - 1)] - line[i > 0 ? i - 1 : 0];
    dx.push_back(d.x);
    dy.push_back(d.y);
  }
  dx = segmentation::smoothed(dx, normalSigmaMm / stationStepMm);
  dy = segmentation::smoothed(dy, normalSigmaMm / stationStepMm);
  std::vector<Point> out;
  for (std::size_t i = 0; i < line.size(); ++i)
    out.push_back(normalized({dx[i], dy[i]}));
  return out;
}

} // namespace

BoneLine boneLine(const Frame& frame, const Polyline& interfaceMm) {
  BoneLine line;
  if (interfaceMm.size() < 2 || !(length(interfaceMm) > 0))
    return line;
  line.pointsMm = smoothedLine(resampled(interfaceMm, stationStepMm), baseSigmaMm / stationStepMm);
  const Point skinward = frame.beamAt(line.pointsMm[line.pointsMm.size() / 2]) * -1.0;
  for (const Point along : directionsOf(line.pointsMm)) {
    const Point n{along.y, -along.x};
    line.normals.push_back(dot(n, skinward) < 0 ? n * -1.0 : n);
  }
  return line;
}

std::vector<double> fibreAngles(const Frame& frame, const Polyline& pointsMm, const std::vector<Point>& normals,
                                const std::vector<double>& height) {
  std::vector<double> angles;
  for (std::size_t i = 0; i < height.size(); ++i) {
    const std::size_t a = i > 3 ? i - 4 : 0;
    const std::size_t b = std::min(i + 4, height.size() - 1);
    const double rise = b > a ? (height[b] - height[a]) / (static_cast<double>(b - a) * stationStepMm) : 0.0;
    const double turn = 0.5 * std::atan(rise);
    const Point n = normals[i];
    const Point along{-n.y, n.x};
    const Point fibre = along * std::cos(turn) + n * std::sin(turn);
    const Point beam = frame.beamAt(pointsMm[i] + n * (0.5 * height[i]));
    angles.push_back(std::asin(std::clamp(dot(fibre, beam), -1.0, 1.0)) * 180.0 / std::numbers::pi);
  }
  return segmentation::smoothed(angles, 0.6 / stationStepMm);
}

std::optional<TissueBand> tissueOver(const Frame& frame, const WorkingFrame& working, const Polyline& interfaceMm,
                                     std::optional<View> view) {
  if (interfaceMm.size() < 2 || !(length(interfaceMm) > 0))
    return std::nullopt;
  return segmentation::classifyTissue(frame, working, segmentation::layOutLine(frame, interfaceMm, 1), view);
}

} // namespace hipcuff
