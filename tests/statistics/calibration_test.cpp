#include "hipcuff/statistics/calibration.h"

#include "hipcuff/statistics/decision_curve.h"
#include "hipcuff/statistics/proportion.h"
#include "reference_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

constexpr double close = 1e-8;

const ReferenceValues& reference() {
  static const ReferenceValues values("calibration");
  return values;
}

std::vector<bool> outcome() {
  return reference().flags("outcome");
}

const std::vector<double>& probability() {
  return reference()["probability"];
}

Clusters patients() {
  return Clusters::byNumber(reference().whole<std::int64_t>("patient"));
}

TEST(CalibrationLine, AgreesWithR) {
  const auto line = calibrationLine(probability(), outcome());
  const auto& v = reference()["line"];
  EXPECT_NEAR(*line.intercept.value, v[0], close);
  EXPECT_NEAR(*line.slope.value, v[1], close);
  EXPECT_NEAR(*line.intercept.se, v[2], close);
  EXPECT_NEAR(*line.slope.se, v[3], close);
  EXPECT_NEAR(*line.inTheLarge.value, v[4], close);
  EXPECT_NEAR(*line.inTheLarge.se, v[5], close);
  EXPECT_NEAR(line.slope.ci->lower, v[1] - 1.959963984540054 * v[3], close);
  EXPECT_NEAR(*line.perfect.statistic, reference()["perfect"][0], 1e-7);
  EXPECT_NEAR(*line.perfect.p, reference()["perfect"][1], close);
  EXPECT_NEAR(*line.spiegelhalter.statistic, reference()["spiegelhalter"][0], close);
  EXPECT_NEAR(*line.spiegelhalter.p, reference()["spiegelhalter"][1], close);
}

TEST(CalibrationLine, SandwichAgreesWithR) {
  const auto clusters = patients();
  const auto line = calibrationLine(probability(), outcome(), &clusters);
  const auto& v = reference()["line.clustered"];
  EXPECT_NEAR(*line.slope.value, reference()["line"][1], close);
  EXPECT_NEAR(*line.intercept.se, v[0], close);
  EXPECT_NEAR(*line.slope.se, v[1], close);
  EXPECT_NEAR(*line.inTheLarge.se, v[2], close);
  EXPECT_FALSE(line.perfect.note.empty());
}

TEST(CalibrationLine, NotEstimable) {
  const auto noEvents = calibrationLine(std::vector<double>{0.1, 0.4}, {false, false});
  EXPECT_EQ(noEvents.slope.note, "no events");
  EXPECT_FALSE(noEvents.inTheLarge.value);
  EXPECT_TRUE(noEvents.spiegelhalter.p);
  EXPECT_EQ(calibrationLine({}, {}).slope.note, "no cases");
  const auto parted = calibrationLine(std::vector<double>{0.1, 0.4, 0.4, 0.8}, {false, false, true, true});
  EXPECT_FALSE(parted.slope.value);
  EXPECT_EQ(parted.slope.note, "a threshold of the probability parts the outcomes perfectly");
  EXPECT_TRUE(parted.inTheLarge.value);
  EXPECT_FALSE(calibrationLine(std::vector<double>{0.8, 0.7, 0.1}, {false, false, true}).slope.value);
  const auto flat = calibrationLine(std::vector<double>{0.2, 0.2, 0.2, 0.2}, {true, false, true, false});
  EXPECT_EQ(flat.slope.note, "all probabilities are equal");
  EXPECT_NEAR(*flat.inTheLarge.value, std::log(4), 1e-10); // from odds of 1/4 to odds of 1
  const auto one = Clusters::byNumber(std::vector<std::int64_t>(120, 4));
  const auto single = calibrationLine(probability(), outcome(), &one);
  EXPECT_TRUE(single.slope.value);
  EXPECT_FALSE(single.slope.ci);
  EXPECT_EQ(single.slope.note, "one cluster only, so no interval");
}

TEST(CalibrationLine, CertaintyIsMovedAndCounted) {
  auto p = probability();
  auto o = outcome();
  p.insert(p.end(), {0, 1, 1});
  o.insert(o.end(), {false, true, false});
  const auto line = calibrationLine(p, o);
  ASSERT_TRUE(line.slope.value);
  EXPECT_EQ(line.slope.note.substr(0, 15), "3 probabilities");
  EXPECT_TRUE(std::isfinite(*line.perfect.statistic));
  EXPECT_FALSE(calibrationLine(std::vector<double>{0, 1, 1}, {false, true, false}).spiegelhalter.p);
  EXPECT_THROW((void)calibrationLine(std::vector<double>{1.1}, {true}), std::invalid_argument);
  EXPECT_THROW((void)calibrationLine(std::vector<double>{std::nan("")}, {true}), std::invalid_argument);
}

TEST(Brier, AgreesWithR) {
  const auto score = brier(probability(), outcome());
  const auto& v = reference()["brier"];
  EXPECT_NEAR(*score.score.value, v[0], close);
  EXPECT_NEAR(score.score.ci->lower, v[1], close);
  EXPECT_NEAR(score.score.ci->upper, v[2], close);
  EXPECT_NEAR(*score.reliability, reference()["murphy"][0], close);
  EXPECT_NEAR(*score.resolution, reference()["murphy"][1], close);
  EXPECT_NEAR(*score.uncertainty, reference()["murphy"][2], close);
  EXPECT_NEAR(*score.remainder, 0, 1e-14);
  EXPECT_NEAR(*score.scaled, reference()["scaled"][0], close);
  const auto clusters = patients();
  const auto clustered = brier(probability(), outcome(), 0, &clusters);
  EXPECT_NEAR(*clustered.score.se, reference()["brier.clustered"][0], close);
  EXPECT_NEAR(clustered.score.ci->lower, reference()["brier.clustered"][1], close);
  EXPECT_NEAR(clustered.score.ci->upper, reference()["brier.clustered"][2], close);
  const auto binned = brier(probability(), outcome(), 5);
  EXPECT_NEAR(*binned.score.value, *binned.reliability - *binned.resolution + *binned.uncertainty + *binned.remainder,
              1e-14);
  EXPECT_GT(std::abs(*binned.remainder), 1e-6);
}

TEST(Brier, OfClassesAgreesWithR) {
  const auto& flat = reference()["classes.probability"];
  std::vector<std::vector<double>> rows;
  for (std::size_t i = 0; i < flat.size(); i += 4) {
    rows.emplace_back(flat.begin() + static_cast<std::ptrdiff_t>(i), flat.begin() + static_cast<std::ptrdiff_t>(i + 4));
  }
  const auto classes = reference().whole<int>("classes.truth");
  const auto score = brierOfClasses(rows, classes);
  const auto& v = reference()["classes.brier"];
  EXPECT_NEAR(*score.value, v[0], close);
  EXPECT_NEAR(score.ci->lower, v[1], close);
  EXPECT_NEAR(score.ci->upper, v[2], close);
  EXPECT_FALSE(brierOfClasses({}, std::vector<int>{}).value);
  EXPECT_THROW((void)brierOfClasses({{0.5, 0.5}}, std::vector<int>{2}), std::invalid_argument);
  EXPECT_THROW((void)brierOfClasses({{0.5, 0.4}}, std::vector<int>{1}), std::invalid_argument);
  EXPECT_THROW((void)brierOfClasses({{0.5, 0.5}, {1}}, std::vector<int>{1, 0}), std::invalid_argument);
}

TEST(Brier, Edges) {
  EXPECT_FALSE(brier({}, {}).score.value);
  EXPECT_FALSE(brier({}, {}).reliability);
  const auto one = brier(std::vector<double>{0.3}, {true});
  EXPECT_NEAR(*one.score.value, 0.49, 1e-14);
  EXPECT_FALSE(one.score.ci);
  EXPECT_FALSE(one.scaled);
  // Fifty times the same square: no spread but that of rounding.
  EXPECT_FALSE(brier(std::vector<double>(50, 0.3), std::vector<bool>(50, true)).score.ci);
}

TEST(Reliability, EqualWidthAgreesWithR) {
  const auto bins = reliabilityBins(probability(), outcome(), 10, Binning::equalWidth);
  ASSERT_EQ(bins.size(), 10U);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(static_cast<double>(bins[i].count), reference()["width.count"][i]);
    EXPECT_EQ(static_cast<double>(bins[i].events), reference()["width.events"][i]);
    EXPECT_NEAR(bins[i].meanProbability, reference()["width.mean"][i], close);
    EXPECT_DOUBLE_EQ(bins[i].observed.ci->lower, wilson(bins[i].events, bins[i].count).ci->lower);
  }
  EXPECT_NEAR(*expectedCalibrationError(bins).value, reference()["width.ece"][0], close);
  EXPECT_NEAR(*maximumCalibrationError(bins).value, reference()["width.ece"][1], close);
}

TEST(Reliability, EqualCountNeverPartsTies) {
  const auto bins = reliabilityBins(probability(), outcome());
  long cases = 0;
  double before = -1;
  for (const auto& bin : bins) {
    EXPECT_GT(bin.lower, before);
    before = bin.upper;
    cases += bin.count;
  }
  EXPECT_EQ(cases, 120);
  EXPECT_GE(bins.size(), 9U);
  const auto distinct =
      reliabilityBins(std::vector<double>{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}, std::vector<bool>(6, true), 4);
  ASSERT_EQ(distinct.size(), 4U); // 6 in 4: sizes 1 and 2
  for (const auto& bin : distinct) {
    EXPECT_TRUE(bin.count == 1 || bin.count == 2);
  }
  const auto same = reliabilityBins(std::vector<double>(50, 0.3), std::vector<bool>(50, true), 10);
  ASSERT_EQ(same.size(), 1U);
  EXPECT_EQ(same[0].count, 50);
  EXPECT_NEAR(*expectedCalibrationError(same).value, 0.7, 1e-12);
}

TEST(Reliability, Edges) {
  EXPECT_TRUE(reliabilityBins({}, {}).empty());
  EXPECT_FALSE(expectedCalibrationError({}).value);
  EXPECT_FALSE(maximumCalibrationError({}).value);
  const auto ends = reliabilityBins(std::vector<double>{0, 1, 1}, {false, true, true}, 10, Binning::equalWidth);
  ASSERT_EQ(ends.size(), 2U);
  EXPECT_EQ(ends[1].count, 2);
  EXPECT_EQ(ends[1].upper, 1);
  const auto clusters = Clusters::byNumber(std::vector<std::int64_t>{1, 1, 1});
  EXPECT_FALSE(reliabilityBins(std::vector<double>{0, 1, 1}, {false, true, true}, 2, Binning::equalWidth, &clusters)[1]
                   .observed.ci);
  EXPECT_THROW((void)reliabilityBins({}, {}, 0), std::invalid_argument);
}

TEST(DecisionCurve, AgreesWithR) {
  const auto clusters = patients();
  for (const auto& v : reference().lines("benefit")) {
    const std::vector<double> threshold{v[0]};
    const auto point = decisionCurve(probability(), outcome(), threshold).front();
    EXPECT_NEAR(*point.netBenefit.value, v[1], close);
    EXPECT_NEAR(point.netBenefit.ci->lower, v[2], close);
    EXPECT_NEAR(point.netBenefit.ci->upper, v[3], close);
    EXPECT_NEAR(point.treatAll, v[4], close);
    EXPECT_NEAR(*decisionCurve(probability(), outcome(), threshold, &clusters).front().netBenefit.se, v[5], close);
    EXPECT_NEAR(*point.standardised, v[1] / (77.0 / 120), close);
  }
}

TEST(DecisionCurve, BootstrapKeepsTheOrderOfThresholds) {
  const std::vector<double> thresholds{0.5, 0.05, 0.8, 0.2};
  BootstrapOptions options;
  options.replicates = 400;
  const auto clusters = patients();
  const auto analytic = decisionCurve(probability(), outcome(), thresholds, &clusters);
  const auto resampled = decisionCurveBootstrapped(probability(), outcome(), thresholds, clusters, options);
  for (std::size_t i = 0; i < thresholds.size(); ++i) {
    EXPECT_EQ(resampled[i].threshold, thresholds[i]);
    EXPECT_NEAR(*resampled[i].netBenefit.value, *analytic[i].netBenefit.value, 1e-12);
    EXPECT_NEAR(*resampled[i].netBenefit.se / *analytic[i].netBenefit.se, 1, 0.15);
    EXPECT_NEAR(resampled[i].netBenefit.ci->lower, analytic[i].netBenefit.ci->lower, 0.05);
  }
}

TEST(DecisionCurve, Edges) {
  const auto thresholds = decisionThresholds();
  ASSERT_EQ(thresholds.size(), 99U);
  EXPECT_EQ(thresholds[29], 0.3);
  EXPECT_EQ(decisionThresholds(0.1, 0.1).size(), 1U);
  EXPECT_THROW((void)decisionThresholds(0, 1), std::invalid_argument);
  EXPECT_TRUE(decisionCurve({}, {}, thresholds).empty());
  const std::vector<double> high{0.9};
  const auto nobody = decisionCurve(std::vector<double>{0.2, 0.4}, {false, false}, high).front();
  EXPECT_EQ(*nobody.netBenefit.value, 0);
  EXPECT_FALSE(nobody.netBenefit.ci);
  EXPECT_FALSE(nobody.standardised);
  const std::vector<double> one{1.0};
  EXPECT_THROW((void)decisionCurve(std::vector<double>{0.2}, {true}, one), std::invalid_argument);
}

} // namespace
} // namespace hipcuff::statistics
