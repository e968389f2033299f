#include "grey_pattern.h"

#include "band_filters.h"

#include <vnl/algo/vnl_fft_2d.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numbers>
#include <utility>
#include <vector>

namespace hipcuff {
namespace {

constexpr double windowMm = 2.0;
constexpr double slowestPerMm = 1.0;
constexpr std::size_t mostWindows = 16; // more say the same and cost time
constexpr std::size_t leastWindows = 3;
constexpr int levels = 16;
constexpr std::uint8_t outside = 255; // of the mask
constexpr double leastPairs = 500;

bool whole(const Mask& mask, int x0, int y0, int side) {
  for (int y = y0; y < y0 + side; ++y)
    if (!std::all_of(mask.row(y) + x0, mask.row(y) + x0 + side, [](auto v) { return v != 0; }))
      return false;
  return true;
}

/// Even lengths that vnl_fft takes: 2, 3 and 5 alone.
int transformLength(int least) {
  for (int n = least + least % 2;; n += 2) {
    int rest = n;
    for (const int factor : {2, 3, 5})
      while (rest % factor == 0)
        rest /= factor;
    if (rest == 1)
      return n;
  }
}

/// The window's places, evenly picked where there are many.
std::vector<std::pair<int, int>> windowsIn(const Mask& mask, int side) {
  std::vector<std::pair<int, int>> all;
  const int step = std::max(1, side / 2);
  for (int x = 0; x + side <= mask.width; x += step)
    for (int y = 0; y + side <= mask.height;)
      if (whole(mask, x, y, side)) {
        all.emplace_back(x, y);
        y += step;
      } else {
        ++y;
      }
  if (all.size() <= mostWindows)
    return all;
  std::vector<std::pair<int, int>> some;
  for (std::size_t i = 0; i < mostWindows; ++i)
    some.push_back(all[i * all.size() / mostWindows]);
  return some;
}

} // namespace

std::optional<double> peakSpatialFrequencyPerMm(const FloatImage& grey, const Mask& mask, double stepMm) {
  const int side = static_cast<int>(std::lround(windowMm / stepMm));
  if (side < 4 || mask.width < side || mask.height < side)
    return std::nullopt;
  const auto windows = windowsIn(mask, side);
  if (windows.size() < leastWindows)
    return std::nullopt;
  const int n = transformLength(2 * side); // twice the length: the peak's place between the window's own frequencies
  std::vector<double> taper;
  for (int i = 0; i < side; ++i)
    taper.push_back(0.5 - 0.5 * std::cos(2 * std::numbers::pi * (i + 0.5) / side));
  vnl_fft_2d<double> transform(n, n);
  std::vector<double> power(static_cast<std::size_t>(n) * n, 0.0);
  for (const auto& [x0, y0] : windows) {
    double mean = 0;
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        mean += grey.at(x0 + x, y0 + y);
    mean /= side * side;
    vnl_matrix<std::complex<double>> patch(static_cast<unsigned>(n), static_cast<unsigned>(n), 0.0);
    for (int y = 0; y < side; ++y)
      for (int x = 0; x < side; ++x)
        patch(static_cast<unsigned>(y), static_cast<unsigned>(x)) =
            (grey.at(x0 + x, y0 + y) - mean) * taper[static_cast<std::size_t>(x)] * taper[static_cast<std::size_t>(y)];
    transform.fwd_transform(patch);
    for (std::size_t i = 0; i < power.size(); ++i)
      power[i] += std::norm(patch.data_block()[i]);
  }
  double highest = 0;
  double peak = 0;
  for (int v = 0; v < n; ++v)
    for (int u = 0; u < n; ++u) {
      const double fx = (u <= n / 2 ? u : u - n) / (n * stepMm);
      const double fy = (v <= n / 2 ? v : v - n) / (n * stepMm);
      const double f = std::hypot(fx, fy);
      if (const double p = power[static_cast<std::size_t>(v) * n + u]; f >= slowestPerMm && p > highest) {
        highest = p;
        peak = f;
      }
    }
  return highest > 1e-6 ? std::optional(peak) : std::nullopt;
}

GreyLevels::GreyLevels(const FloatImage& grey, const Mask& mask)
    : level_(mask.width, mask.height, outside) {
  std::vector<float> values;
  for (std::size_t i = 0; i < mask.data.size(); ++i)
    if (mask.data[i])
      values.push_back(grey.data[i]);
  if (values.empty())
    return;
  const float dark = quantile(values, 0.02);
  const float bright = quantile(values, 0.98);
  if (bright - dark < 1)
    return;
  const float scale = levels / (bright - dark);
  for (std::size_t i = 0; i < mask.data.size(); ++i)
    if (mask.data[i])
      level_.data[i] =
          static_cast<std::uint8_t>(std::clamp((grey.data[i] - dark) * scale, 0.0F, static_cast<float>(levels - 1)));
}

std::optional<CoOccurrence> GreyLevels::coOccurrence(int dx, int dy) const {
  std::array<std::array<int, levels>, levels> pairsOf{};
  double pairs = 0;
  for (int y = std::max(0, -dy); y < level_.height - std::max(0, dy); ++y) {
    const std::uint8_t* row = level_.row(y);
    const std::uint8_t* other = level_.row(y + dy) + dx;
    for (int x = std::max(0, -dx); x < level_.width - std::max(0, dx); ++x)
      if (row[x] != outside && other[x] != outside) {
        ++pairsOf[row[x]][other[x]];
        pairs += 1;
      }
  }
  if (pairs < leastPairs)
    return std::nullopt;
  double mean = 0; // of either pixel: the counts are symmetric
  double square = 0;
  double product = 0;
  CoOccurrence out;
  for (std::size_t a = 0; a < levels; ++a)
    for (std::size_t b = 0; b < levels; ++b) {
      const double p = (pairsOf[a][b] + pairsOf[b][a]) / (2 * pairs);
      const double i = static_cast<double>(a);
      const double j = static_cast<double>(b);
      mean += p * i;
      square += p * i * i;
      product += p * i * j;
      out.contrast += p * (i - j) * (i - j);
      out.energy += p * p;
      out.homogeneity += p / (1 + std::abs(i - j));
    }
  const double variance = square - mean * mean;
  if (!(variance > 1e-9))
    return std::nullopt;
  out.correlation = (product - mean * mean) / variance;
  return out;
}

} // namespace hipcuff
