#include "hipcuff/statistics/proportion.h"

#include "reference_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

constexpr double close = 1e-8; // R printed ten digits

void expectInterval(const Estimate& estimate, double lower, double upper, double tolerance = close) {
  ASSERT_TRUE(estimate.ci) << estimate.note;
  EXPECT_NEAR(estimate.ci->lower, lower, tolerance);
  EXPECT_NEAR(estimate.ci->upper, upper, tolerance);
}

const ReferenceValues& reference() {
  static const ReferenceValues values("proportions");
  return values;
}

TEST(Proportion, OneAgreesWithR) {
  for (const auto& v : reference().lines("one")) {
    const auto k = static_cast<long>(v[0]);
    const auto n = static_cast<long>(v[1]);
    expectInterval(wilson(k, n, v[2]), v[3], v[4]);
    expectInterval(clopperPearson(k, n, v[2]), v[5], v[6]);
    EXPECT_DOUBLE_EQ(*wilson(k, n).value, v[0] / v[1]);
  }
}

TEST(Proportion, EndsAndNothing) {
  EXPECT_EQ(wilson(0, 7).ci->lower, 0);
  EXPECT_EQ(wilson(7, 7).ci->upper, 1);
  EXPECT_EQ(clopperPearson(0, 7).ci->lower, 0);
  EXPECT_EQ(clopperPearson(7, 7).ci->upper, 1);
  EXPECT_FALSE(wilson(0, 7).se);
  EXPECT_NEAR(*wilson(3, 17).se, std::sqrt(3.0 * 14 / 17) / 17, 1e-14);
  EXPECT_FALSE(wilson(0, 0).value);
  EXPECT_EQ(wilson(0, 0).note, "no cases");
  EXPECT_FALSE(clopperPearson(0, 0).ci);
  EXPECT_THROW((void)wilson(8, 7), std::invalid_argument);
  EXPECT_THROW((void)wilson(-1, 7), std::invalid_argument);
  EXPECT_THROW((void)wilson(1, 7, 1), std::invalid_argument);
}

TEST(Proportion, IndependentDifferenceAgreesWithR) {
  for (const auto& v : reference().lines("difference")) {
    const auto result = differenceOfProportions(static_cast<long>(v[0]), static_cast<long>(v[1]),
                                                static_cast<long>(v[2]), static_cast<long>(v[3]));
    expectInterval(result, v[4], v[5]);
  }
  EXPECT_FALSE(differenceOfProportions(0, 0, 1, 2).value);
}

// Newcombe (1998), Statistics in Medicine 17:873, table II, 56/70 against 48/80 by method 10.
TEST(Proportion, IndependentDifferenceAgreesWithThePaper) {
  const auto result = differenceOfProportions(56, 70, 48, 80);
  EXPECT_NEAR(*result.value, 0.2, 1e-12);
  expectInterval(result, 0.0524, 0.3339, 5e-5);
}

TEST(Proportion, PairedDifferenceAgreesWithR) {
  for (const auto& v : reference().lines("paired")) {
    const PairedCounts counts{static_cast<long>(v[0]), static_cast<long>(v[1]), static_cast<long>(v[2]),
                              static_cast<long>(v[3])};
    expectInterval(pairedDifferenceNewcombe(counts), v[4], v[5]);
    expectInterval(pairedDifferenceTango(counts), v[6], v[7], 2e-7); // a likelihood maximised by R's optimize
  }
}

// Fagerland, Lydersen & Laake (2014), Statistics in Medicine 33:2850, the airway hyper-responsiveness example.
TEST(Proportion, PairedDifferenceAgreesWithThePaper) {
  const PairedCounts counts{1, 1, 7, 12};
  expectInterval(pairedDifferenceNewcombe(counts), -0.507, -0.026, 5e-4);
  expectInterval(pairedDifferenceTango(counts), -0.517, -0.026, 5e-4);
}

TEST(Proportion, PairedDifferenceWithoutDiscordance) {
  const double z2 = 1.959963984540054 * 1.959963984540054;
  const auto same = pairedDifferenceTango({20, 0, 0, 10});
  EXPECT_EQ(*same.value, 0);
  EXPECT_FALSE(same.se);
  expectInterval(same, -z2 / (30 + z2), z2 / (30 + z2)); // solved by hand: n d^2 = z^2 d (1 - d)
  const auto all = pairedDifferenceTango({0, 9, 0, 0});
  EXPECT_EQ(*all.value, 1);
  EXPECT_EQ(all.ci->upper, 1);
  EXPECT_GT(all.ci->lower, 0);
  EXPECT_EQ(pairedDifferenceTango({0, 0, 9, 0}).ci->lower, -1);
  EXPECT_FALSE(pairedDifferenceTango({}).value);
  EXPECT_FALSE(pairedDifferenceNewcombe({}).value);
  EXPECT_TRUE(pairedDifferenceNewcombe({9, 0, 0, 0}).ci);
  EXPECT_THROW((void)pairedDifferenceTango({1, -1, 0, 0}), std::invalid_argument);
}

std::vector<ClusterCount> clustersOfReference() {
  std::vector<ClusterCount> clusters;
  const auto hits = reference().whole<long>("hits");
  const auto totals = reference().whole<long>("totals");
  for (std::size_t i = 0; i < hits.size(); ++i) {
    clusters.push_back({hits[i], totals[i]});
  }
  return clusters;
}

TEST(Proportion, ClusteredAgreesWithR) {
  const auto result = clusteredProportion(clustersOfReference());
  const auto& v = reference()["clustered"];
  EXPECT_NEAR(*result.value, v[0], close);
  EXPECT_NEAR(*result.se, v[1], close);
  expectInterval(result, v[2], v[3]);
}

TEST(Proportion, ClustersWithoutUnitsDoNotCount) {
  auto clusters = clustersOfReference();
  const auto before = clusteredProportion(clusters);
  clusters.insert(clusters.begin(), 5, ClusterCount{});
  EXPECT_DOUBLE_EQ(*clusteredProportion(clusters).se, *before.se);
}

TEST(Proportion, ClusteredEdges) {
  EXPECT_FALSE(clusteredProportion(std::vector<ClusterCount>{}).value);
  EXPECT_FALSE(clusteredProportion(std::vector<ClusterCount>{{0, 0}}).value);
  const auto one = clusteredProportion(std::vector<ClusterCount>{{2, 3}});
  EXPECT_TRUE(one.value);
  EXPECT_FALSE(one.ci);
  EXPECT_EQ(one.note, "one cluster only, so no interval");
  // Thirty hits of thirty in six patients: as much known as of six patients.
  const auto full = clusteredProportion(std::vector<ClusterCount>(6, {5, 5}));
  EXPECT_EQ(*full.value, 1);
  expectInterval(full, wilson(6, 6).ci->lower, 1);
  EXPECT_FALSE(full.note.empty());
  // Clusters more alike than chance: the design effect is not taken for less than 1.
  const auto even = clusteredProportion(std::vector<ClusterCount>(10, {1, 2}));
  expectInterval(even, wilson(10, 20).ci->lower, wilson(10, 20).ci->upper);
}

TEST(Proportion, CountsOfClusters) {
  const auto clusters = Clusters::byName(std::vector<std::string>{"b", "a", "b", "c"});
  const auto counts = clusterCounts(clusters, {true, true, true, false}, {true, false, false, true});
  ASSERT_EQ(counts.size(), 3U);
  EXPECT_EQ(counts[0].hits, 1);
  EXPECT_EQ(counts[0].total, 2);
  EXPECT_EQ(counts[1].total, 1);
  EXPECT_EQ(counts[2].total, 0);
  EXPECT_THROW((void)clusterCounts(clusters, {true}, {true}), std::invalid_argument);
}

TEST(PredictiveValues, AgreeWithR) {
  for (const auto& v : reference().lines("predictive")) {
    const auto result = predictiveValues(static_cast<long>(v[0]), static_cast<long>(v[1]), static_cast<long>(v[2]),
                                         static_cast<long>(v[3]), v[4]);
    EXPECT_NEAR(*result.ppv.value, v[5], close);
    expectInterval(result.ppv, v[6], v[7]);
    EXPECT_NEAR(*result.npv.value, v[8], close);
    expectInterval(result.npv, v[9], v[10]);
    EXPECT_NEAR(*result.ppv.se, v[11], close);
    EXPECT_NEAR(*result.npv.se, v[12], close);
    // The same by way of estimates.
    const auto estimated = predictiveValues(wilson(static_cast<long>(v[0]), static_cast<long>(v[1])),
                                            wilson(static_cast<long>(v[2]), static_cast<long>(v[3])), v[4]);
    expectInterval(estimated.ppv, v[6], v[7]);
    expectInterval(estimated.npv, v[9], v[10]);
    EXPECT_NEAR(estimated.positiveLikelihoodRatio.ci->lower, result.positiveLikelihoodRatio.ci->lower, close);
  }
}

TEST(PredictiveValues, AdjustedAtTheBorder) {
  const auto& v = reference()["adjusted"];
  const auto result = predictiveValues(40, 40, 66, 71, 0.25);
  EXPECT_EQ(*result.npv.value, 1);
  expectInterval(result.ppv, v[5], v[6]);
  expectInterval(result.npv, v[7], 1); // widened to hold the value
  EXPECT_FALSE(result.npv.se);
  EXPECT_EQ(*result.negativeLikelihoodRatio.value, 0);
  EXPECT_EQ(result.negativeLikelihoodRatio.ci->lower, 0);
  EXPECT_FALSE(result.negativeLikelihoodRatio.note.empty());
}

TEST(PredictiveValues, LikelihoodRatiosAgreeWithR) {
  for (const auto& v : reference().lines("ratios")) {
    const long tp = static_cast<long>(v[0]);
    const long fp = static_cast<long>(v[1]);
    const long fn = static_cast<long>(v[2]);
    const long tn = static_cast<long>(v[3]);
    const auto result = predictiveValues(tp, tp + fn, tn, tn + fp, 0.1);
    EXPECT_NEAR(*result.positiveLikelihoodRatio.value, v[4], close);
    expectInterval(result.positiveLikelihoodRatio, v[5], v[6], 1e-7);
    EXPECT_NEAR(*result.negativeLikelihoodRatio.value, v[7], close);
    expectInterval(result.negativeLikelihoodRatio, v[8], v[9]);
  }
}

TEST(PredictiveValues, Edges) {
  const auto noPositives = predictiveValues(0, 0, 5, 7, 0.2);
  EXPECT_FALSE(noPositives.ppv.value);
  EXPECT_EQ(noPositives.ppv.note, "no positive cases");
  const auto perfect = predictiveValues(9, 9, 7, 7, 0.2);
  EXPECT_EQ(*perfect.ppv.value, 1);
  EXPECT_TRUE(perfect.ppv.ci);
  EXPECT_FALSE(perfect.positiveLikelihoodRatio.value);
  const auto nobody = predictiveValues(0, 9, 7, 7, 0.2); // never says positive
  EXPECT_FALSE(nobody.ppv.value);
  EXPECT_NEAR(*nobody.npv.value, 0.8, 1e-12);
  const auto never = predictiveValues(8, 9, 6, 7, 0);
  EXPECT_EQ(*never.ppv.value, 0);
  EXPECT_FALSE(never.ppv.ci);
  EXPECT_FALSE(never.ppv.note.empty());
  const auto certain = predictiveValues(wilson(9, 9), wilson(6, 7), 0.2);
  EXPECT_TRUE(certain.ppv.value);
  EXPECT_FALSE(certain.ppv.ci);
  EXPECT_THROW((void)predictiveValues(1, 2, 1, 2, 1.2), std::invalid_argument);
}

// One case a patient: what independent cases give, up to m / (m - 1) in the standard errors.
TEST(PredictiveValues, OfClustersOfOne) {
  std::vector<ClusterCount> positives(400, ClusterCount{1, 1}), negatives(600, ClusterCount{1, 1});
  std::fill_n(positives.begin(), 60, ClusterCount{0, 1});
  std::fill_n(negatives.begin(), 40, ClusterCount{0, 1});
  const auto plain = predictiveValues(340, 400, 560, 600, 0.1);
  const auto clustered = predictiveValues(positives, negatives, 0.1);
  for (const auto& [a, b] : {std::pair(clustered.ppv, plain.ppv), std::pair(clustered.npv, plain.npv)}) {
    EXPECT_NEAR(*a.value, *b.value, 1e-12);
    EXPECT_NEAR(a.ci->lower, b.ci->lower, 2e-4);
    EXPECT_NEAR(a.ci->upper, b.ci->upper, 2e-4);
  }
  EXPECT_NEAR(clustered.positiveLikelihoodRatio.ci->upper, plain.positiveLikelihoodRatio.ci->upper, 0.02);
}

// Copies of a patient's cases add nothing, and a specificity of 1 has intervals as it has for independent cases.
TEST(PredictiveValues, OfClustersAtTheBorder) {
  std::vector<ClusterCount> positives, negatives(23, ClusterCount{3, 3});
  for (int i = 0; i < 44; ++i)
    positives.push_back(i < 38 ? ClusterCount{3, 3} : ClusterCount{0, 3});
  const auto clustered = predictiveValues(positives, negatives, 0.3);
  const auto plain = predictiveValues(38, 44, 23, 23, 0.3);
  ASSERT_TRUE(clustered.npv.ci && clustered.negativeLikelihoodRatio.ci && clustered.ppv.ci);
  EXPECT_NEAR(clustered.npv.ci->lower, plain.npv.ci->lower, 3e-3); // 43 patients' worth of 44, by m / (m - 1)
  EXPECT_NEAR(clustered.npv.ci->upper, plain.npv.ci->upper, 3e-3);
  EXPECT_NEAR(clustered.ppv.ci->lower, plain.ppv.ci->lower, 3e-3);
  EXPECT_NEAR(clustered.negativeLikelihoodRatio.ci->upper, plain.negativeLikelihoodRatio.ci->upper, 3e-3);
  EXPECT_FALSE(clustered.positiveLikelihoodRatio.value);
  const std::vector<ClusterCount> single{{5, 6}};
  EXPECT_TRUE(predictiveValues(single, negatives, 0.3).npv.value);
  EXPECT_FALSE(predictiveValues(single, negatives, 0.3).npv.ci);
  EXPECT_EQ(predictiveValues({}, negatives, 0.3).ppv.note, "no positive cases");
}

} // namespace
} // namespace hipcuff::statistics
