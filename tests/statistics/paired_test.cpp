#include "hipcuff/statistics/paired.h"

#include "reference_values.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hipcuff::statistics {
namespace {

const ReferenceValues& reference() {
  static const ReferenceValues values("paired");
  return values;
}

PairedCounts countsOf(const std::vector<double>& v, std::size_t from = 0) {
  return {static_cast<long>(v.at(from)), static_cast<long>(v.at(from + 1)), static_cast<long>(v.at(from + 2)),
          static_cast<long>(v.at(from + 3))};
}

std::vector<PairedCounts> madeClusters() {
  std::vector<PairedCounts> clusters;
  const auto& cells = reference()["clusters"];
  for (std::size_t i = 0; i < cells.size(); i += 4)
    clusters.push_back(countsOf(cells, i));
  return clusters;
}

// R 4.2.2: mcnemar.test, binom.test (reference/paired.R)
TEST(McNemar, AgreesWithR) {
  for (const std::string name : {"t150_86", "t5_12", "t1_7", "t6_0", "t3_3"}) {
    SCOPED_TRACE(name);
    const McNemar result = mcNemar(countsOf(reference()[name + ".counts"]));
    EXPECT_NEAR(*result.chiSquare.statistic, reference()[name + ".chi"].at(0), 1e-9);
    EXPECT_NEAR(*result.chiSquare.p, reference()[name + ".chi"].at(1), 1e-10);
    EXPECT_NEAR(*result.chiSquareCorrected.statistic, reference()[name + ".chi"].at(2), 1e-9);
    EXPECT_NEAR(*result.chiSquareCorrected.p, reference()[name + ".chi"].at(3), 1e-10);
    EXPECT_NEAR(*result.exact.p, reference()[name + ".exact"].at(0), 1e-10);
    EXPECT_NEAR(*result.midP.p, reference()[name + ".exact"].at(1), 1e-10);
    if (name != "t6_0") {
      EXPECT_NEAR(*result.conditionalOddsRatio.value, reference()[name + ".odds"].at(0), 1e-10);
      EXPECT_NEAR(result.conditionalOddsRatio.ci->lower, reference()[name + ".odds"].at(1), 1e-9);
      EXPECT_NEAR(result.conditionalOddsRatio.ci->upper, reference()[name + ".odds"].at(2), 1e-9);
    } else {
      EXPECT_FALSE(result.conditionalOddsRatio.value);
      EXPECT_FALSE(result.conditionalOddsRatio.note.empty());
    }
  }
}

// Fagerland, Lydersen & Laake 2013, table 1 (Bentur et al. 2009; 1, 1, 7, 12): mid-p 0.039, exact 0.070.
TEST(McNemar, BenturEtAl) {
  const McNemar result = mcNemar({1, 1, 7, 12});
  EXPECT_NEAR(*result.midP.p, 0.039, 0.0005);
  EXPECT_NEAR(*result.exact.p, 0.070, 0.0005);
  EXPECT_NEAR(*result.difference.value, -6.0 / 21, 1e-12);
  EXPECT_LT(result.difference.ci->upper, 0);
}

TEST(McNemar, WithoutDiscordantPairs) {
  const McNemar result = mcNemar({10, 0, 0, 5});
  EXPECT_DOUBLE_EQ(*result.exact.p, 1);
  EXPECT_DOUBLE_EQ(*result.midP.p, 1);
  EXPECT_FALSE(result.chiSquare.p);
  EXPECT_EQ(result.chiSquare.note, "no discordant pairs");
  EXPECT_FALSE(result.conditionalOddsRatio.value);
  EXPECT_DOUBLE_EQ(*result.difference.value, 0);
}

TEST(McNemar, WithoutCases) {
  const McNemar result = mcNemar({});
  EXPECT_FALSE(result.exact.p);
  EXPECT_FALSE(result.midP.p);
  EXPECT_FALSE(result.chiSquare.p);
  EXPECT_FALSE(result.difference.value);
  EXPECT_THROW(static_cast<void>(mcNemar({1, -1, 0, 0})), std::invalid_argument);
}

TEST(ClusteredMcNemar, AgreesWithR) {
  const std::vector<PairedCounts> clusters = madeClusters();
  const auto obuchowski = clusteredMcNemarObuchowski(clusters);
  EXPECT_NEAR(*obuchowski.statistic, reference()["obuchowski"].at(0), 1e-9);
  EXPECT_NEAR(*obuchowski.p, reference()["obuchowski"].at(1), 1e-10);
  const auto durkalski = clusteredMcNemarDurkalski(clusters);
  EXPECT_NEAR(*durkalski.statistic, reference()["durkalski"].at(0), 1e-9);
  EXPECT_NEAR(*durkalski.p, reference()["durkalski"].at(1), 1e-10);
  const Estimate difference = clusteredPairedDifference(clusters);
  EXPECT_NEAR(*difference.value, reference()["difference"].at(0), 1e-10);
  EXPECT_NEAR(*difference.se, reference()["difference"].at(1), 1e-10);
  EXPECT_NEAR(difference.ci->lower, reference()["effective"].at(1), 1e-6);
  EXPECT_NEAR(difference.ci->upper, reference()["effective"].at(2), 1e-6);
}

// One discordant pair of 23: Wald's interval ends above -0.05 and would be called non-inferior; the score interval does
// not, as it does not for independent cases.
TEST(ClusteredMcNemar, OneDiscordantPairIsLittle) {
  std::vector<PairedCounts> clusters{{1, 1, 0, 0}};
  clusters.insert(clusters.end(), 8, {2, 0, 0, 0});
  clusters.insert(clusters.end(), 5, {1, 0, 0, 0});
  const Estimate difference = clusteredPairedDifference(clusters);
  const auto& r = reference()["few"];
  EXPECT_NEAR(*difference.value, 1.0 / 23, 1e-12);
  EXPECT_NEAR(difference.ci->lower, r.at(1), 1e-6);
  EXPECT_NEAR(difference.ci->upper, r.at(2), 1e-6);
  const Interval independent = *pairedDifferenceTango({22, 1, 0, 0}).ci;
  EXPECT_LE(difference.ci->lower, independent.lower + 1e-9);
  EXPECT_GE(difference.ci->upper, independent.upper - 1e-9);
  EXPECT_GT(r.at(4), -0.05); // Wald
  const NonInferiority result = nonInferiorityClustered(clusters, 0.05);
  EXPECT_NEAR(*result.test.statistic, r.at(3), 1e-6);
  EXPECT_EQ(result.verdict, NonInferiorityVerdict::inconclusive);
}

// Each patient by itself: the same as without patients.
TEST(ClusteredMcNemar, PatientsOfOneCaseAreIndependentCases) {
  std::vector<PairedCounts> clusters;
  clusters.insert(clusters.end(), 200, {1, 0, 0, 0});
  clusters.insert(clusters.end(), 22, {0, 1, 0, 0});
  clusters.insert(clusters.end(), 15, {0, 0, 1, 0});
  const Interval plain = *pairedDifferenceTango({200, 22, 15, 0}).ci;
  const Interval clustered = *clusteredPairedDifference(clusters).ci;
  EXPECT_NEAR(clustered.lower, plain.lower, 3e-4); // m / (m - 1)
  EXPECT_NEAR(clustered.upper, plain.upper, 3e-4);
}

// Ten times the same patient's cases say no more than one case of each.
TEST(ClusteredMcNemar, CopiesAddNothing) {
  std::vector<PairedCounts> once, often;
  for (int i = 0; i < 40; ++i) {
    const PairedCounts one = i < 6   ? PairedCounts{0, 1, 0, 0}
                             : i < 8 ? PairedCounts{0, 0, 1, 0}
                                     : PairedCounts{1, 0, 0, 0};
    once.push_back(one);
    often.push_back({10 * one.both, 10 * one.firstOnly, 10 * one.secondOnly, 0});
  }
  EXPECT_NEAR(clusteredPairedDifference(often).ci->lower, clusteredPairedDifference(once).ci->lower, 1e-9);
  EXPECT_NEAR(clusteredPairedDifference(often).ci->upper, clusteredPairedDifference(once).ci->upper, 1e-9);
}

// Clusters of one case: Durkalski's statistic is McNemar's.
TEST(ClusteredMcNemar, SingleCasesAreMcNemar) {
  std::vector<PairedCounts> clusters;
  for (int i = 0; i < 30; ++i)
    clusters.push_back(i < 12   ? PairedCounts{0, 1, 0, 0}
                       : i < 17 ? PairedCounts{0, 0, 1, 0}
                                : PairedCounts{1, 0, 0, 0});
  EXPECT_NEAR(*clusteredMcNemarDurkalski(clusters).statistic, *mcNemar({13, 12, 5, 0}).chiSquare.statistic, 1e-12);
  clusters.push_back({}); // a patient without cases counts for nothing
  EXPECT_NEAR(*clusteredMcNemarDurkalski(clusters).statistic, 49.0 / 17, 1e-12);
}

TEST(ClusteredMcNemar, NotEstimable) {
  EXPECT_EQ(clusteredMcNemarDurkalski(std::vector<PairedCounts>{{2, 1, 0, 1}}).note, "fewer than two patients");
  EXPECT_EQ(clusteredMcNemarObuchowski({}).note, "fewer than two patients");
  EXPECT_FALSE(clusteredPairedDifference({}).value);
  const Estimate one = clusteredPairedDifference(std::vector<PairedCounts>{{2, 1, 0, 1}});
  EXPECT_DOUBLE_EQ(*one.value, 0.25);
  EXPECT_FALSE(one.ci);
  const std::vector<PairedCounts> same = {{1, 0, 0, 1}, {2, 1, 1, 0}};
  EXPECT_FALSE(clusteredMcNemarObuchowski(same).p);
  // Nothing is seen of how the patients differ, so each counts once.
  const Estimate unseen = clusteredPairedDifference(same);
  EXPECT_FALSE(unseen.se);
  EXPECT_NEAR(unseen.ci->lower, -unseen.ci->upper, 1e-9);
  EXPECT_EQ(unseen.note, "no variance between patients; the interval takes patients for units");
  const std::vector<PairedCounts> agreeing(30, PairedCounts{3, 0, 0, 1});
  EXPECT_NEAR(clusteredPairedDifference(agreeing).ci->lower, pairedDifferenceTango({30, 0, 0, 0}).ci->lower, 1e-9);
}

// Score statistics with the constrained likelihood maximised numerically in R. 43, 0, 1, 0 is Tango's (1998) example of
// a crossover trial with margin 0.1.
TEST(NonInferiority, PairedProportionsAgreeWithR) {
  for (const std::string name : {"nam0_1", "nam4_7", "nam12_15", "nam20_8"}) {
    SCOPED_TRACE(name);
    const NonInferiority result = nonInferiorityPaired(countsOf(reference()[name]), 0.1);
    EXPECT_NEAR(*result.test.statistic, reference()[name].at(4), 1e-6);
    EXPECT_NEAR(*result.test.p, reference()[name].at(5), 1e-7);
    // Test and interval are the same statement.
    ASSERT_TRUE(result.difference.ci);
    EXPECT_EQ(*result.test.p<0.025, result.difference.ci->lower> - 0.1);
  }
}

// Where the interval ends at the margin the test is at its level.
TEST(NonInferiority, TestAndIntervalAreDual) {
  const PairedCounts counts{200, 12, 15, 73};
  const double lower = pairedDifferenceTango(counts, 0.95).ci->lower;
  EXPECT_NEAR(*nonInferiorityPaired(counts, -lower).test.p, 0.025, 1e-6);
}

TEST(NonInferiority, Verdicts) {
  using enum NonInferiorityVerdict;
  EXPECT_EQ(nonInferiorityPaired({60, 20, 8, 12}, 0.1).verdict, superior);
  EXPECT_EQ(nonInferiorityPaired({200, 12, 15, 73}, 0.1).verdict, nonInferior);
  EXPECT_EQ(nonInferiorityPaired({34, 4, 7, 5}, 0.1).verdict, inconclusive);
  EXPECT_EQ(nonInferiorityPaired({30, 2, 60, 8}, 0.1).verdict, inferior);
  EXPECT_EQ(nonInferiorityPaired({}, 0.1).verdict, notEstimable);
  EXPECT_EQ(name(nonInferior), "non-inferior");
  EXPECT_EQ(name(notEstimable), "not estimable");
}

TEST(NonInferiority, PerfectPairsAreEstimable) {
  const NonInferiority result = nonInferiorityPaired({50, 0, 0, 0}, 0.1);
  ASSERT_TRUE(result.test.p);
  EXPECT_TRUE(std::isfinite(*result.test.p));
  EXPECT_EQ(result.verdict, NonInferiorityVerdict::nonInferior);
}

// R 4.2.2: pnorm(0.03 / 0.02, lower = FALSE) = 0.0668072013, pt(1.5, 8, lower = FALSE) = 0.0860016460; qt(0.975, 8)
// = 2.306004
TEST(NonInferiority, OfADifferenceWithStandardError) {
  const NonInferiority normal = nonInferiorityOf(-0.02, 0.02, 0.05);
  EXPECT_NEAR(*normal.test.p, 0.0668072013, 1e-7);
  EXPECT_EQ(normal.verdict, NonInferiorityVerdict::inconclusive);
  const NonInferiority student = nonInferiorityOf(-0.02, 0.02, 0.05, 0.025, 8);
  EXPECT_NEAR(*student.test.p, 0.0860016460, 1e-7);
  EXPECT_NEAR(student.difference.ci->lower, -0.02 - 2.306004 * 0.02, 1e-7);
  EXPECT_EQ(nonInferiorityOf(0.1, 0.0, 0.05).verdict, NonInferiorityVerdict::notEstimable);
  EXPECT_EQ(nonInferiorityOf(0.1, std::nullopt, 0.05).verdict, NonInferiorityVerdict::notEstimable);
}

TEST(NonInferiority, Clustered) {
  const NonInferiority result = nonInferiorityClustered(madeClusters(), 0.1);
  EXPECT_EQ(result.verdict, NonInferiorityVerdict::nonInferior);
  EXPECT_NEAR(*result.test.statistic, reference()["effective.nam"].at(0), 1e-6);
  EXPECT_NEAR(*result.difference.value, reference()["difference"].at(0), 1e-10);
  EXPECT_EQ(nonInferiorityClustered({}, 0.1).verdict, NonInferiorityVerdict::notEstimable);
}

TEST(NonInferiority, RefusesOddMargins) {
  EXPECT_THROW(static_cast<void>(nonInferiorityPaired({5, 1, 1, 5}, 0)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(nonInferiorityPaired({5, 1, 1, 5}, 1)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(nonInferiorityPaired({5, 1, 1, 5}, 0.1, 0.5)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(nonInferiorityOf(0, 1, -0.1)), std::invalid_argument);
}

} // namespace
} // namespace hipcuff::statistics
