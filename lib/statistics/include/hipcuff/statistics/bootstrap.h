// Resampling whole clusters, so that patients, not pictures, are what varies.
#pragma once

#include "hipcuff/statistics/clusters.h"
#include "hipcuff/statistics/estimate.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace hipcuff::statistics {

/// One resample: as many clusters as there are, drawn with replacement. A view; valid during the call that got it.
class Resample {
public:
  Resample(const Clusters& clusters, std::span<const std::uint32_t> clusterWeights,
           std::span<const std::uint32_t> rowWeights)
      : clusters_(&clusters)
      , clusterWeights_(clusterWeights)
      , rowWeights_(rowWeights) {}

  /// How often each cluster was drawn: for statistics made of sums per cluster (the cheapest way).
  [[nodiscard]] std::span<const std::uint32_t> clusterWeights() const noexcept { return clusterWeights_; }
  /// How often each row counts: for statistics of weighted rows.
  [[nodiscard]] std::span<const std::uint32_t> rowWeights() const noexcept { return rowWeights_; }
  /// The rows, repeated as often as they count, clusters in their order: for statistics that know no weights.
  [[nodiscard]] std::vector<std::size_t> rows() const;

private:
  const Clusters* clusters_ = nullptr;
  std::span<const std::uint32_t> clusterWeights_{};
  std::span<const std::uint32_t> rowWeights_{};
};

struct BootstrapOptions {
  std::size_t replicates = 2000;
  std::uint64_t seed = 1;
  double level = 0.95;
  /// Results don't depend on it. With more than 1 the statistic is called from several threads at once.
  unsigned threads = 1;
  /// BCa's acceleration is from a jackknife that leaves out one cluster at a time or, where there are more clusters
  /// than this, one random group of clusters at a time (Efron & Tibshirani 1993, chapters 11 and 14). 0: no BCa.
  std::size_t jackknifeGroups = 200;
};

/// Of one statistic.
struct BootstrapResult {
  Estimate percentile{};
  Estimate bca{}; ///< Efron (1987)
  std::size_t replicates = 0;
  std::size_t failed = 0;          ///< replicates where the statistic was not estimable; left out, and the notes say so
  std::vector<double> values{};    ///< of the other replicates, in their order
  std::vector<double> jackknife{}; ///< empty without BCa
  /// The better interval that there is: BCa, else percentile.
  [[nodiscard]] const Estimate& best() const noexcept { return bca.ci ? bca : percentile; }
};

/// `se` of an Estimate is the standard deviation of the replicates. Both values are the statistic of the whole sample.
/// No interval where that is not estimable, there are fewer than 2 clusters, fewer than 40 replicates, all replicates
/// are equal, or more than a tenth of the replicates failed. Intervals interpolate on the normal scale (Davison &
/// Hinkley 1997, equation 5.8), as R's boot does. Replicate r draws from a generator of its own, made of the seed and
/// r.
/// @param statistic returns nullopt where it is not estimable. @throws what the statistic throws
[[nodiscard]] BootstrapResult clusterBootstrap(const Clusters& clusters,
                                               const std::function<std::optional<double>(const Resample&)>& statistic,
                                               const BootstrapOptions& options = {});

/// Several statistics of the same resamples. @param statistics fills `out`, whose entries are empty when it is called
[[nodiscard]] std::vector<BootstrapResult>
clusterBootstrap(const Clusters& clusters, std::size_t count,
                 const std::function<void(const Resample&, std::span<std::optional<double>> out)>& statistics,
                 const BootstrapOptions& options = {});

/// The interval of replicates found elsewhere. Empty where it is not estimable. @param values finite, at least 40
[[nodiscard]] std::optional<Interval> percentileInterval(std::vector<double> values, double level = 0.95);
/// @param estimate of the whole sample. @param jackknife values with one cluster (or group) left out, at least 3
[[nodiscard]] std::optional<Interval> bcaInterval(std::vector<double> values, double estimate,
                                                  std::span<const double> jackknife, double level = 0.95);

} // namespace hipcuff::statistics
