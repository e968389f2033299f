#include "beam_grid.h"

#include "hipcuff/core/bilinear_row.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::segmentation {
namespace {

constexpr int maxBeams = 1200; // bounds the work for absurd geometries
// Beams are laid this many grid points apart: a scanner's beam is 0.3 to 1 mm wide, twice to five times as wide as
// its pulse is long, so that half as many points across as along a beam lose nothing.
constexpr int lateralPoints = 2;

/// Fills grey and usable from the working grid along the beams set up in `grid`.
void fill(BeamGrid& grid, const WorkingFrame& working, int rows) {
  const int columns = static_cast<int>(grid.origins.size());
  grid.grey = FloatImage(columns, rows);
  grid.usable = Mask(columns, rows);
  BilinearRow row(working.grey.width, working.grey.height, columns);
  for (int column = 0; column < columns; ++column) {
    const auto i = static_cast<std::size_t>(column);
    const Point from = working.toGrid(grid.origins[i]);
    const Point by = grid.directions[i] * (grid.axialMm / working.gridMm);
    row.setRay(column, from.x, from.y, by.x, by.y);
  }
  for (int r = 0; r < rows; ++r) {
    row.moveTo(r);
    std::uint8_t* usable = grid.usable.row(r);
    float* grey = grid.grey.row(r);
    row.sample(working.usable.data.data(), 0, usable);
    row.sample(working.grey.data.data(), 0.0F, grey);
    for (int x = 0; x < columns; ++x)
      grey[x] = usable[x] != 0 ? grey[x] : 0.0F;
  }
}

BeamGrid straightDown(const WorkingFrame& working) {
  BeamGrid grid;
  const int step = working.grey.width >= 4 * lateralPoints ? lateralPoints : 1;
  const int columns = working.grey.width / step;
  grid.axialMm = working.gridMm;
  grid.lateralMm = step * working.gridMm;
  grid.grey = FloatImage(columns, working.grey.height);
  grid.usable = Mask(columns, working.grey.height);
  for (int y = 0; y < working.grey.height; ++y) {
    const float* from = working.grey.row(y);
    const std::uint8_t* in = working.usable.row(y);
    float* grey = grid.grey.row(y);
    std::uint8_t* usable = grid.usable.row(y);
    if (step == 1) {
      std::copy_n(from, columns, grey);
      std::copy_n(in, columns, usable);
      continue;
    }
    for (int x = 0; x < columns; ++x) {
      grey[x] = 0.5F * (from[2 * x] + from[2 * x + 1]);
      usable[x] = in[2 * x] & in[2 * x + 1];
    }
  }
  for (int x = 0; x < columns; ++x) {
    grid.origins.push_back({(x + 0.5 * (step - 1) / step) * grid.lateralMm, 0});
    grid.directions.push_back({0, 1});
  }
  return grid;
}

BeamGrid steered(const WorkingFrame& working, Point direction) {
  BeamGrid grid;
  grid.axialMm = working.gridMm;
  grid.lateralMm = lateralPoints * working.gridMm;
  const double width = (working.grey.width - 1) * working.gridMm;
  const double height = (working.grey.height - 1) * working.gridMm;
  const double drift = height * direction.x / direction.y; // sideways, from the top to the bottom
  const double from = std::min(0.0, -drift);
  const double to = width + std::max(0.0, -drift);
  const int count = std::min(2 * working.grey.width, static_cast<int>((to - from) / grid.lateralMm) + 1);
  for (int i = 0; i < count; ++i) {
    grid.origins.push_back({from + i * grid.lateralMm, 0});
    grid.directions.push_back(direction);
  }
  fill(grid, working, static_cast<int>(height / direction.y / grid.axialMm) + 1);
  return grid;
}

BeamGrid sector(const WorkingFrame& working, Point apex) {
  double nearest = 1e9;
  double farthest = 0;
  double lowest = 1e9;
  double highest = -1e9;
  constexpr int stride = 4; // the extent does not need every point
  for (int y = 0; y < working.grey.height; y += stride)
    for (int x = 0; x < working.grey.width; x += stride) {
      if (working.usable.at(x, y) == 0)
        continue;
      const Point from = working.toMm({double(x), double(y)}) - apex;
      const double angle = std::atan2(from.x, from.y); // 0 = straight down
      const double r = norm(from);
      nearest = std::min(nearest, r);
      farthest = std::max(farthest, r);
      lowest = std::min(lowest, angle);
      highest = std::max(highest, angle);
    }
  BeamGrid grid;
  grid.axialMm = working.gridMm;
  if (farthest <= nearest)
    return straightDown(working);
  const double middle = 0.5 * (nearest + farthest);
  grid.lateralMm = lateralPoints * working.gridMm;
  const double step = grid.lateralMm / middle;
  const int count = std::min(maxBeams, static_cast<int>((highest - lowest) / step) + 1);
  for (int i = 0; i < count; ++i) {
    const double angle = lowest + i * (highest - lowest) / std::max(1, count - 1);
    const Point direction{std::sin(angle), std::cos(angle)};
    grid.origins.push_back(apex + direction * nearest);
    grid.directions.push_back(direction);
  }
  if (count > 1)
    grid.lateralMm = middle * (highest - lowest) / (count - 1);
  fill(grid, working, static_cast<int>((farthest - nearest) / grid.axialMm) + 1);
  return grid;
}

} // namespace

Point BeamGrid::toMm(double column, double row) const noexcept {
  const auto last = static_cast<double>(origins.size() - 1);
  const double c = std::clamp(column, 0.0, last);
  const auto i = static_cast<std::size_t>(c);
  const std::size_t j = std::min(i + 1, origins.size() - 1);
  const double t = c - static_cast<double>(i);
  const Point origin = origins[i] * (1 - t) + origins[j] * t;
  const Point direction = directions[i] * (1 - t) + directions[j] * t;
  return origin + direction * (row * axialMm);
}

BeamGrid makeBeamGrid(const Frame& frame, const WorkingFrame& working) {
  if (frame.probe.kind == ProbeGeometry::Kind::sector)
    return sector(working, frame.toMm(frame.probe.apexPx));
  const Point direction = frame.beamAt({0, 0});
  constexpr double upright = 0.02; // radians: less than one beam's width over the whole depth
  if (std::abs(direction.x) < upright || direction.y < 0.5)
    return straightDown(working);
  return steered(working, direction);
}

} // namespace hipcuff::segmentation
