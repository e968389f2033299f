#include "tiles.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hipcuff::onnx {
namespace {

constexpr double rampShare = 0.25; // of the overlap, in its middle

/// 0 before `middle`, 1 after it, over `width`.
double rise(double x, double middle, double width) {
  const double t = std::clamp((x - middle) / std::max(width, 1e-9) + 0.5, 0.0, 1.0);
  return 0.5 - 0.5 * std::cos(std::numbers::pi * t);
}

int upTo(int value, int multiple) {
  return (value + multiple - 1) / multiple * multiple;
}

} // namespace

double TileRow::share(std::size_t k, int i) const {
  const auto ramp = [&](std::size_t later) { // from tile later - 1 to tile later
    const int begin = starts[later];
    const int end = starts[later - 1] + size;
    return rise(starts[k] + i, 0.5 * (begin + end - 1), rampShare * (end - begin));
  };
  const double in = k > 0 ? ramp(k) : 1.0;
  const double out = k + 1 < starts.size() ? 1.0 - ramp(k + 1) : 1.0;
  return in * out;
}

TileRow tileRow(int length, int size, int overlap, int multiple) {
  TileRow row;
  row.size = multiple > 0 ? std::min(size, upTo(length, multiple)) : size;
  row.starts.push_back(0);
  if (length <= row.size)
    return row;
  const int furthest = size - overlap;
  const int more = (length - size + furthest - 1) / furthest;
  int step = (length - size + more - 1) / more;
  if (multiple > 0 && upTo(step, multiple) <= furthest)
    step = upTo(step, multiple);
  for (int k = 1; k <= more; ++k)
    row.starts.push_back(k * step);
  return row;
}

std::vector<FloatImage> tiled(const FloatImage& picture, const TileRow& columns, const TileRow& rows,
                              const std::function<std::vector<FloatImage>(const FloatImage&)>& run) {
  std::vector<FloatImage> all;
  for (std::size_t j = 0; j < rows.starts.size(); ++j)
    for (std::size_t i = 0; i < columns.starts.size(); ++i) {
      const int x0 = columns.starts[i];
      const int y0 = rows.starts[j];
      const int width = std::min(columns.size, picture.width - x0);
      const int height = std::min(rows.size, picture.height - y0);
      FloatImage tile(columns.size, rows.size);
      for (int y = 0; y < height; ++y)
        std::copy_n(picture.row(y0 + y) + x0, width, tile.row(y));
      const std::vector<FloatImage> maps = run(tile);
      if (all.empty())
        all.assign(maps.size(), FloatImage(picture.width, picture.height));
      std::vector<float> shares;
      for (int x = 0; x < width; ++x)
        shares.push_back(static_cast<float>(columns.share(i, x)));
      for (std::size_t c = 0; c < maps.size(); ++c)
        for (int y = 0; y < height; ++y) {
          const auto share = static_cast<float>(rows.share(j, y));
          const float* from = maps[c].row(y);
          float* to = all[c].row(y0 + y) + x0;
          for (int x = 0; x < width; ++x)
            to[x] += share * shares[static_cast<std::size_t>(x)] * from[x];
        }
    }
  return all;
}

} // namespace hipcuff::onnx
