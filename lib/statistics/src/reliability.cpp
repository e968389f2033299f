#include "checks.h"
#include "cluster_mean.h"
#include "hipcuff/statistics/calibration.h"
#include "hipcuff/statistics/proportion.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace hipcuff::statistics {
namespace {

void requireCases(std::span<const double> probabilities, const std::vector<bool>& outcome) {
  requireSameLength(probabilities.size(), outcome.size());
  requireProbabilities(probabilities);
}

std::vector<std::size_t> byProbability(std::span<const double> probabilities) {
  std::vector<std::size_t> order(probabilities.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](auto a, auto b) {
    return probabilities[a] < probabilities[b] || (probabilities[a] == probabilities[b] && a < b);
  });
  return order;
}

/// Where in `order` each bin begins, and the end.
std::vector<std::size_t> equalWidthStarts(std::span<const double> probabilities, const std::vector<std::size_t>& order,
                                          std::size_t bins) {
  std::vector<std::size_t> starts{0};
  for (std::size_t bin = 1; bin < bins; ++bin) {
    const double edge = static_cast<double>(bin) / static_cast<double>(bins);
    const auto at =
        std::partition_point(order.begin(), order.end(), [&](auto row) { return probabilities[row] < edge; });
    starts.push_back(static_cast<std::size_t>(at - order.begin()));
  }
  starts.push_back(order.size());
  return starts;
}

std::vector<std::size_t> equalCountStarts(std::span<const double> probabilities, const std::vector<std::size_t>& order,
                                          std::size_t bins) {
  std::vector<std::size_t> starts{0};
  for (std::size_t bin = 1; bin < bins; ++bin) {
    // Rounded so that sizes differ by one at most; then on to where the probability changes.
    std::size_t at = (bin * order.size() + bins / 2) / bins;
    while (at > 0 && at < order.size() && probabilities[order[at]] == probabilities[order[at - 1]]) {
      ++at;
    }
    starts.push_back(std::max(at, starts.back()));
  }
  starts.push_back(order.size());
  return starts;
}

} // namespace

std::vector<ReliabilityBin> reliabilityBins(std::span<const double> probabilities, const std::vector<bool>& outcome,
                                            std::size_t bins, Binning binning, const Clusters* clusters, double level) {
  requireCases(probabilities, outcome);
  requireRows(clusters, outcome.size());
  requireLevel(level);
  if (bins < 1) {
    throw std::invalid_argument("there must be at least one bin");
  }
  const auto order = byProbability(probabilities);
  const auto starts = binning == Binning::equalWidth ? equalWidthStarts(probabilities, order, bins)
                                                     : equalCountStarts(probabilities, order, bins);
  std::vector<ReliabilityBin> result;
  for (std::size_t bin = 0; bin < bins; ++bin) {
    const auto rows = std::span(order).subspan(starts[bin], starts[bin + 1] - starts[bin]);
    if (rows.empty()) {
      continue;
    }
    ReliabilityBin one;
    double sum = 0;
    std::map<std::size_t, ClusterCount> perCluster;
    for (const auto row : rows) {
      sum += probabilities[row];
      one.events += outcome[row] ? 1 : 0;
      if (clusters != nullptr) {
        auto& counts = perCluster[clusters->of(row)];
        counts.total += 1;
        counts.hits += outcome[row] ? 1 : 0;
      }
    }
    one.count = static_cast<long>(rows.size());
    one.meanProbability = sum / static_cast<double>(rows.size());
    const bool wide = binning == Binning::equalWidth;
    one.lower = wide ? static_cast<double>(bin) / static_cast<double>(bins) : probabilities[rows.front()];
    one.upper = wide ? static_cast<double>(bin + 1) / static_cast<double>(bins) : probabilities[rows.back()];
    if (clusters != nullptr) {
      std::vector<ClusterCount> counts;
      for (const auto& [cluster, count] : perCluster) {
        counts.push_back(count);
      }
      one.observed = clusteredProportion(counts, level);
    } else {
      one.observed = wilson(one.events, one.count, level);
    }
    result.push_back(std::move(one));
  }
  return result;
}

Estimate expectedCalibrationError(const std::vector<ReliabilityBin>& bins) {
  double sum = 0;
  double count = 0;
  for (const auto& bin : bins) {
    sum += std::abs(static_cast<double>(bin.events) - static_cast<double>(bin.count) * bin.meanProbability);
    count += static_cast<double>(bin.count);
  }
  if (count == 0) {
    return notEstimable("no cases");
  }
  Estimate result;
  result.value = sum / count;
  result.method = "Naeini et al. 2015, " + std::to_string(bins.size()) + " bins";
  return result;
}

Estimate maximumCalibrationError(const std::vector<ReliabilityBin>& bins) {
  Estimate result = notEstimable("no cases");
  for (const auto& bin : bins) {
    if (bin.count > 0) {
      const double observed = static_cast<double>(bin.events) / static_cast<double>(bin.count);
      result.value = std::max(result.value.value_or(0), std::abs(observed - bin.meanProbability));
    }
  }
  if (result.value) {
    result.method = "Naeini et al. 2015, " + std::to_string(bins.size()) + " bins";
    result.note.clear();
  }
  return result;
}

BrierScore brier(std::span<const double> probabilities, const std::vector<bool>& outcome, std::size_t bins,
                 const Clusters* clusters, double level) {
  requireCases(probabilities, outcome);
  BrierScore result;
  std::vector<double> squares(probabilities.size());
  for (std::size_t i = 0; i < squares.size(); ++i) {
    const double miss = probabilities[i] - (outcome[i] ? 1.0 : 0.0);
    squares[i] = miss * miss;
  }
  result.score = meanOfRows(squares, clusters, level);
  if (squares.empty()) {
    return result;
  }
  if (result.score.ci) {
    result.score.ci = Interval{std::max(0.0, result.score.ci->lower), std::min(1.0, result.score.ci->upper)};
  }
  const auto n = static_cast<double>(squares.size());
  const double rate = static_cast<double>(std::count(outcome.begin(), outcome.end(), true)) / n;
  const double uncertainty = rate * (1 - rate);
  double reliability = 0;
  double resolution = 0;
  // Each distinct probability a bin: as many equal-count bins as cases, for ties are never parted.
  const auto order = byProbability(probabilities);
  const auto starts = equalCountStarts(probabilities, order, bins == 0 ? squares.size() : bins);
  for (std::size_t bin = 0; bin + 1 < starts.size(); ++bin) {
    const auto rows = std::span(order).subspan(starts[bin], starts[bin + 1] - starts[bin]);
    if (rows.empty()) {
      continue;
    }
    double sum = 0;
    double events = 0;
    for (const auto row : rows) {
      sum += probabilities[row];
      events += outcome[row] ? 1 : 0;
    }
    const auto count = static_cast<double>(rows.size());
    reliability += (sum - events) * (sum - events) / count;
    resolution += count * (events / count - rate) * (events / count - rate);
  }
  result.reliability = reliability / n;
  result.resolution = resolution / n;
  result.uncertainty = uncertainty;
  result.remainder = *result.score.value - (*result.reliability - *result.resolution + uncertainty);
  if (uncertainty > 0) {
    result.scaled = 1 - *result.score.value / uncertainty;
  }
  return result;
}

Estimate brierOfClasses(const std::vector<std::vector<double>>& probabilities, std::span<const int> classes,
                        const Clusters* clusters, double level) {
  requireSameLength(probabilities.size(), classes.size());
  std::vector<double> scores(probabilities.size());
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const auto& row = probabilities[i];
    requireProbabilities(row);
    if (row.size() != probabilities[0].size() || classes[i] < 0 || static_cast<std::size_t>(classes[i]) >= row.size()) {
      throw std::invalid_argument("row " + std::to_string(i) + " has no probability for its class");
    }
    if (std::abs(std::accumulate(row.begin(), row.end(), 0.0) - 1) > 1e-3) {
      throw std::invalid_argument("the probabilities of row " + std::to_string(i) + " do not sum to 1");
    }
    for (std::size_t k = 0; k < row.size(); ++k) {
      const double miss = row[k] - (static_cast<std::size_t>(classes[i]) == k ? 1.0 : 0.0);
      scores[i] += miss * miss;
    }
  }
  Estimate result = meanOfRows(scores, clusters, level);
  if (result.ci) {
    result.ci = Interval{std::max(0.0, result.ci->lower), std::min(2.0, result.ci->upper)};
  }
  return result;
}

} // namespace hipcuff::statistics
