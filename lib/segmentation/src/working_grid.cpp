#include "hipcuff/segmentation/working_grid.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace hipcuff {
namespace {

/// The source pixels of one grid point along one axis, and their weights (sum 1).
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

double catmullRom(double t) {
  t = std::abs(t);
  if (t < 1)
    return 1.0 + t * t * (1.5 * t - 2.5);
  if (t < 2)
    return 2.0 + t * (-4.0 + t * (2.5 - 0.5 * t));
  return 0;
}

std::vector<Taps> tapsFor(int points, int pixels, double pixelsPerPoint) {
  const bool shrinking = pixelsPerPoint > 1.0;
  const double radius = shrinking ? pixelsPerPoint : 2.0;
  std::vector<Taps> all(static_cast<std::size_t>(points));
  for (int i = 0; i < points; ++i) {
    const double centre = i * pixelsPerPoint;
    Taps taps;
    taps.first = std::clamp(static_cast<int>(std::floor(centre - radius)) + 1, 0, pixels - 1);
    const int last = std::clamp(static_cast<int>(std::ceil(centre + radius)) - 1, taps.first, pixels - 1);
    double sum = 0;
    for (int p = taps.first; p <= last; ++p) {
      const double w = shrinking ? std::max(0.0, 1.0 - std::abs(p - centre) / radius) : catmullRom(p - centre);
      taps.weights.push_back(static_cast<float>(w));
      sum += w;
    }
    if (sum <= 0) { // beyond the last pixel by less than one
      taps.weights.assign(taps.weights.size(), 0.0F);
      taps.weights.back() = 1.0F;
      sum = 1;
    }
    for (float& w : taps.weights)
      w = static_cast<float>(w / sum);
    all[static_cast<std::size_t>(i)] = std::move(taps);
  }
  return all;
}

int pointsAlong(int pixels, double scale, double grid) {
  return static_cast<int>(std::floor((pixels - 1) * scale / grid + 1e-6)) + 1;
}

FloatImage resample(const GreyImage& in, const std::vector<Taps>& columns, const std::vector<Taps>& rows) {
  FloatImage out(static_cast<int>(columns.size()), static_cast<int>(rows.size()));
  std::vector<float> line(static_cast<std::size_t>(in.width));
  for (int y = 0; y < out.height; ++y) {
    const Taps& v = rows[static_cast<std::size_t>(y)];
    std::fill(line.begin(), line.end(), 0.0F);
    for (std::size_t k = 0; k < v.weights.size(); ++k) {
      const std::uint8_t* source = in.row(v.first + static_cast<int>(k));
      const float w = v.weights[k];
      for (int x = 0; x < in.width; ++x)
        line[static_cast<std::size_t>(x)] += w * static_cast<float>(source[x]);
    }
    float* target = out.row(y);
    for (int x = 0; x < out.width; ++x) {
      const Taps& h = columns[static_cast<std::size_t>(x)];
      const float* source = line.data() + h.first;
      float sum = 0;
      for (std::size_t k = 0; k < h.weights.size(); ++k)
        sum += h.weights[k] * source[k];
      target[x] = std::clamp(sum, 0.0F, 255.0F);
    }
  }
  return out;
}

Mask shrinkMask(const Mask& in, const std::vector<Taps>& columns, const std::vector<Taps>& rows) {
  Mask out(static_cast<int>(columns.size()), static_cast<int>(rows.size()));
  std::vector<std::uint8_t> line(static_cast<std::size_t>(in.width));
  for (int y = 0; y < out.height; ++y) {
    const Taps& v = rows[static_cast<std::size_t>(y)];
    std::fill(line.begin(), line.end(), std::uint8_t{255});
    for (std::size_t k = 0; k < v.weights.size(); ++k) {
      const std::uint8_t* source = in.row(v.first + static_cast<int>(k));
      for (int x = 0; x < in.width; ++x)
        line[static_cast<std::size_t>(x)] = std::min(line[static_cast<std::size_t>(x)], source[x]);
    }
    for (int x = 0; x < out.width; ++x) {
      const Taps& h = columns[static_cast<std::size_t>(x)];
      std::uint8_t least = 255;
      for (std::size_t k = 0; k < h.weights.size(); ++k)
        least = std::min(least, line[static_cast<std::size_t>(h.first) + k]);
      out.at(x, y) = least == 255 ? 255 : 0;
    }
  }
  return out;
}

bool positive(double v) {
  return std::isfinite(v) && v > 0;
}

} // namespace

WorkingFrame makeWorkingFrame(const Frame& frame, double gridMm) {
  if (frame.pixels.empty() || frame.usable.width != frame.pixels.width || frame.usable.height != frame.pixels.height)
    throw std::invalid_argument("working grid: the frame is empty or its mask has another size");
  if (!positive(frame.scale.x) || !positive(frame.scale.y) || !positive(gridMm))
    throw std::invalid_argument("working grid: scales must be positive");
  WorkingFrame working;
  working.gridMm = std::max({gridMm, frame.widthMm() / (maxGridPoints - 1), frame.heightMm() / (maxGridPoints - 1)});
  const auto columns = tapsFor(pointsAlong(frame.pixels.width, frame.scale.x, working.gridMm), frame.pixels.width,
                               working.gridMm / frame.scale.x);
  const auto rows = tapsFor(pointsAlong(frame.pixels.height, frame.scale.y, working.gridMm), frame.pixels.height,
                            working.gridMm / frame.scale.y);
  working.grey = resample(frame.pixels, columns, rows);
  working.usable = shrinkMask(frame.usable, columns, rows);
  return working;
}

} // namespace hipcuff
