// 100,000 rows of 50,000 patients: what must stay affordable.
#include "hipcuff/statistics/bootstrap.h"
#include "hipcuff/statistics/calibration.h"
#include "hipcuff/statistics/decision_curve.h"
#include "hipcuff/statistics/kappa.h"
#include "hipcuff/statistics/roc.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

namespace hipcuff::statistics {
namespace {

struct Year {
  std::vector<std::int64_t> patient{};
  std::vector<double> score{};
  std::vector<bool> positive{};
  std::vector<int> reference{};
  std::vector<int> system{};
};

Year year() {
  constexpr std::size_t rows = 100'000;
  std::mt19937_64 generator(20240505);
  const auto uniform = [&] { return static_cast<double>(generator() >> 11U) * 0x1p-53; };
  Year y;
  double own = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    own = i % 2 == 0 ? uniform() : own; // two hips a patient
    const double severity = 0.6 * own + 0.4 * uniform();
    const double seen = std::min(0.999, std::max(0.001, severity + 0.3 * (uniform() - 0.5)));
    y.patient.push_back(static_cast<std::int64_t>(i / 2));
    y.score.push_back(seen);
    y.positive.push_back(uniform() < severity);
    y.reference.push_back(static_cast<int>(severity * 4));
    y.system.push_back(std::min(3, static_cast<int>(seen * 4)));
  }
  return y;
}

template <typename Work>
double seconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TEST(Large, AreasAndKappaInUnderASecond) {
  const auto y = year();
  const auto clusters = Clusters::byNumber(y.patient);
  const double areas = seconds([&] {
    EXPECT_TRUE(auc(y.score, y.positive).ci);
    EXPECT_TRUE(clusteredAuc(y.score, y.positive, clusters).ci);
  });
  EXPECT_LT(areas, 1);
  const double agreement = seconds([&] {
    EXPECT_TRUE(kappa(tabulate({"a", "b", "c", "d"}, y.reference, y.system), KappaWeights::quadratic).ci);
  });
  EXPECT_LT(agreement, 1);
  const double curve = seconds([&] {
    EXPECT_EQ(thinned(rocCurve(y.score, y.positive), 500).size(), 500U);
    EXPECT_TRUE(operatingPointYouden(y.score, y.positive, &clusters).threshold);
  });
  EXPECT_LT(curve, 2);
  const double calibration = seconds([&] {
    EXPECT_TRUE(calibrationLine(y.score, y.positive, &clusters).slope.ci);
    EXPECT_FALSE(reliabilityBins(y.score, y.positive, 10, Binning::equalCount, &clusters).empty());
    EXPECT_TRUE(brier(y.score, y.positive, 0, &clusters).score.ci);
    EXPECT_EQ(decisionCurve(y.score, y.positive, decisionThresholds(), &clusters).size(), 99U);
  });
  EXPECT_LT(calibration, 5);
  std::printf("areas %.3f s, kappa %.3f s, curve %.3f s, calibration %.3f s\n", areas, agreement, curve, calibration);
}

// The full 2,000 replicates take ten times as long: tens of seconds at most.
TEST(Large, TwoHundredReplicatesInSeconds) {
  const auto y = year();
  const auto clusters = Clusters::byNumber(y.patient);
  BootstrapOptions options;
  options.replicates = 200;
  const AucOfWeights area(y.score, y.positive);
  const double took = seconds([&] {
    const auto result = clusterBootstrap(
        clusters, [&](const Resample& resample) { return area(resample.rowWeights()); }, options);
    ASSERT_TRUE(result.bca.ci);
    EXPECT_NEAR(*result.bca.se / *clusteredAuc(y.score, y.positive, clusters).se, 1, 0.2);
  });
  EXPECT_LT(took, 8);
  const double tables = seconds([&] {
    const auto result = clusterBootstrap(
        clusters,
        [&](const Resample& resample) {
          return kappaValue(weightedTable(4, y.reference, y.system, resample.rowWeights()), KappaWeights::quadratic);
        },
        options);
    EXPECT_TRUE(result.bca.ci);
  });
  EXPECT_LT(tables, 8);
  const double curve =
      seconds([&] { (void)decisionCurveBootstrapped(y.score, y.positive, decisionThresholds(), clusters, options); });
  EXPECT_LT(curve, 8);
  std::printf("area %.2f s, kappa %.2f s, decision curve %.2f s\n", took, tables, curve);
}

} // namespace
} // namespace hipcuff::statistics
