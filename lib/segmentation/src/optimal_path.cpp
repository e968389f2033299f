#include "hipcuff/segmentation/optimal_path.h"

#include <algorithm>
#include <cstdint>
#include <limits>

namespace hipcuff {
namespace {

constexpr float never = -1e30F;

/// best[y] = max over steps of from[y + step] - price; which[y] = that step.
void step(const float* from, int height, const PathCosts& costs, float* best, std::int8_t* which) {
  std::copy_n(from, height, best);
  std::fill_n(which, height, std::int8_t{0});
  for (int s = 1; s <= costs.maxStep; ++s) {
    const float price = costs.perRow * static_cast<float>(s);
    for (int y = 0; y + s < height; ++y) {
      const float v = from[y + s] - price;
      which[y] = v > best[y] ? static_cast<std::int8_t>(s) : which[y];
      best[y] = std::max(v, best[y]);
    }
    for (int y = s; y < height; ++y) {
      const float v = from[y - s] - price;
      which[y] = v > best[y] ? static_cast<std::int8_t>(-s) : which[y];
      best[y] = std::max(v, best[y]);
    }
  }
}

/// Column-major copy: the path is followed along columns.
std::vector<float> columns(const FloatImage& image) {
  std::vector<float> out(image.data.size());
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      out[static_cast<std::size_t>(x) * static_cast<std::size_t>(image.height) + static_cast<std::size_t>(y)] =
          image.at(x, y);
  return out;
}

} // namespace

std::vector<int> optimalPath(const FloatImage& reward, const PathCosts& costs) {
  const int width = reward.width;
  const int height = reward.height;
  std::vector<int> path(static_cast<std::size_t>(width), -1);
  if (reward.empty())
    return path;
  const auto h = static_cast<std::size_t>(height);
  const std::vector<float> rewards = columns(reward);
  constexpr std::int8_t appeared = 127;
  std::vector<std::int8_t> came(rewards.size());
  std::vector<int> absentCame(static_cast<std::size_t>(width), -1); // row it vanished from, -1: was absent before
  std::vector<float> total(rewards.begin(), rewards.begin() + height);
  std::vector<float> next(h);
  float absent = costs.mayBeAbsent ? 0.0F : never;
  if (costs.mayBeAbsent)
    for (float& t : total)
      t -= costs.perSwitch;
  std::fill_n(came.begin(), h, appeared);
  for (int x = 1; x < width; ++x) {
    const std::size_t offset = static_cast<std::size_t>(x) * h;
    step(total.data(), height, costs, next.data(), came.data() + offset);
    const auto strongest = std::max_element(total.begin(), total.end());
    const float vanish = *strongest - costs.perSwitch;
    if (costs.mayBeAbsent) {
      const float appear = absent - costs.perSwitch;
      for (std::size_t y = 0; y < h; ++y)
        if (appear > next[y]) {
          next[y] = appear;
          came[offset + y] = appeared;
        }
      if (vanish > absent) {
        absent = vanish;
        absentCame[static_cast<std::size_t>(x)] = static_cast<int>(strongest - total.begin());
      }
    }
    for (std::size_t y = 0; y < h; ++y)
      total[y] = next[y] + rewards[offset + y];
  }
  const auto strongest = std::max_element(total.begin(), total.end());
  int row =
      !costs.mayBeAbsent || *strongest - costs.perSwitch > absent ? static_cast<int>(strongest - total.begin()) : -1;
  for (int x = width - 1; x >= 0; --x) {
    path[static_cast<std::size_t>(x)] = row;
    if (row < 0) {
      row = absentCame[static_cast<std::size_t>(x)];
    } else {
      const std::int8_t from = came[static_cast<std::size_t>(x) * h + static_cast<std::size_t>(row)];
      row = from == appeared ? -1 : row + from;
    }
  }
  return path;
}

FloatImage pathTotals(const FloatImage& reward, const PathCosts& costs) {
  const int width = reward.width;
  const int height = reward.height;
  FloatImage totals(width, height);
  if (reward.empty())
    return totals;
  const auto h = static_cast<std::size_t>(height);
  const std::vector<float> rewards = columns(reward);
  std::vector<float> forward(rewards.size());
  std::vector<float> backward(rewards.size());
  std::vector<std::int8_t> unused(h);
  std::vector<float> best(h);
  std::copy_n(rewards.begin(), h, forward.begin());
  for (std::size_t x = 1; x < static_cast<std::size_t>(width); ++x) {
    step(forward.data() + (x - 1) * h, height, costs, best.data(), unused.data());
    for (std::size_t y = 0; y < h; ++y)
      forward[x * h + y] = best[y] + rewards[x * h + y];
  }
  const std::size_t last = static_cast<std::size_t>(width - 1) * h;
  std::copy_n(rewards.begin() + static_cast<std::ptrdiff_t>(last), h,
              backward.begin() + static_cast<std::ptrdiff_t>(last));
  for (auto x = static_cast<std::ptrdiff_t>(width) - 2; x >= 0; --x) {
    const auto at = static_cast<std::size_t>(x) * h;
    step(backward.data() + at + h, height, costs, best.data(), unused.data());
    for (std::size_t y = 0; y < h; ++y)
      backward[at + y] = best[y] + rewards[at + y];
  }
  for (int x = 0; x < width; ++x)
    for (int y = 0; y < height; ++y) {
      const std::size_t i = static_cast<std::size_t>(x) * h + static_cast<std::size_t>(y);
      totals.at(x, y) = forward[i] + backward[i] - rewards[i];
    }
  return totals;
}

} // namespace hipcuff
