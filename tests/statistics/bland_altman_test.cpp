#include "hipcuff/statistics/bland_altman.h"

#include "reference_values.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

namespace hipcuff::statistics {
namespace {

const ReferenceValues& reference() {
  static const ReferenceValues values("bland_altman");
  return values;
}

Clusters clustersOf(const std::vector<double>& ids) {
  return Clusters::byNumber(std::vector<std::int64_t>(ids.begin(), ids.end()));
}

void expectInterval(const Estimate& estimate, double lower, double upper, double tolerance) {
  ASSERT_TRUE(estimate.ci) << estimate.note;
  EXPECT_NEAR(estimate.ci->lower, lower, tolerance);
  EXPECT_NEAR(estimate.ci->upper, upper, tolerance);
}

BlandAltman pefr(DifferenceScale scale, double coverage = 0.95, double level = 0.95) {
  return blandAltman(reference()["wright"], reference()["mini"],
                     {.level = level, .coverage = coverage, .scale = scale});
}

// R 4.2.2, reference/bland_altman.R; the paper (Lancet 1986) prints -2.1, 38.8 and, with 2 sd, -79.7 to 75.5.
TEST(BlandAltman, AgreesWithR) {
  const BlandAltman result = pefr(DifferenceScale::absolute);
  EXPECT_EQ(result.pairs, 17U);
  EXPECT_NEAR(*result.bias.value, reference()["pefr.bias"].at(0), 1e-9);
  expectInterval(result.bias, reference()["pefr.bias"].at(1), reference()["pefr.bias"].at(2), 1e-8);
  EXPECT_NEAR(*result.sd, reference()["pefr.bias"].at(3), 1e-9);
  EXPECT_NEAR(*result.lower.value, reference()["pefr.limits"].at(0), 1e-8);
  EXPECT_NEAR(*result.upper.value, reference()["pefr.limits"].at(1), 1e-8);
  expectInterval(result.lower, reference()["pefr.exact"].at(0), reference()["pefr.exact"].at(1), 1e-6);
  expectInterval(result.upper, reference()["pefr.exact"].at(2), reference()["pefr.exact"].at(3), 1e-6);
  EXPECT_NEAR(*result.slope.value, reference()["pefr.slope"].at(0), 1e-10);
  EXPECT_NEAR(*result.slope.se, reference()["pefr.slope"].at(1), 1e-10);
  expectInterval(result.slope, reference()["pefr.slope"].at(2), reference()["pefr.slope"].at(3), 1e-10);
  EXPECT_NEAR(*result.proportional.p, reference()["pefr.slope"].at(4), 1e-10);
  EXPECT_NEAR(*result.intercept.value, reference()["pefr.intercept"].at(0), 1e-7);
  EXPECT_NEAR(*result.intercept.se, reference()["pefr.intercept"].at(1), 1e-7);
  ASSERT_EQ(result.points.size(), 17U);
  EXPECT_DOUBLE_EQ(result.points[0].mean, 503);
  EXPECT_DOUBLE_EQ(result.points[0].difference, -18);
}

TEST(BlandAltman, TakesOtherCoverageAndLevel) {
  const BlandAltman result = pefr(DifferenceScale::absolute, 0.8, 0.9);
  expectInterval(result.lower, reference()["pefr.exact80"].at(0), reference()["pefr.exact80"].at(1), 1e-6);
  expectInterval(result.upper, reference()["pefr.exact80"].at(2), reference()["pefr.exact80"].at(3), 1e-6);
}

// Bland & Altman 1986, page 308: with t (2.12) the lower limit lies between -114.3 and -45.1 (limit -79.7 of 2 sd).
TEST(BlandAltman, PrintsTheLargeSampleIntervalBesideTheExactOne) {
  const BlandAltman result = pefr(DifferenceScale::absolute);
  const double z = 1.959963984540054;
  const double half = 2.119905299 * 38.7651298736 * std::sqrt(1.0 / 17 + z * z / 32);
  EXPECT_NEAR(result.lowerApproximate->lower, *result.lower.value - half, 1e-4);
  EXPECT_NEAR(result.upperApproximate->upper, *result.upper.value + half, 1e-4);
}

TEST(BlandAltman, LogScaleIsGivenBackAsRatios) {
  const BlandAltman result = pefr(DifferenceScale::logRatio);
  EXPECT_NEAR(*result.bias.value, std::exp(reference()["log.bias"].at(0)), 1e-10);
  expectInterval(result.bias, std::exp(reference()["log.bias"].at(1)), std::exp(reference()["log.bias"].at(2)), 1e-9);
  expectInterval(result.upper, std::exp(reference()["log.exact"].at(2)), std::exp(reference()["log.exact"].at(3)),
                 1e-8);
  EXPECT_NEAR(*result.sd, reference()["log.bias"].at(3), 1e-10);
  EXPECT_NEAR(*result.slope.value, reference()["log.slope"].at(0), 1e-9);
  EXPECT_NEAR(result.points[0].difference, 494.0 / 512, 1e-12);
  EXPECT_NEAR(result.points[0].mean, std::sqrt(494.0 * 512), 1e-9);
}

TEST(BlandAltman, PercentOfTheMean) {
  const BlandAltman result = pefr(DifferenceScale::percentOfMean);
  EXPECT_NEAR(*result.bias.value, reference()["percent.bias"].at(0), 1e-10);
  expectInterval(result.lower, reference()["percent.exact"].at(0), reference()["percent.exact"].at(1), 1e-7);
  EXPECT_NEAR(*result.proportional.p, reference()["percent.slope"].at(4), 1e-9);
}

TEST(BlandAltman, PairsPerSubject) {
  const BlandAltman result = blandAltmanPairsPerSubject(reference()["cardiac.rv"], reference()["cardiac.ic"],
                                                        clustersOf(reference()["cardiac.id"]));
  EXPECT_EQ(result.pairs, 60U);
  EXPECT_EQ(result.subjects, 12U);
  EXPECT_NEAR(*result.bias.value, reference()["pairs.bias"].at(0), 1e-10);
  EXPECT_NEAR(*result.bias.se, reference()["pairs.bias"].at(1), 1e-10);
  expectInterval(result.bias, reference()["pairs.bias"].at(2), reference()["pairs.bias"].at(3), 1e-9);
  EXPECT_NEAR(*result.sd, reference()["pairs.sd"].at(0), 1e-10);
  EXPECT_NEAR(*result.sdWithin, reference()["pairs.sd"].at(1), 1e-10);
  EXPECT_NEAR(*result.sdBetween, reference()["pairs.sd"].at(2), 1e-10);
  expectInterval(result.lower, reference()["pairs.limits"].at(0), reference()["pairs.limits"].at(1), 1e-9);
  expectInterval(result.upper, reference()["pairs.limits"].at(2), reference()["pairs.limits"].at(3), 1e-9);
  EXPECT_NEAR(*result.slope.value, reference()["pairs.slope"].at(0), 1e-10);
  EXPECT_NEAR(*result.slope.se, reference()["pairs.slope"].at(1), 1e-10);
  EXPECT_NEAR(*result.proportional.p, reference()["pairs.slope"].at(2), 1e-9);
  EXPECT_NEAR(*result.intercept.se, reference()["pairs.intercept"].at(1), 1e-9);
}

TEST(BlandAltman, OnePairPerSubjectIsThePlainAnalysis) {
  const auto& first = reference()["wright"];
  const auto& second = reference()["mini"];
  const BlandAltman plain = blandAltman(first, second);
  const BlandAltman clustered = blandAltmanPairsPerSubject(first, second, Clusters::independent(first.size()));
  EXPECT_DOUBLE_EQ(plain.lower.ci->lower, clustered.lower.ci->lower);
}

std::vector<Replicates> cardiacReplicates() {
  std::vector<Replicates> subjects(12);
  for (std::size_t i = 0; i < reference()["cardiac.id"].size(); ++i) {
    auto& subject = subjects.at(static_cast<std::size_t>(reference()["cardiac.id"].at(i)) - 1);
    subject.first.push_back(reference()["cardiac.rv"].at(i));
    subject.second.push_back(reference()["cardiac.ic"].at(i));
  }
  return subjects;
}

TEST(BlandAltman, ReplicatesOfAnUnchangingValue) {
  const BlandAltman result = blandAltmanReplicates(cardiacReplicates());
  EXPECT_NEAR(*result.bias.value, reference()["replicates.bias"].at(0), 1e-10);
  EXPECT_NEAR(*result.bias.se, reference()["replicates.bias"].at(1), 1e-10);
  EXPECT_NEAR(*result.sd, reference()["replicates.sd"].at(0), 1e-10);
  expectInterval(result.lower, reference()["replicates.limits"].at(0), reference()["replicates.limits"].at(1), 1e-9);
  expectInterval(result.upper, reference()["replicates.limits"].at(2), reference()["replicates.limits"].at(3), 1e-9);
}

// R package SimplyAgree, vignette "Agreement analysis", agreement_limit(data_type = "reps", agree.level = .8) of the
// first four subjects with holes in y: bias 0.7152 (-1.5287, 2.9591), limits -1.212 to 2.642, sd 1.5036.
TEST(BlandAltman, ReplicatesMayDifferInNumber) {
  const std::vector<Replicates> subjects = {{{7.83, 7.42, 7.89, 7.12, 7.88}, {6.57, 5.62, 6.9, 6.57}},
                                            {{6.16, 7.26, 6.71, 6.54}, {4.06, 4.29, 4.26}},
                                            {{4.75, 5.24, 4.86, 4.78, 6.05, 5.42}, {4.71, 5.5, 5.08, 5.02, 6.01, 5.67}},
                                            {{4.21, 3.61, 3.72, 3.87, 3.92}, {4.14, 4.2, 4.61, 4.68, 5.04}}};
  const BlandAltman result = blandAltmanReplicates(subjects, {.coverage = 0.8});
  EXPECT_NEAR(*result.bias.value, 0.7152, 5e-5);
  expectInterval(result.bias, -1.5287, 2.9591, 5e-5);
  EXPECT_NEAR(*result.sd, 1.5036, 5e-5);
  EXPECT_NEAR(*result.lower.value, -1.212, 5e-4);
  EXPECT_NEAR(*result.upper.value, 2.642, 5e-4);
}

TEST(BlandAltman, TooFewPairs) {
  const std::vector<double> none;
  const BlandAltman empty = blandAltman(none, none);
  EXPECT_FALSE(empty.bias.value);
  EXPECT_EQ(empty.bias.note, "no pairs");
  EXPECT_FALSE(empty.upper.value);

  const std::vector<double> one = {4};
  const std::vector<double> other = {3};
  const BlandAltman single = blandAltman(one, other);
  EXPECT_DOUBLE_EQ(*single.bias.value, 1);
  EXPECT_FALSE(single.bias.ci);
  EXPECT_FALSE(single.lower.value);
  EXPECT_FALSE(single.sd);

  const BlandAltman two = blandAltman(std::vector<double>{1, 2}, std::vector<double>{0, 0});
  EXPECT_TRUE(two.upper.ci);
  EXPECT_FALSE(two.slope.value);
  EXPECT_FALSE(two.proportional.p);
}

TEST(BlandAltman, EqualDifferencesSaySo) {
  const BlandAltman result = blandAltman(std::vector<double>{1, 2, 3}, std::vector<double>{0, 1, 2});
  EXPECT_DOUBLE_EQ(*result.upper.value, 1);
  EXPECT_EQ(result.upper.note, "all differences are equal, so no interval");
  EXPECT_DOUBLE_EQ(*result.slope.value, 0);
  for (const Estimate* estimate : {&result.bias, &result.lower, &result.upper, &result.slope, &result.intercept})
    EXPECT_FALSE(estimate->ci);
  EXPECT_FALSE(result.upperApproximate);
  EXPECT_FALSE(result.proportional.p);
}

TEST(BlandAltman, EqualMeansHaveNoSlope) {
  const BlandAltman result = blandAltman(std::vector<double>{1, 2, 3}, std::vector<double>{3, 2, 1});
  EXPECT_FALSE(result.slope.value);
  EXPECT_EQ(result.slope.note, "all means are equal");
  EXPECT_TRUE(result.upper.ci);
}

TEST(BlandAltman, OneSubjectSaysNothingOfOthers) {
  const BlandAltman pairs = blandAltmanPairsPerSubject(std::vector<double>{1, 2, 4}, std::vector<double>{1, 1, 1},
                                                       Clusters::byNumber(std::vector<std::int64_t>{7, 7, 7}));
  EXPECT_NEAR(*pairs.bias.value, 4.0 / 3, 1e-12);
  EXPECT_FALSE(pairs.bias.ci);
  EXPECT_FALSE(pairs.lower.value);
  EXPECT_EQ(pairs.lower.note, "one subject only");
  const BlandAltman replicates = blandAltmanReplicates(std::vector<Replicates>{{{1, 2}, {1, 1}}, {{3}, {}}});
  EXPECT_EQ(replicates.subjects, 1U);
  EXPECT_FALSE(replicates.upper.value);
}

// Pairs of one subject that differ more than subjects do: the variance between subjects would be negative.
TEST(BlandAltman, NegativeVarianceBetweenSubjectsCountsAsNone) {
  const std::vector<double> first = {1, 9, 2, 8, 1, 9};
  const std::vector<double> second = {5, 5, 5, 5, 5, 5};
  const BlandAltman result =
      blandAltmanPairsPerSubject(first, second, Clusters::byNumber(std::vector<std::int64_t>{1, 1, 2, 2, 3, 3}));
  EXPECT_DOUBLE_EQ(*result.sdBetween, 0);
  EXPECT_DOUBLE_EQ(*result.sd, *result.sdWithin);
  ASSERT_TRUE(result.lower.ci);
  EXPECT_LT(result.lower.ci->lower, *result.lower.value);
}

TEST(BlandAltman, RefusesWhatHasNoMeaning) {
  const std::vector<double> two = {1, 2};
  EXPECT_THROW(static_cast<void>(blandAltman(two, std::vector<double>{1})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(blandAltman(two, std::vector<double>{1, NAN})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(blandAltman(two, std::vector<double>{1, 0}, {.scale = DifferenceScale::logRatio})),
               std::invalid_argument);
  EXPECT_THROW(
      static_cast<void>(blandAltman(two, std::vector<double>{-1, -3}, {.scale = DifferenceScale::percentOfMean})),
      std::invalid_argument);
  EXPECT_THROW(static_cast<void>(blandAltman(two, two, {.level = 1})), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(blandAltmanPairsPerSubject(two, two, Clusters::independent(3))),
               std::invalid_argument);
}

// With many pairs the exact interval is the large-sample one.
TEST(BlandAltman, ManyPairs) {
  std::vector<double> first;
  std::vector<double> second;
  for (int i = 0; i < 100000; ++i) {
    first.push_back(50 + 10 * std::sin(i));
    second.push_back(50 + 10 * std::sin(i) + std::cos(7.0 * i));
  }
  const auto start = std::chrono::steady_clock::now();
  const BlandAltman result = blandAltman(first, second);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_NEAR(result.upper.ci->lower, result.upperApproximate->lower, 1e-4);
  EXPECT_NEAR(result.upper.ci->upper, result.upperApproximate->upper, 1e-4);
}

} // namespace
} // namespace hipcuff::statistics
