#include "hipcuff/segmentation/working_grid.h"

#include "hipcuff/core/vectorised.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

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

constexpr int rowsTogether = 8; // one vector of floats

/// line[x] = sum of weights[k] * rows[k][x]
HIPCUFF_VECTORISED void mixRows(const std::uint8_t* first, std::ptrdiff_t stride, const float* weights, int taps, int n,
                                float* line) {
  for (int x = 0; x < n; ++x)
    line[x] = weights[0] * static_cast<float>(first[x]);
  for (int k = 1; k < taps; ++k)
    for (int x = 0; x < n; ++x)
      line[x] += weights[k] * static_cast<float>(first[k * stride + x]);
}

/// Puts a row where the rows that are treated together lie side by side, pixel by pixel.
HIPCUFF_VECTORISED void interleave(const float* const* lines, int n, float* out) {
  for (int x = 0; x < n; ++x)
    for (int r = 0; r < rowsTogether; ++r)
      out[x * rowsTogether + r] = lines[r][x];
}

/// The horizontal pass over interleaved rows. `weights` holds `taps` of them for each point.
HIPCUFF_VECTORISED void mixColumns(const float* in, const int* first, const float* weights, int taps, int points,
                                   float* const* out) {
  for (int x = 0; x < points; ++x) {
    const float* at = in + first[x] * rowsTogether;
    float sum[rowsTogether] = {};
    for (int k = 0; k < taps; ++k)
      for (int r = 0; r < rowsTogether; ++r)
        sum[r] += weights[x * taps + k] * at[k * rowsTogether + r];
    for (int r = 0; r < rowsTogether; ++r)
      out[r][x] = std::min(std::max(sum[r], 0.0F), 255.0F);
  }
}

FloatImage resample(const GreyImage& in, const std::vector<Taps>& columns, const std::vector<Taps>& rows) {
  FloatImage out(static_cast<int>(columns.size()), static_cast<int>(rows.size()));
  // The same number of taps for every column, the last ones perhaps 0: the loops then have a fixed length.
  std::size_t taps = 1;
  for (const Taps& column : columns)
    taps = std::max(taps, column.weights.size());
  std::vector<int> first;
  std::vector<float> weights(columns.size() * taps, 0.0F);
  for (std::size_t x = 0; x < columns.size(); ++x) {
    first.push_back(columns[x].first);
    std::copy(columns[x].weights.begin(), columns[x].weights.end(),
              weights.begin() + static_cast<std::ptrdiff_t>(x * taps));
  }
  const auto width = static_cast<std::size_t>(in.width);
  std::vector<float> lines(width * rowsTogether);
  std::vector<float> interleaved((width + taps) * rowsTogether, 0.0F);
  std::vector<float> spare(columns.size()); // for the rows that the last group lacks
  for (int y = 0; y < out.height; y += rowsTogether) {
    const float* line[rowsTogether];
    float* target[rowsTogether];
    for (int r = 0; r < rowsTogether; ++r) {
      float* mixed = lines.data() + static_cast<std::size_t>(r) * width;
      line[r] = mixed;
      target[r] = y + r < out.height ? out.row(y + r) : spare.data();
      if (y + r >= out.height)
        continue;
      const Taps& v = rows[static_cast<std::size_t>(y + r)];
      mixRows(in.row(v.first), in.width, v.weights.data(), static_cast<int>(v.weights.size()), in.width, mixed);
    }
    interleave(line, in.width, interleaved.data());
    mixColumns(interleaved.data(), first.data(), weights.data(), static_cast<int>(taps), out.width, target);
  }
  return out;
}

/// line[x] = 255 where all rows are
HIPCUFF_VECTORISED void leastOfRows(const std::uint8_t* first, std::ptrdiff_t stride, int rows, int n,
                                    std::uint8_t* line) {
  std::copy(first, first + n, line);
  for (int k = 1; k < rows; ++k)
    for (int x = 0; x < n; ++x)
      line[x] = std::min(line[x], first[k * stride + x]);
}

Mask shrinkMask(const Mask& in, const std::vector<Taps>& columns, const std::vector<Taps>& rows) {
  Mask out(static_cast<int>(columns.size()), static_cast<int>(rows.size()), 255);
  // The grid points that a pixel takes part in, as a half-open range. A pixel that takes part in none (beyond the last
  // grid point) gets the empty range between those of its neighbours, so that runs of pixels have their right ends.
  std::vector<std::pair<int, int>> touched(static_cast<std::size_t>(in.width), {out.width, 0});
  for (int x = 0; x < out.width; ++x) {
    const Taps& h = columns[static_cast<std::size_t>(x)];
    for (std::size_t k = 0; k < h.weights.size(); ++k) {
      auto& [begin, end] = touched[static_cast<std::size_t>(h.first) + k];
      begin = std::min(begin, x);
      end = std::max(end, x + 1);
    }
  }
  for (std::size_t i = 1; i < touched.size(); ++i)
    touched[i].second = std::max(touched[i].second, touched[i - 1].second);
  for (std::size_t i = touched.size() - 1; i > 0; --i)
    touched[i - 1].first = std::min(touched[i - 1].first, touched[i].first);
  std::vector<std::uint8_t> line(static_cast<std::size_t>(in.width));
  for (int y = 0; y < out.height; ++y) {
    const Taps& v = rows[static_cast<std::size_t>(y)];
    leastOfRows(in.row(v.first), in.width, static_cast<int>(v.weights.size()), in.width, line.data());
    std::uint8_t* target = out.row(y);
    const auto full = [](std::uint8_t value) { return value == 255; };
    for (auto at = std::find_if_not(line.begin(), line.end(), full); at != line.end();
         at = std::find_if_not(at, line.end(), full)) {
      // One run of pixels that are no tissue.
      const auto end = std::find_if(at, line.end(), full);
      const int begin = touched[static_cast<std::size_t>(at - line.begin())].first;
      const int stop = touched[static_cast<std::size_t>(end - line.begin() - 1)].second;
      if (begin < stop)
        std::fill(target + begin, target + stop, std::uint8_t{0});
      at = end;
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
