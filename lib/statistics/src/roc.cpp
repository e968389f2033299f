#include "hipcuff/statistics/roc.h"

#include "checks.h"
#include "roc_order.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <queue>
#include <tuple>

namespace hipcuff::statistics {

void requireScores(std::span<const double> scores, const std::vector<bool>& positive) {
  requireSameLength(scores.size(), positive.size());
  requireFinite(scores);
}

std::vector<std::uint32_t> ascending(std::span<const double> scores) {
  if (scores.size() >= std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("more cases than can be numbered");
  }
  std::vector<std::uint32_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return scores[a] < scores[b] || (scores[a] == scores[b] && a < b); });
  return order;
}

std::vector<RocPoint> rocCurve(std::span<const double> scores, const std::vector<bool>& positive) {
  requireScores(scores, positive);
  const auto positives = static_cast<double>(std::count(positive.begin(), positive.end(), true));
  const auto negatives = static_cast<double>(positive.size()) - positives;
  if (positives == 0 || negatives == 0) {
    return {};
  }
  const auto order = ascending(scores);
  std::vector<RocPoint> curve{{std::numeric_limits<double>::infinity(), 0, 1}};
  double hits = 0;
  double falseAlarms = 0;
  for (std::size_t i = order.size(); i > 0; --i) {
    const auto row = order[i - 1];
    (positive[row] ? hits : falseAlarms) += 1;
    if (i == 1 || scores[order[i - 2]] != scores[row]) {
      curve.push_back({scores[row], hits / positives, (negatives - falseAlarms) / negatives});
    }
  }
  return curve;
}

std::vector<RocPoint> thinned(const std::vector<RocPoint>& curve, std::size_t most) {
  most = std::max<std::size_t>(most, 2);
  if (curve.size() <= most) {
    return curve;
  }
  // Visvalingam & Whyatt (1993): the point whose triangle with its neighbours is smallest goes first.
  std::vector<std::size_t> before(curve.size());
  std::vector<std::size_t> after(curve.size());
  std::vector<double> area(curve.size(), std::numeric_limits<double>::infinity());
  std::vector<bool> gone(curve.size(), false);
  for (std::size_t i = 0; i < curve.size(); ++i) {
    before[i] = i == 0 ? 0 : i - 1;
    after[i] = i + 1;
  }
  using Entry = std::tuple<double, std::size_t>;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
  const auto weigh = [&](std::size_t i, double least) {
    const auto& a = curve[before[i]];
    const auto& b = curve[i];
    const auto& c = curve[after[i]];
    area[i] = std::max(least, std::abs((b.specificity - a.specificity) * (c.sensitivity - a.sensitivity) -
                                       (c.specificity - a.specificity) * (b.sensitivity - a.sensitivity)));
    queue.emplace(area[i], i);
  };
  for (std::size_t i = 1; i + 1 < curve.size(); ++i) {
    weigh(i, 0);
  }
  std::size_t left = curve.size();
  while (left > most) {
    const auto [size, i] = queue.top();
    queue.pop();
    if (gone[i] || size != area[i]) {
      continue;
    }
    gone[i] = true;
    --left;
    after[before[i]] = after[i];
    before[after[i]] = before[i];
    for (const auto neighbour : {before[i], after[i]}) {
      if (neighbour != 0 && neighbour + 1 != curve.size()) {
        weigh(neighbour, size);
      }
    }
  }
  std::vector<RocPoint> result;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    if (!gone[i]) {
      result.push_back(curve[i]);
    }
  }
  return result;
}

AucOfWeights::AucOfWeights(std::span<const double> scores, const std::vector<bool>& positive) {
  requireScores(scores, positive);
  const auto order = ascending(scores);
  cases_.reserve(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const bool last = i + 1 == order.size() || scores[order[i + 1]] != scores[order[i]];
    cases_.push_back({order[i], positive[order[i]], last});
  }
}

std::optional<double> AucOfWeights::operator()(std::span<const std::uint32_t> rowWeights) const {
  requireSameLength(rowWeights.size(), cases_.size());
  // Counts twice the pairs, so that halves stay whole numbers: the sum does not depend on the order within a block.
  std::uint64_t positives = 0;
  std::uint64_t negatives = 0;
  double twice = 0;
  std::uint64_t blockPositives = 0;
  std::uint64_t blockNegatives = 0;
  for (const Case& one : cases_) {
    const std::uint64_t weight = rowWeights[one.row];
    const std::uint64_t mask = one.positive ? ~std::uint64_t{0} : 0;
    blockPositives += weight & mask;
    blockNegatives += weight & ~mask;
    if (one.last) {
      twice += static_cast<double>(blockPositives * (2 * negatives + blockNegatives));
      positives += blockPositives;
      negatives += blockNegatives;
      blockPositives = 0;
      blockNegatives = 0;
    }
  }
  if (positives == 0 || negatives == 0) {
    return std::nullopt;
  }
  return twice / 2 / static_cast<double>(positives) / static_cast<double>(negatives);
}

} // namespace hipcuff::statistics
