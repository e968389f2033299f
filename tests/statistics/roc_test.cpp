#include "hipcuff/statistics/roc.h"

#include "hipcuff/statistics/proportion.h"
#include "reference_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

constexpr double close = 1e-8;
constexpr double infinite = std::numeric_limits<double>::infinity();

const ReferenceValues& reference() {
  static const ReferenceValues values("roc");
  return values;
}

std::vector<bool> truth() {
  return reference().flags("truth");
}

Clusters patients() {
  return Clusters::byNumber(reference().whole<std::int64_t>("patient"));
}

TEST(Auc, AgreesWithPRoc) {
  const auto& v = reference()["auc"];
  const auto wald = auc(reference()["first"], truth(), 0.95, AucInterval::wald);
  EXPECT_NEAR(*wald.value, v[0], close);
  EXPECT_NEAR(*wald.se, v[1], close);
  EXPECT_NEAR(wald.ci->lower, v[2], close);
  EXPECT_NEAR(wald.ci->upper, v[3], close);
  const auto logit = auc(reference()["first"], truth());
  EXPECT_NEAR(*logit.se, v[1], close);
  EXPECT_NEAR(logit.ci->lower, v[4], close);
  EXPECT_NEAR(logit.ci->upper, v[5], close);
}

TEST(Auc, ComparisonAgreesWithPRoc) {
  const auto& v = reference()["paired"];
  const auto result = pairedAuc(reference()["first"], reference()["second"], truth());
  EXPECT_NEAR(*result.first.value, v[0], close);
  EXPECT_NEAR(*result.second.value, v[1], close);
  EXPECT_NEAR(*result.test.statistic, v[2], close);
  EXPECT_NEAR(*result.test.p, v[3], close);
  EXPECT_NEAR(result.difference.ci->lower, v[4], close);
  EXPECT_NEAR(result.difference.ci->upper, v[5], close);
}

TEST(Auc, CovarianceAgreesWithPRoc) {
  const auto& v = reference()["covariance"];
  const auto result = aucCovariance({reference()["first"], reference()["second"], reference()["third"]}, truth());
  ASSERT_EQ(result.covariance.size(), 3U);
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_NEAR(result.covariance[i / 3][i % 3], v[i], 1e-11);
  }
}

TEST(Auc, ClusteredAgreesWithAllPairsInR) {
  const auto& v = reference()["clustered"];
  const auto clusters = patients();
  const auto result = aucCovariance({reference()["first"], reference()["second"]}, truth(), &clusters);
  EXPECT_NEAR(result.covariance[0][0], v[0], 1e-11);
  EXPECT_NEAR(result.covariance[0][1], v[1], 1e-11);
  EXPECT_NEAR(result.covariance[1][0], v[1], 1e-11);
  EXPECT_NEAR(result.covariance[1][1], v[2], 1e-11);
  const auto single = clusteredAuc(reference()["first"], truth(), clusters);
  EXPECT_NEAR(*single.se, std::sqrt(v[0]), close);
  EXPECT_NEAR(*single.value, reference()["auc"][0], close);
  const auto compared = pairedAuc(reference()["first"], reference()["second"], truth(), &clusters);
  EXPECT_NEAR(*compared.difference.se, std::sqrt(v[0] + v[2] - 2 * v[1]), close);
}

TEST(Auc, ClustersOfOneAreCases) {
  const auto clusters = Clusters::independent(truth().size());
  const auto plain = auc(reference()["first"], truth());
  const auto clustered = clusteredAuc(reference()["first"], truth(), clusters);
  EXPECT_NEAR(*clustered.se, *plain.se, 1e-14);
}

// Every case twice in its cluster adds nothing to what is known.
TEST(Auc, CopiesInAClusterAddNothing) {
  auto scores = reference()["first"];
  auto positive = truth();
  const auto n = scores.size();
  std::vector<std::int64_t> cluster(n);
  std::iota(cluster.begin(), cluster.end(), 0);
  scores.insert(scores.end(), scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(n));
  positive.insert(positive.end(), positive.begin(), positive.begin() + static_cast<std::ptrdiff_t>(n));
  cluster.insert(cluster.end(), cluster.begin(), cluster.begin() + static_cast<std::ptrdiff_t>(n));
  const auto plain = auc(reference()["first"], truth());
  const auto doubled = clusteredAuc(scores, positive, Clusters::byNumber(cluster));
  EXPECT_NEAR(*doubled.value, *plain.value, 1e-14);
  EXPECT_NEAR(*doubled.se, *plain.se, 1e-14);
  EXPECT_LT(*auc(scores, positive).se, *plain.se * 0.8);
}

TEST(Auc, OneClassOnly) {
  const std::vector<double> scores{1, 2, 3};
  EXPECT_EQ(auc(scores, {true, true, true}).note, "no negative cases");
  EXPECT_EQ(auc(scores, {false, false, false}).note, "no positive cases");
  EXPECT_EQ(auc({}, {}).note, "no cases");
  EXPECT_FALSE(auc(scores, {true, true, true}).value);
  const auto compared = pairedAuc(scores, scores, {true, true, true});
  EXPECT_FALSE(compared.difference.value);
  EXPECT_FALSE(compared.test.p);
  EXPECT_EQ(compared.test.note, "no negative cases");
  EXPECT_TRUE(rocCurve(scores, {true, true, true}).empty());
  EXPECT_FALSE(operatingPointYouden(scores, {true, true, true}).threshold);
  EXPECT_EQ(operatingPointYouden(scores, {true, true, true}).note, "no negative cases");
}

TEST(Auc, FewAndTiedCases) {
  const auto onePositive = auc(std::vector<double>{3, 2, 5, 1}, {true, false, false, false});
  EXPECT_NEAR(*onePositive.value, 2.0 / 3, 1e-14);
  EXPECT_FALSE(onePositive.ci);
  EXPECT_EQ(onePositive.note, "one positive case only, so no standard error");
  const auto tied = auc(std::vector<double>(6, 0.5), {true, false, true, false, true, false});
  EXPECT_EQ(*tied.value, 0.5);
  EXPECT_FALSE(tied.ci);
  EXPECT_FALSE(tied.note.empty());
  EXPECT_EQ(rocCurve(std::vector<double>(6, 0.5), {true, false, true, false, true, false}).size(), 2U);
  const auto oneCluster = clusteredAuc(std::vector<double>{3, 2, 5, 1}, {true, false, true, true},
                                       Clusters::byNumber(std::vector<std::int64_t>{7, 7, 7, 7}));
  EXPECT_TRUE(oneCluster.value);
  EXPECT_FALSE(oneCluster.ci);
  EXPECT_EQ(oneCluster.note, "one cluster only has positive cases, so no standard error");
  const auto same = pairedAuc(reference()["first"], reference()["first"], truth());
  EXPECT_EQ(*same.difference.value, 0);
  EXPECT_FALSE(same.test.p);
  EXPECT_FALSE(same.test.note.empty());
}

TEST(Auc, PerfectScoresHaveAnInterval) {
  for (const auto& v : reference().lines("perfect")) {
    std::vector<double> scores;
    std::vector<bool> positive;
    for (int i = 0; i < static_cast<int>(v[1] + v[2]); ++i) {
      positive.push_back(i < static_cast<int>(v[1]));
      scores.push_back(positive.back() ? 100 + i : i);
    }
    const auto best = auc(scores, positive, v[0]);
    EXPECT_EQ(*best.value, 1);
    EXPECT_NEAR(best.ci->lower, v[3], close);
    EXPECT_EQ(best.ci->upper, 1);
    EXPECT_FALSE(best.se);
    for (double& score : scores) {
      score = -score;
    }
    const auto worst = auc(scores, positive, v[0]);
    EXPECT_EQ(*worst.value, 0);
    EXPECT_NEAR(worst.ci->upper, 1 - v[3], close);
  }
}

TEST(Auc, RefusesWhatIsNoNumber) {
  EXPECT_THROW((void)auc(std::vector<double>{1, std::nan("")}, {true, false}), std::invalid_argument);
  EXPECT_THROW((void)auc(std::vector<double>{1, infinite}, {true, false}), std::invalid_argument);
  EXPECT_THROW((void)auc(std::vector<double>{1}, {true, false}), std::invalid_argument);
  EXPECT_THROW((void)rocCurve(std::vector<double>{1, std::nan("")}, {true, false}), std::invalid_argument);
  EXPECT_THROW(AucOfWeights(std::vector<double>{1, -infinite}, {true, false}), std::invalid_argument);
  EXPECT_THROW((void)clusteredAuc(std::vector<double>{1, 2}, {true, false}, Clusters::independent(3)),
               std::invalid_argument);
  EXPECT_THROW((void)operatingPoint(std::vector<double>{1, 2}, {true, false}, std::nan("")), std::invalid_argument);
}

TEST(Auc, OfWeightsIsTheAreaOfTheRepeatedRows) {
  const auto& scores = reference()["first"];
  const auto positive = truth();
  const AucOfWeights area(scores, positive);
  EXPECT_NEAR(*area(std::vector<std::uint32_t>(scores.size(), 1)), *auc(scores, positive).value, 1e-14);
  std::vector<std::uint32_t> weights;
  std::vector<double> repeated;
  std::vector<bool> repeatedPositive;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    weights.push_back(static_cast<std::uint32_t>((i * 7) % 4));
    repeated.insert(repeated.end(), weights.back(), scores[i]);
    repeatedPositive.insert(repeatedPositive.end(), weights.back(), positive[i]);
  }
  EXPECT_NEAR(*area(weights), *auc(repeated, repeatedPositive).value, 1e-14);
  EXPECT_FALSE(area(std::vector<std::uint32_t>(scores.size(), 0)));
  EXPECT_THROW((void)area(std::vector<std::uint32_t>(3, 1)), std::invalid_argument);
}

TEST(RocCurve, AgreesWithPRoc) {
  const auto curve = rocCurve(reference()["first"], truth());
  const auto& v = reference()["points"]; // how many, sensitivities, specificities; thresholds ascending
  const auto n = static_cast<std::size_t>(v[0]);
  ASSERT_EQ(curve.size(), n);
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(curve[n - 1 - i].sensitivity, v[1 + i], close);
    EXPECT_NEAR(curve[n - 1 - i].specificity, v[1 + n + i], close);
  }
  EXPECT_EQ(curve.front().threshold, infinite);
  EXPECT_EQ(curve.back().specificity, 0);
}

TEST(RocCurve, ThinnedKeepsEndsAndShape) {
  std::vector<RocPoint> curve;
  for (int i = 0; i <= 1000; ++i) { // a bend at (0.2, 0.8) and straight lines else
    const double x = i / 1000.0;
    curve.push_back({1 - x, x < 0.2 ? 4 * x : 0.8 + (x - 0.2) / 4, 1 - x});
  }
  const auto three = thinned(curve, 3);
  ASSERT_EQ(three.size(), 3U);
  EXPECT_EQ(three.front().sensitivity, 0);
  EXPECT_DOUBLE_EQ(three[1].sensitivity, 0.8);
  EXPECT_DOUBLE_EQ(three.back().sensitivity, 1);
  EXPECT_EQ(thinned(curve, 5000).size(), curve.size());
  EXPECT_EQ(thinned(curve, 0).size(), 2U);
  EXPECT_TRUE(thinned({}, 10).empty());
}

TEST(OperatingPoint, AgreesWithPRoc) {
  const auto& scores = reference()["first"];
  const auto& youden = reference()["youden"]; // pROC's threshold lies halfway below the score
  const auto best = operatingPointYouden(scores, truth());
  EXPECT_NEAR(*best.threshold, youden[0] + 0.05, 1e-9);
  EXPECT_NEAR(*best.sensitivity.value, youden[1], close);
  EXPECT_NEAR(*best.specificity.value, youden[2], close);
  EXPECT_NEAR(*best.youden, youden[1] + youden[2] - 1, close);
  EXPECT_FALSE(best.note.empty());
  const auto sensitive = operatingPointAtSensitivity(scores, truth(), 0.9);
  EXPECT_NEAR(*sensitive.sensitivity.value, reference()["at90sensitivity"][0], close);
  EXPECT_NEAR(*sensitive.specificity.value, reference()["at90sensitivity"][1], close);
  const auto specific = operatingPointAtSpecificity(scores, truth(), 0.8);
  EXPECT_NEAR(*specific.sensitivity.value, reference()["at80specificity"][0], close);
  EXPECT_NEAR(*specific.specificity.value, reference()["at80specificity"][1], close);
}

TEST(OperatingPoint, FixedThreshold) {
  const std::vector<double> scores{0.1, 0.4, 0.4, 0.6, 0.9};
  const std::vector<bool> positive{false, true, false, true, true};
  const auto point = operatingPoint(scores, positive, 0.4);
  EXPECT_EQ(*point.sensitivity.value, 1);
  EXPECT_EQ(*point.specificity.value, 0.5);
  EXPECT_DOUBLE_EQ(point.specificity.ci->upper, wilson(1, 2).ci->upper);
  EXPECT_TRUE(point.note.empty());
  const auto one = operatingPoint(scores, std::vector<bool>(5, true), 0.5);
  EXPECT_DOUBLE_EQ(*one.sensitivity.value, 0.4);
  EXPECT_FALSE(one.specificity.value);
  EXPECT_FALSE(one.youden);
  EXPECT_FALSE(operatingPoint({}, {}, 0.5).threshold);
  EXPECT_EQ(*operatingPointAtSensitivity(scores, positive, 0).threshold, infinite);
  EXPECT_EQ(*operatingPointAtSensitivity(scores, positive, 1).threshold, 0.4);
  EXPECT_EQ(*operatingPointAtSpecificity(scores, positive, 1).threshold, 0.6);
  EXPECT_THROW((void)operatingPointAtSensitivity(scores, positive, 1.1), std::invalid_argument);
}

TEST(OperatingPoint, YoudenTakesTheHighestOfEqualThresholds) {
  const std::vector<double> scores{1, 2, 3, 4}; // 4: 0.5 + 1, 2: 1 + 0.5
  EXPECT_EQ(*operatingPointYouden(scores, {false, true, false, true}).threshold, 4);
}

TEST(OperatingPoint, ClusteredIntervals) {
  const auto clusters = patients();
  const auto plain = operatingPoint(reference()["first"], truth(), 1);
  const auto clustered = operatingPoint(reference()["first"], truth(), 1, &clusters);
  EXPECT_EQ(*plain.sensitivity.value, *clustered.sensitivity.value);
  EXPECT_EQ(clustered.sensitivity.method, "Rao & Scott 1992");
  EXPECT_GT(clustered.specificity.ci->upper - clustered.specificity.ci->lower,
            plain.specificity.ci->upper - plain.specificity.ci->lower);
}

} // namespace
} // namespace hipcuff::statistics
