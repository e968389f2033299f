#include "hipcuff/segmentation/optimal_path.h"

#include <algorithm>

namespace hipcuff {
namespace {

constexpr float never = -1e30F;

/// best[y] = max over steps of from[y + step] - price.
void step(const float* from, int height, const PathCosts& costs, float* best) {
  std::copy_n(from, height, best);
  for (int s = 1; s <= costs.maxStep; ++s) {
    const float price = costs.perRow * static_cast<float>(s);
    for (int y = 0; y + s < height; ++y)
      best[y] = std::max(from[y + s] - price, best[y]);
    for (int y = s; y < height; ++y)
      best[y] = std::max(from[y - s] - price, best[y]);
  }
}

/// Where best[y] of step() came from: the shortest step that reaches it.
int stepTo(const float* from, int height, const PathCosts& costs, int y, float& best) {
  int which = 0;
  best = from[y];
  for (int s = 1; s <= costs.maxStep; ++s) {
    const float price = costs.perRow * static_cast<float>(s);
    for (const int signedStep : {s, -s}) {
      if (y + signedStep < 0 || y + signedStep >= height)
        continue;
      const float v = from[y + signedStep] - price;
      if (v > best) {
        best = v;
        which = signedStep;
      }
    }
  }
  return which;
}

/// Column-major copy: the path is followed along columns. In tiles, so that neither side leaves the cache.
std::vector<float> columns(const FloatImage& image) {
  std::vector<float> out(image.data.size());
  constexpr int tile = 32;
  for (int y0 = 0; y0 < image.height; y0 += tile)
    for (int x0 = 0; x0 < image.width; x0 += tile)
      for (int x = x0; x < std::min(image.width, x0 + tile); ++x)
        for (int y = y0; y < std::min(image.height, y0 + tile); ++y)
          out[static_cast<std::size_t>(x) * static_cast<std::size_t>(image.height) + static_cast<std::size_t>(y)] =
              image.at(x, y);
  return out;
}

} // namespace

std::vector<int> optimalPath(const FloatImage& reward, const PathCosts& costs) {
  return optimalPath(columns(reward), reward.width, reward.height, costs);
}

std::vector<int> optimalPath(const std::vector<float>& rewards, int width, int height, const PathCosts& costs) {
  std::vector<int> path(static_cast<std::size_t>(std::max(0, width)), -1);
  if (rewards.empty() || width <= 0 || height <= 0)
    return path;
  const auto h = static_cast<std::size_t>(height);
  // Best total that ends at each point; where it came from is worked out again for the path's own points only.
  std::vector<float> total(rewards.size());
  std::vector<float> absent(static_cast<std::size_t>(width), costs.mayBeAbsent ? 0.0F : never); // best that ends absent
  std::vector<int> strongest(static_cast<std::size_t>(width), 0);
  const float offset = costs.mayBeAbsent ? costs.perSwitch : 0.0F;
  for (std::size_t y = 0; y < h; ++y)
    total[y] = rewards[y] - offset;
  const auto top = [&](std::size_t x) {
    const auto first = total.begin() + static_cast<std::ptrdiff_t>(x * h);
    return static_cast<int>(std::max_element(first, first + height) - first);
  };
  for (std::size_t x = 1; x < static_cast<std::size_t>(width); ++x) {
    const float* before = total.data() + (x - 1) * h;
    float* here = total.data() + x * h;
    step(before, height, costs, here);
    const float* reward = rewards.data() + x * h;
    if (costs.mayBeAbsent) {
      strongest[x - 1] = top(x - 1);
      absent[x] = std::max(absent[x - 1], before[strongest[x - 1]] - costs.perSwitch);
      const float appear = absent[x - 1] - costs.perSwitch;
      for (std::size_t y = 0; y < h; ++y)
        here[y] = std::max(here[y], appear) + reward[y];
    } else {
      for (std::size_t y = 0; y < h; ++y)
        here[y] += reward[y];
    }
  }
  const auto last = static_cast<std::size_t>(width - 1);
  strongest[last] = top(last);
  const float end = total[last * h + static_cast<std::size_t>(strongest[last])] - costs.perSwitch;
  int row = !costs.mayBeAbsent || end > absent[last] ? strongest[last] : -1;
  for (std::size_t x = last + 1; x-- > 0;) {
    path[x] = row;
    if (x == 0)
      break;
    const float* before = total.data() + (x - 1) * h;
    if (row < 0) {
      if (before[strongest[x - 1]] - costs.perSwitch > absent[x - 1])
        row = strongest[x - 1];
      continue;
    }
    float best = 0;
    const int by = stepTo(before, height, costs, row, best);
    row = costs.mayBeAbsent && absent[x - 1] - costs.perSwitch > best ? -1 : row + by;
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
  std::vector<float> best(h);
  std::copy_n(rewards.begin(), h, forward.begin());
  for (std::size_t x = 1; x < static_cast<std::size_t>(width); ++x) {
    step(forward.data() + (x - 1) * h, height, costs, best.data());
    for (std::size_t y = 0; y < h; ++y)
      forward[x * h + y] = best[y] + rewards[x * h + y];
  }
  const std::size_t last = static_cast<std::size_t>(width - 1) * h;
  std::copy_n(rewards.begin() + static_cast<std::ptrdiff_t>(last), h,
              backward.begin() + static_cast<std::ptrdiff_t>(last));
  for (auto x = static_cast<std::ptrdiff_t>(width) - 2; x >= 0; --x) {
    const auto at = static_cast<std::size_t>(x) * h;
    step(backward.data() + at + h, height, costs, best.data());
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
