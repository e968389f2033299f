#include "hipcuff/statistics/bootstrap.h"

#include "hipcuff/statistics/coverage.h"
#include "hipcuff/statistics/proportion.h"
#include "hipcuff/statistics/roc.h"
#include "reference_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

constexpr double close = 1e-8;

const ReferenceValues& reference() {
  static const ReferenceValues values("bootstrap");
  return values;
}

double weightedMean(const std::vector<double>& values, std::span<const std::uint32_t> weights) {
  double sum = 0;
  double total = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    sum += weights[i] * values[i];
    total += weights[i];
  }
  return sum / total;
}

TEST(Bootstrap, IntervalsAgreeWithBoot) {
  for (const auto& v : reference().lines("limits")) {
    const auto percentile = percentileInterval(reference()["replicates"], v[0]);
    EXPECT_NEAR(percentile->lower, v[1], close);
    EXPECT_NEAR(percentile->upper, v[2], close);
    const auto bca = bcaInterval(reference()["replicates"], reference()["estimate"][0], reference()["jackknife"], v[0]);
    EXPECT_NEAR(bca->lower, v[3], close);
    EXPECT_NEAR(bca->upper, v[4], close);
  }
}

// Replicates that hit the estimate count half: what is symmetric needs no correction.
TEST(Bootstrap, TiesWithTheEstimateAreNoBias) {
  std::vector<double> values;
  for (int i = 0; i < 60; ++i) {
    values.push_back(1 + i % 3);
  }
  const std::vector<double> jackknife{1.9, 2, 2.1};
  const auto bca = bcaInterval(values, 2, jackknife, 0.3);
  const auto percentile = percentileInterval(values, 0.3);
  EXPECT_NEAR(bca->lower, percentile->lower, 1e-12);
  EXPECT_NEAR(bca->upper, percentile->upper, 1e-12);
}

TEST(Bootstrap, JackknifeIsThatOfR) {
  const auto& u = reference()["u"];
  const auto& v = reference()["v"];
  const auto ratio = [&](const Resample& resample) -> std::optional<double> {
    return weightedMean(u, resample.rowWeights()) / weightedMean(v, resample.rowWeights());
  };
  const auto result = clusterBootstrap(Clusters::independent(25), ratio);
  ASSERT_EQ(result.jackknife.size(), 25U);
  for (std::size_t i = 0; i < 25; ++i) {
    EXPECT_NEAR(result.jackknife[i], reference()["jackknife"][i], close);
  }
  EXPECT_NEAR(*result.bca.value, reference()["estimate"][0], close);
  // Another generator's resamples: R's limits from 399 of them lie within what chance moves.
  EXPECT_NEAR(result.bca.ci->lower, reference()["limits"][3], 0.04);
  EXPECT_NEAR(result.bca.ci->upper, reference()["limits"][4], 0.12);
}

TEST(Bootstrap, SpreadOfAMeanIsKnown) {
  const auto& u = reference()["u"];
  BootstrapOptions options;
  options.replicates = 20000;
  const auto result = clusterBootstrap(
      Clusters::independent(25),
      [&](const Resample& resample) { return std::optional(weightedMean(u, resample.rowWeights())); }, options);
  // The SE of an SE from 20,000 replicates is about half a per cent of it.
  EXPECT_NEAR(*result.percentile.se / reference()["se.mean"][0], 1, 0.025);
  EXPECT_NEAR(std::accumulate(result.values.begin(), result.values.end(), 0.0) / 20000, *result.percentile.value,
              4 * reference()["se.mean"][0] / std::sqrt(20000));
}

TEST(Bootstrap, ClustersAreDrawnWhole) {
  const auto clusters = Clusters::byNumber(std::vector<std::int64_t>{5, 5, 9, 5, 2, 9});
  BootstrapOptions options;
  options.replicates = 50;
  std::vector<int> seen(3, 0);
  (void)clusterBootstrap(
      clusters,
      [&](const Resample& resample) -> std::optional<double> {
        const auto ofClusters = resample.clusterWeights();
        const auto ofRows = resample.rowWeights();
        const auto rows = resample.rows();
        std::vector<std::uint32_t> counted(6, 0);
        for (const auto row : rows) {
          ++counted[row];
        }
        for (std::size_t row = 0; row < 6; ++row) {
          EXPECT_EQ(ofRows[row], ofClusters[clusters.of(row)]);
          EXPECT_EQ(counted[row], ofRows[row]);
        }
        for (std::size_t i = 0; i < 3; ++i) {
          seen[i] += ofClusters[i] > 1 ? 1 : 0;
        }
        return 1.0;
      },
      options);
  EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 5);
}

TEST(Bootstrap, SameWhateverTheThreads) {
  std::vector<std::int64_t> patient(300);
  std::vector<double> scores(300);
  std::vector<bool> positive(300);
  for (std::size_t i = 0; i < 300; ++i) {
    patient[i] = static_cast<std::int64_t>(i / 3);
    positive[i] = (i * 37) % 5 < 2;
    scores[i] = static_cast<double>((i * 101) % 97) + (positive[i] ? 20 : 0);
  }
  const auto clusters = Clusters::byNumber(patient);
  const AucOfWeights area(scores, positive);
  const auto run = [&](unsigned threads, std::uint64_t seed) {
    BootstrapOptions options;
    options.replicates = 500;
    options.threads = threads;
    options.seed = seed;
    options.jackknifeGroups = 40; // fewer than clusters: grouped
    return clusterBootstrap(
        clusters, [&](const Resample& resample) { return area(resample.rowWeights()); }, options);
  };
  const auto one = run(1, 3);
  const auto four = run(4, 3);
  EXPECT_EQ(one.values, four.values);
  EXPECT_EQ(one.jackknife, four.jackknife);
  EXPECT_EQ(one.bca.ci->lower, four.bca.ci->lower);
  EXPECT_NE(one.values, run(1, 4).values);
  // The clustered analytic SE, by another method.
  EXPECT_NEAR(*one.bca.se / *clusteredAuc(scores, positive, clusters).se, 1, 0.12);
}

// The draws of a seed must stay the same from release to release, or published intervals can't be had again.
TEST(Bootstrap, DrawsAreFixed) {
  BootstrapOptions options;
  options.replicates = 1;
  options.seed = 42;
  std::vector<std::uint32_t> weights;
  int call = 0;
  (void)clusterBootstrap(
      Clusters::independent(8),
      [&](const Resample& resample) -> std::optional<double> {
        if (call++ == 1) {
          weights.assign(resample.clusterWeights().begin(), resample.clusterWeights().end());
        }
        return 0.0;
      },
      options);
  EXPECT_EQ(weights, (std::vector<std::uint32_t>{2, 1, 1, 0, 1, 2, 1, 0}));
}

TEST(Bootstrap, FailuresAreCountedAndSaid) {
  BootstrapOptions options;
  options.replicates = 1000;
  const auto failing = [&](std::uint32_t most) {
    return clusterBootstrap(
        Clusters::independent(20),
        [most](const Resample& resample) -> std::optional<double> {
          const auto weights = resample.clusterWeights();
          if (weights[0] > most) {
            return std::nullopt;
          }
          return static_cast<double>(weights[1]) + weights[2] * 0.1;
        },
        options);
  };
  const auto some = failing(2); // P(more than 2) of a binomial (20, 1/20) is 0.075
  EXPECT_GT(some.failed, 40U);
  EXPECT_LT(some.failed, 115U);
  EXPECT_EQ(some.values.size() + some.failed, 1000U);
  EXPECT_TRUE(some.percentile.ci);
  EXPECT_NE(some.percentile.note.find(std::to_string(some.failed) + " of 1000"), std::string::npos);
  const auto many = failing(1); // 0.26
  EXPECT_FALSE(many.percentile.ci);
  EXPECT_FALSE(many.bca.ci);
  EXPECT_FALSE(many.percentile.note.empty());
}

TEST(Bootstrap, Edges) {
  const auto mean = [](const Resample& resample) -> std::optional<double> {
    double sum = 0;
    double index = 0;
    for (const auto weight : resample.rowWeights()) {
      sum += weight * index++;
    }
    return sum;
  };
  const auto none = clusterBootstrap(Clusters(), mean);
  EXPECT_FALSE(none.bca.value);
  EXPECT_EQ(none.bca.note, "no cases");
  const auto one = clusterBootstrap(Clusters::byNumber(std::vector<std::int64_t>{1, 1, 1}), mean);
  EXPECT_EQ(*one.percentile.value, 3);
  EXPECT_FALSE(one.percentile.ci);
  EXPECT_EQ(one.failed, 0U);
  const auto constant = clusterBootstrap(Clusters::independent(9), [](const Resample&) { return std::optional(0.1); });
  EXPECT_FALSE(constant.percentile.ci);
  EXPECT_EQ(constant.percentile.note, "all replicates are equal, so no interval");
  const auto never =
      clusterBootstrap(Clusters::independent(9), [](const Resample&) -> std::optional<double> { return std::nullopt; });
  EXPECT_FALSE(never.percentile.value);
  const auto infinite =
      clusterBootstrap(Clusters::independent(9), [](const Resample&) { return std::optional(std::nan("")); });
  EXPECT_FALSE(infinite.percentile.value);
  BootstrapOptions plain;
  plain.jackknifeGroups = 0;
  const auto percentileOnly = clusterBootstrap(Clusters::independent(9), mean, plain);
  EXPECT_TRUE(percentileOnly.percentile.ci);
  EXPECT_FALSE(percentileOnly.bca.ci);
  EXPECT_EQ(percentileOnly.best().ci->lower, percentileOnly.percentile.ci->lower);
  BootstrapOptions threaded;
  threaded.threads = 3;
  EXPECT_THROW((void)clusterBootstrap(
                   Clusters::independent(9),
                   [](const Resample&) -> std::optional<double> { throw std::runtime_error("no"); }, threaded),
               std::runtime_error);
  EXPECT_THROW((void)percentileInterval(std::vector<double>(10, 1.0)), std::invalid_argument);
}

TEST(Clusters, AreNumberedByTheirFirstRow) {
  const auto clusters = Clusters::byNumber(std::vector<std::int64_t>{40, -3, 40, 7});
  EXPECT_EQ(clusters.count(), 3U);
  EXPECT_EQ(clusters.of(2), 0U);
  EXPECT_EQ(clusters.rowsOf(0).size(), 2U);
  EXPECT_EQ(clusters.rowsOf(0)[1], 2U);
  EXPECT_FALSE(clusters.singletons());
  const std::vector<std::size_t> rows{3, 1};
  EXPECT_TRUE(clusters.subset(rows).singletons());
  EXPECT_THROW((void)clusters.rowsOf(3), std::out_of_range);
  EXPECT_THROW((void)clusters.of(4), std::out_of_range);
  EXPECT_EQ(Clusters().count(), 0U);
}

TEST(Coverage, AreaAgreesWithR) {
  const std::vector<double> confidence{0.7, 0.9, 0.5, 0.8, 0.7, 0.6, 0.7, 0.4};
  const std::vector<bool> wrong{true, false, true, false, false, false, true, true};
  const auto curve = riskCoverage(confidence, wrong);
  EXPECT_NEAR(*curve.aurc, reference()["aurc"][0], close);
  EXPECT_NEAR(*curve.excess, reference()["aurc"][1], close);
  ASSERT_EQ(curve.points.size(), 6U);
  EXPECT_EQ(curve.points[2].kept, 5);
  EXPECT_EQ(curve.points[2].wrong, 2);
  EXPECT_DOUBLE_EQ(curve.points[2].coverage, 5.0 / 8);
  EXPECT_DOUBLE_EQ(curve.points[2].risk.ci->lower, wilson(2, 5).ci->lower);
  EXPECT_EQ(atCoverage(curve, 0.5)->kept, 5);
  EXPECT_EQ(atRisk(curve, 0.34)->kept, 6);
  EXPECT_EQ(atRisk(curve, 0)->kept, 2);
}

TEST(Coverage, AbstentionsBoundTheCoverage) {
  const auto curve = riskCoverage(std::vector<double>{0.9, 0.8}, {false, true}, 2);
  EXPECT_DOUBLE_EQ(curve.points.back().coverage, 0.5);
  EXPECT_FALSE(atCoverage(curve, 0.6));
  EXPECT_EQ(atCoverage(curve, 0.5)->kept, 2);
  const auto summary = abstention({true, true, false, false, true}, {false, true, true, false, false});
  EXPECT_EQ(summary.answered, 3);
  EXPECT_EQ(summary.wrong, 1);
  EXPECT_DOUBLE_EQ(*summary.coverage.value, 0.6);
  EXPECT_DOUBLE_EQ(*summary.error.value, 1.0 / 3);
  const auto clusters = Clusters::byNumber(std::vector<std::int64_t>{1, 1, 2, 2, 3});
  EXPECT_EQ(abstention({true, true, false, false, true}, {false, true, true, false, false}, &clusters).coverage.method,
            "Rao & Scott 1992");
}

TEST(Coverage, Edges) {
  EXPECT_TRUE(riskCoverage({}, {}).points.empty());
  EXPECT_FALSE(riskCoverage({}, {}, 4).aurc);
  EXPECT_FALSE(abstention({}, {}).coverage.value);
  EXPECT_EQ(abstention({false}, {true}).error.note, "the system answered no case");
  const auto right = riskCoverage(std::vector<double>{0.5, 0.5}, {false, false});
  EXPECT_EQ(*right.aurc, 0);
  EXPECT_EQ(*right.excess, 0);
  const auto allWrong = riskCoverage(std::vector<double>{0.5, 0.4}, {true, true});
  EXPECT_EQ(*allWrong.aurc, 1);
  EXPECT_FALSE(atRisk(allWrong, 0.5));
  EXPECT_THROW((void)riskCoverage(std::vector<double>{std::nan("")}, {true}), std::invalid_argument);
  EXPECT_THROW((void)riskCoverage({}, {}, -1), std::invalid_argument);
  EXPECT_THROW((void)atCoverage({}, 2), std::invalid_argument);
}

} // namespace
} // namespace hipcuff::statistics
