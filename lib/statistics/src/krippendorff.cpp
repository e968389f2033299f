// Krippendorff's alpha without its coincidence matrix: sums over units and over the values' frequencies are enough.
#include "distributions.h"
#include "rater_counts.h"

#include "hipcuff/statistics/raters.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

/// Units (subjects) with two values or more; values are indices into the distinct ones, ascending.
struct AlphaData {
  std::vector<double> distinct{};
  std::vector<std::vector<std::size_t>> units{};
  std::vector<std::size_t> cluster{}; ///< of each unit
  std::size_t clusterCount = 0;
  bool clustered = false;
  std::size_t rows = 0;
};

AlphaData prepare(std::span<const std::vector<std::optional<double>>> values, AlphaMetric metric,
                  const Clusters& clusters) {
  if (clusters.rows() > 0 && clusters.rows() != values.size())
    throw std::invalid_argument("every rated subject needs its patient");
  AlphaData data;
  data.rows = values.size();
  data.clustered = clusters.rows() > 0 && !clusters.singletons();
  for (const auto& row : values)
    for (const auto& value : row)
      if (value) {
        if (!std::isfinite(*value))
          throw std::invalid_argument("measurements must be finite numbers");
        if (metric == AlphaMetric::ratio && *value < 0)
          throw std::invalid_argument("the ratio metric needs measurements of 0 or more");
        data.distinct.push_back(*value);
      }
  std::sort(data.distinct.begin(), data.distinct.end());
  data.distinct.erase(std::unique(data.distinct.begin(), data.distinct.end()), data.distinct.end());
  constexpr std::size_t unseen = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> number(clusters.count(), unseen);
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::vector<std::size_t> unit;
    for (const auto& value : values[i])
      if (value)
        unit.push_back(static_cast<std::size_t>(std::lower_bound(data.distinct.begin(), data.distinct.end(), *value) -
                                                data.distinct.begin()));
    if (unit.size() < 2)
      continue;
    data.units.push_back(std::move(unit));
    if (data.clustered) {
      std::size_t& n = number[clusters.of(i)];
      if (n == unseen)
        n = data.clusterCount++;
      data.cluster.push_back(n);
    } else {
      data.cluster.push_back(data.clusterCount++);
    }
  }
  return data;
}

struct AlphaParts {
  double observed = 0;
  double expected = 0;
};

/// Positions on a line whose squared distance is the metric's difference; the ordinal ones are mid-ranks.
std::vector<double> positions(const AlphaData& data, const std::vector<double>& frequency, AlphaMetric metric) {
  if (metric != AlphaMetric::ordinal)
    return data.distinct;
  std::vector<double> result(frequency.size(), 0.0);
  double below = 0;
  for (std::size_t v = 0; v < frequency.size(); ++v) {
    result[v] = below + frequency[v] / 2;
    below += frequency[v];
  }
  return result;
}

double ratioDifference(double a, double b) {
  return a + b > 0 ? std::pow((a - b) / (a + b), 2) : 0;
}

/// Disagreements of the units, each counted as often as its cluster's weight says. Empty without units or differences.
std::optional<AlphaParts> alphaParts(const AlphaData& data, AlphaMetric metric,
                                     std::span<const std::uint32_t> weights) {
  std::vector<double> frequency(data.distinct.size(), 0.0);
  double n = 0;
  for (std::size_t u = 0; u < data.units.size(); ++u) {
    const double weight = weights[data.cluster[u]];
    for (const std::size_t v : data.units[u])
      frequency[v] += weight;
    n += weight * static_cast<double>(data.units[u].size());
  }
  if (!(n > 1))
    return std::nullopt;
  const std::vector<double> x = positions(data, frequency, metric);
  AlphaParts parts;
  for (std::size_t u = 0; u < data.units.size(); ++u) {
    const double weight = weights[data.cluster[u]];
    if (weight == 0)
      continue;
    const auto& unit = data.units[u];
    double sum = 0;
    for (std::size_t i = 0; i < unit.size(); ++i)
      for (std::size_t j = i + 1; j < unit.size(); ++j) {
        if (unit[i] == unit[j])
          continue;
        const double a = x[unit[i]];
        const double b = x[unit[j]];
        sum += metric == AlphaMetric::nominal ? 1
               : metric == AlphaMetric::ratio ? ratioDifference(a, b)
                                              : (a - b) * (a - b);
      }
    parts.observed += weight * 2 * sum / static_cast<double>(unit.size() - 1);
  }
  if (metric == AlphaMetric::nominal) {
    parts.expected = n * n;
    for (const double f : frequency)
      parts.expected -= f * f;
  } else if (metric == AlphaMetric::ratio) {
    for (std::size_t v = 0; v < x.size(); ++v)
      for (std::size_t w = v + 1; w < x.size(); ++w)
        parts.expected += 2 * frequency[v] * frequency[w] * ratioDifference(x[v], x[w]);
  } else {
    double mean = 0;
    for (std::size_t v = 0; v < x.size(); ++v)
      mean += frequency[v] / n * x[v];
    for (std::size_t v = 0; v < x.size(); ++v)
      parts.expected += 2 * n * frequency[v] * (x[v] - mean) * (x[v] - mean);
  }
  parts.observed /= n;
  parts.expected /= n * (n - 1);
  const auto used = std::count_if(frequency.begin(), frequency.end(), [](double f) { return f > 0; });
  if (used < 2 || !(parts.expected > 0))
    return std::nullopt;
  return parts;
}

std::optional<double> alphaValue(const AlphaData& data, AlphaMetric metric, std::span<const std::uint32_t> weights) {
  const auto parts = alphaParts(data, metric, weights);
  if (!parts)
    return std::nullopt;
  return 1 - parts->observed / parts->expected;
}

std::vector<std::vector<std::optional<double>>> asValues(const RatingTable& table) {
  std::vector<std::vector<std::optional<double>>> values;
  values.reserve(table.ratings.size());
  for (const auto& row : table.ratings) {
    if (row.size() != table.raters.size())
      throw std::invalid_argument("every rated subject needs a cell for each rater");
    auto& target = values.emplace_back();
    for (const auto& rating : row) {
      if (rating && *rating >= table.categories.size())
        throw std::invalid_argument("a rating is of no category");
      target.push_back(rating ? std::optional<double>(static_cast<double>(*rating)) : std::nullopt);
    }
  }
  return values;
}

Agreement withoutInterval(const AlphaData& data, AlphaMetric metric, std::size_t raters) {
  Agreement agreement;
  agreement.subjects = data.units.size();
  agreement.leftOut = data.rows - data.units.size();
  const std::vector<std::uint32_t> ones(data.clusterCount, 1);
  const auto parts = alphaParts(data, metric, ones);
  if (raters < 2)
    agreement.coefficient = notEstimable("fewer than two raters");
  else if (data.units.empty())
    agreement.coefficient = notEstimable("no subject was rated twice");
  else if (!parts)
    agreement.coefficient = notEstimable("all ratings are equal");
  else {
    agreement.observed = parts->observed;
    agreement.expected = parts->expected;
    agreement.coefficient.value = 1 - parts->observed / parts->expected;
  }
  return agreement;
}

Agreement withJackknife(std::span<const std::vector<std::optional<double>>> values, std::size_t raters,
                        AlphaMetric metric, double level, const Clusters& clusters) {
  checkLevel(level);
  const AlphaData data = prepare(values, metric, clusters);
  Agreement agreement = withoutInterval(data, metric, raters);
  if (!agreement.coefficient.value)
    return agreement;
  jackknife(agreement.coefficient, data.clusterCount, data.clustered, level, [&](std::size_t from, std::size_t step) {
    std::vector<std::uint32_t> weights(data.clusterCount, 1);
    for (std::size_t c = from; c < weights.size(); c += step)
      weights[c] = 0;
    return alphaValue(data, metric, weights);
  });
  return agreement;
}

} // namespace

Agreement krippendorffAlpha(std::span<const std::vector<std::optional<double>>> values, AlphaMetric metric,
                            double level, const Clusters& clusters) {
  std::size_t raters = 0;
  for (const auto& row : values)
    raters = std::max(raters, row.size());
  return withJackknife(values, raters, metric, level, clusters);
}

Agreement krippendorffAlpha(const RatingTable& table, AlphaMetric metric, double level) {
  return withJackknife(asValues(table), table.raters.size(), metric, level, table.clusters);
}

Agreement krippendorffAlphaBootstrap(const RatingTable& table, AlphaMetric metric, const BootstrapOptions& options) {
  checkLevel(options.level);
  const AlphaData data = prepare(asValues(table), metric, table.clusters);
  Agreement agreement = withoutInterval(data, metric, table.raters.size());
  if (!agreement.coefficient.value)
    return agreement;
  const Clusters resampled = Clusters::independent(data.clusterCount);
  const BootstrapResult result = clusterBootstrap(
      resampled, [&](const Resample& resample) { return alphaValue(data, metric, resample.clusterWeights()); },
      options);
  agreement.coefficient = result.best();
  return agreement;
}

} // namespace hipcuff::statistics
