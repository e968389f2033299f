#include "hipcuff/statistics/bootstrap.h"

#include "checks.h"
#include "hipcuff/statistics/normal.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <mutex>
#include <numeric>
#include <random>
#include <thread>

namespace hipcuff::statistics {
namespace {

constexpr std::size_t leastReplicates = 40; ///< 2.5 % of fewer is less than one
constexpr double mostFailed = 0.1;

/// SplitMix64's finaliser (Steele, Lea & Flood 2014): near seeds become far ones.
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

/// Whole numbers below a bound, all equally likely (Lemire 2019), two from each draw of the generator.
class Below {
public:
  Below(std::uint64_t seed, std::uint64_t stream)
      : generator_(mixed(mixed(seed) ^ stream)) {}

  std::uint32_t operator()(std::uint32_t bound) {
    std::uint64_t product = std::uint64_t{next()} * bound;
    if (static_cast<std::uint32_t>(product) < bound) {
      const std::uint32_t uneven = (0U - bound) % bound;
      while (static_cast<std::uint32_t>(product) < uneven) {
        product = std::uint64_t{next()} * bound;
      }
    }
    return static_cast<std::uint32_t>(product >> 32U);
  }

private:
  std::uint32_t next() {
    if (spare_) {
      spare_ = false;
      return static_cast<std::uint32_t>(drawn_ >> 32U);
    }
    drawn_ = generator_();
    spare_ = true;
    return static_cast<std::uint32_t>(drawn_);
  }

  std::mt19937_64 generator_;
  std::uint64_t drawn_ = 0;
  bool spare_ = false;
};

/// Streams of the replicates are their numbers; this one is none of them.
constexpr std::uint64_t groupingStream = ~std::uint64_t{0};

using Statistics = std::function<void(const Resample&, std::span<std::optional<double>>)>;

/// One thread's room for weights.
class Weights {
public:
  explicit Weights(const Clusters& clusters)
      : clusters_(clusters)
      , ofClusters_(clusters.count(), 1)
      , ofRows_(clusters.singletons() ? 0 : clusters.rows(), 1) {}

  std::vector<std::uint32_t>& ofClusters() { return ofClusters_; }

  void evaluate(const Statistics& statistics, std::span<std::optional<double>> out) {
    const auto of = clusters_.ofRows();
    for (std::size_t row = 0; row < ofRows_.size(); ++row) {
      ofRows_[row] = ofClusters_[of[row]];
    }
    // Singletons are numbered like their rows.
    statistics(Resample(clusters_, ofClusters_, clusters_.singletons() ? ofClusters_ : ofRows_), out);
    for (auto& value : out) {
      if (value && !std::isfinite(*value)) {
        value.reset();
      }
    }
  }

private:
  const Clusters& clusters_;
  std::vector<std::uint32_t> ofClusters_{};
  std::vector<std::uint32_t> ofRows_{};
};

/// Calls work(weights, number) for every number below `count`, on several threads. The first failure is thrown.
void inParallel(const Clusters& clusters, unsigned threads, std::size_t count,
                const std::function<void(Weights&, std::size_t)>& work) {
  std::atomic<std::size_t> next{0};
  std::mutex guard;
  std::exception_ptr failure;
  const auto loop = [&] {
    try {
      Weights weights(clusters);
      for (std::size_t number = next++; number < count; number = next++) {
        work(weights, number);
      }
    } catch (...) {
      const std::lock_guard lock(guard);
      failure = failure ? failure : std::current_exception();
      next = count;
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads && i < count; ++i) {
      others.emplace_back(loop);
    }
    loop();
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

/// To which of `groups` groups each cluster belongs when it is left out: itself where there are enough groups.
std::vector<std::uint32_t> jackknifeGrouping(std::size_t clusters, std::size_t groups, std::uint64_t seed) {
  std::vector<std::uint32_t> group(clusters);
  for (std::size_t i = 0; i < clusters; ++i) {
    group[i] = static_cast<std::uint32_t>(i % groups);
  }
  if (groups < clusters) {
    // The rows' order may carry meaning (positives first), so the groups are dealt at random.
    Below below(seed, groupingStream);
    for (std::size_t i = clusters - 1; i > 0; --i) {
      std::swap(group[i], group[below(static_cast<std::uint32_t>(i + 1))]);
    }
  }
  return group;
}

/// Of sorted replicates, interpolated on the normal scale (Davison & Hinkley 1997, equation 5.8).
double quantileOf(const std::vector<double>& sorted, double alpha) {
  const auto count = static_cast<double>(sorted.size());
  const double rank = (count + 1) * alpha;
  const double whole = std::floor(rank);
  if (whole < 1) {
    return sorted.front();
  }
  if (whole >= count) {
    return sorted.back();
  }
  const auto k = static_cast<std::size_t>(whole);
  if (rank == whole) {
    return sorted[k - 1];
  }
  const double from = normalQuantile(whole / (count + 1));
  const double to = normalQuantile((whole + 1) / (count + 1));
  return sorted[k - 1] + (normalQuantile(alpha) - from) / (to - from) * (sorted[k] - sorted[k - 1]);
}

void requireReplicates(const std::vector<double>& values) {
  if (values.size() < leastReplicates) {
    throw std::invalid_argument("fewer than " + std::to_string(leastReplicates) + " replicates");
  }
  requireFinite(values);
}

/// Sums of the same terms in another order differ in their last digits.
bool same(double a, double b) {
  return std::abs(a - b) <= 1e-12 * std::max({1e-300, std::abs(a), std::abs(b)});
}

std::string failedNote(std::size_t failed, std::size_t replicates) {
  return failed == 0 ? std::string()
                     : std::to_string(failed) + " of " + std::to_string(replicates) +
                           " replicates were not estimable and left out";
}

/// What all statistics of a bootstrap share.
struct Frame {
  std::size_t clusters = 0;
  BootstrapOptions options{};
};

BootstrapResult summarised(const Frame& frame, std::optional<double> whole, std::vector<double> values,
                           std::vector<double> jackknife, std::size_t left) {
  BootstrapResult result;
  result.replicates = frame.options.replicates;
  result.failed = frame.clusters < 2 ? 0 : result.replicates - values.size();
  const std::string kept = failedNote(result.failed, result.replicates);
  if (!whole) {
    result.percentile = result.bca =
        notEstimable(frame.clusters == 0 ? "no cases" : "not estimable in the whole sample");
    return result;
  }
  result.percentile.value = result.bca.value = whole;
  const auto withhold = [&](const std::string& why) {
    result.percentile.note = result.bca.note = why;
    return result;
  };
  if (frame.clusters < 2) {
    return withhold("one cluster only, so no interval");
  }
  result.values = values;
  if (static_cast<double>(result.failed) > mostFailed * static_cast<double>(result.replicates)) {
    return withhold(kept + ": too many for an interval");
  }
  if (values.size() < leastReplicates) {
    return withhold("too few replicates for an interval");
  }
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  if (same(*least, *most)) {
    return withhold("all replicates are equal, so no interval");
  }
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  result.percentile.se = result.bca.se = std::sqrt(squares / (count - 1));
  result.percentile.note = result.bca.note = kept;
  const std::string of = " bootstrap, " + std::to_string(result.replicates) + " replicates";
  result.percentile.method = "percentile" + of;
  result.percentile.ci = percentileInterval(values, frame.options.level);
  if (frame.options.jackknifeGroups == 0) {
    result.bca.note = "BCa was not asked for";
    return result;
  }
  result.jackknife = std::move(jackknife);
  if (result.jackknife.size() < 3 || result.jackknife.size() < left) {
    result.bca.note = "the jackknife that BCa needs is not estimable";
    return result;
  }
  result.bca.ci = bcaInterval(values, *whole, result.jackknife, frame.options.level);
  result.bca.method = "BCa" + of + ", Efron 1987";
  if (!result.bca.ci) {
    result.bca.note = "the replicates are too one-sided for BCa";
  }
  return result;
}

} // namespace

std::vector<std::size_t> Resample::rows() const {
  std::vector<std::size_t> result;
  result.reserve(clusters_->rows());
  for (std::size_t cluster = 0; cluster < clusterWeights_.size(); ++cluster) {
    for (std::uint32_t time = 0; time < clusterWeights_[cluster]; ++time) {
      const auto rows = clusters_->rowsOf(cluster);
      result.insert(result.end(), rows.begin(), rows.end());
    }
  }
  return result;
}

std::vector<BootstrapResult> clusterBootstrap(const Clusters& clusters, std::size_t count, const Statistics& statistics,
                                              const BootstrapOptions& options) {
  requireLevel(options.level);
  const Frame frame{clusters.count(), options};
  std::vector<std::optional<double>> whole(count);
  if (frame.clusters > 0) {
    Weights(clusters).evaluate(statistics, whole);
  }
  const bool resampled = frame.clusters > 1;
  std::vector<std::optional<double>> replicates(resampled ? options.replicates * count : 0);
  std::vector<std::optional<double>> jackknife;
  const std::size_t groups = std::min(options.jackknifeGroups, frame.clusters);
  if (resampled) {
    const auto bound = static_cast<std::uint32_t>(frame.clusters);
    inParallel(clusters, options.threads, options.replicates, [&](Weights& weights, std::size_t number) {
      auto& drawn = weights.ofClusters();
      std::fill(drawn.begin(), drawn.end(), 0U);
      Below below(options.seed, number);
      for (std::size_t i = 0; i < drawn.size(); ++i) {
        ++drawn[below(bound)];
      }
      weights.evaluate(statistics, std::span(replicates).subspan(number * count, count));
    });
    if (groups > 2) {
      const auto group = jackknifeGrouping(frame.clusters, groups, options.seed);
      jackknife.resize(groups * count);
      inParallel(clusters, options.threads, groups, [&](Weights& weights, std::size_t number) {
        auto& left = weights.ofClusters();
        for (std::size_t i = 0; i < left.size(); ++i) {
          left[i] = group[i] == number ? 0 : 1;
        }
        weights.evaluate(statistics, std::span(jackknife).subspan(number * count, count));
      });
    }
  }
  const auto column = [count](const std::vector<std::optional<double>>& table, std::size_t which) {
    std::vector<double> values;
    for (std::size_t i = which; i < table.size(); i += count) {
      if (table[i]) {
        values.push_back(*table[i]);
      }
    }
    return values;
  };
  std::vector<BootstrapResult> results;
  for (std::size_t which = 0; which < count; ++which) {
    results.push_back(summarised(frame, whole[which], column(replicates, which), column(jackknife, which), groups));
  }
  return results;
}

BootstrapResult clusterBootstrap(const Clusters& clusters,
                                 const std::function<std::optional<double>(const Resample&)>& statistic,
                                 const BootstrapOptions& options) {
  const Statistics one = [&](const Resample& resample, std::span<std::optional<double>> out) {
    out[0] = statistic(resample);
  };
  return clusterBootstrap(clusters, 1, one, options).front();
}

std::optional<Interval> percentileInterval(std::vector<double> values, double level) {
  requireLevel(level);
  requireReplicates(values);
  std::sort(values.begin(), values.end());
  return Interval{quantileOf(values, (1 - level) / 2), quantileOf(values, (1 + level) / 2)};
}

std::optional<Interval> bcaInterval(std::vector<double> values, double estimate, std::span<const double> jackknife,
                                    double level) {
  requireLevel(level);
  requireReplicates(values);
  requireFinite(jackknife);
  if (jackknife.size() < 3) {
    throw std::invalid_argument("fewer than 3 jackknife values");
  }
  double below = 0;
  for (const double value : values) {
    // Discrete statistics often hit the estimate itself: half of those count.
    below += same(value, estimate) ? 0.5 : (value < estimate ? 1 : 0);
  }
  const double share = below / static_cast<double>(values.size());
  if (share <= 0 || share >= 1) {
    return std::nullopt;
  }
  const double mean = std::accumulate(jackknife.begin(), jackknife.end(), 0.0) / static_cast<double>(jackknife.size());
  double squares = 0;
  double cubes = 0;
  for (const double value : jackknife) {
    const double deviation = mean - value;
    squares += deviation * deviation;
    cubes += deviation * deviation * deviation;
  }
  const double acceleration = squares > 0 ? cubes / (6 * std::pow(squares, 1.5)) : 0;
  const double bias = normalQuantile(share);
  const auto adjusted = [&](double alpha) -> std::optional<double> {
    const double shifted = bias + normalQuantile(alpha);
    const double scale = 1 - acceleration * shifted;
    return scale > 0 ? std::optional(normalCdf(bias + shifted / scale)) : std::nullopt;
  };
  const auto lower = adjusted((1 - level) / 2);
  const auto upper = adjusted((1 + level) / 2);
  if (!lower || !upper || *lower >= *upper) {
    return std::nullopt;
  }
  std::sort(values.begin(), values.end());
  return Interval{quantileOf(values, *lower), quantileOf(values, *upper)};
}

} // namespace hipcuff::statistics
