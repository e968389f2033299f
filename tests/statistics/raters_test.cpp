#include "hipcuff/statistics/raters.h"

#include "reference_values.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>

namespace hipcuff::statistics {
namespace {

const ReferenceValues& reference() {
  static const ReferenceValues values("raters");
  return values;
}

/// @param numbers rows of `raters` categories; -1 is a hole
RatingTable tableOf(const std::vector<double>& numbers, std::size_t raters, std::size_t categories) {
  RatingTable table;
  for (std::size_t k = 0; k < categories; ++k)
    table.categories.push_back("grade " + std::to_string(k));
  for (std::size_t j = 0; j < raters; ++j)
    table.raters.push_back("reader " + std::to_string(j + 1));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i % raters == 0)
      table.ratings.emplace_back();
    table.ratings.back().push_back(numbers[i] < 0 ? std::nullopt : std::optional(static_cast<std::size_t>(numbers[i])));
  }
  return table;
}

RatingTable made(bool clustered = false) {
  RatingTable table = tableOf(reference()["made.ratings"], 4, 4);
  if (clustered) {
    const auto& patients = reference()["made.patients"];
    table.clusters = Clusters::byNumber(std::vector<std::int64_t>(patients.begin(), patients.end()));
  }
  return table;
}

/// Rows of how many raters chose each category, as ratings in any order.
RatingTable fromCounts(const std::vector<std::vector<int>>& rows) {
  std::vector<double> numbers;
  for (const auto& row : rows)
    for (std::size_t k = 0; k < row.size(); ++k)
      numbers.insert(numbers.end(), static_cast<std::size_t>(row[k]), static_cast<double>(k));
  return tableOf(numbers, 6, rows.front().size());
}

/// Krippendorff 2011, four observers of 12 units; in irrCAC (Gwet) as cac.raw4raters.
RatingTable fourObservers() {
  const double h = -1;
  return tableOf({0, 0, h, 0, 1, 1, 2, 1, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 0, 1, 2, 3,
                  3, 3, 3, 3, 0, 0, 1, 0, 1, 1, 1, 1, h, 4, 4, 4, h, h, 0, 0, h, h, 2, h},
                 4, 5);
}

void expectEstimate(const Agreement& agreement, double value, double se, double tolerance) {
  ASSERT_TRUE(agreement.coefficient.value) << agreement.coefficient.note;
  EXPECT_NEAR(*agreement.coefficient.value, value, tolerance);
  ASSERT_TRUE(agreement.coefficient.se) << agreement.coefficient.note;
  EXPECT_NEAR(*agreement.coefficient.se, se, tolerance);
}

// Fleiss 1971, table 1: 30 patients, 6 psychiatrists; overall 0.430. Per category and z as R's irr (kappam.fleiss,
// detail) prints them for the same data: z = 17.652; 0.245, 0.245, 0.520, 0.471, 0.566.
TEST(Raters, FleissPsychiatrists) {
  const RatingTable table = fromCounts(
      {{0, 0, 0, 6, 0}, {0, 3, 0, 0, 3}, {0, 1, 4, 0, 1}, {0, 0, 0, 0, 6}, {0, 3, 0, 3, 0}, {2, 0, 4, 0, 0},
       {0, 0, 4, 0, 2}, {2, 0, 3, 1, 0}, {2, 0, 0, 4, 0}, {0, 0, 0, 0, 6}, {1, 0, 0, 5, 0}, {1, 1, 0, 4, 0},
       {0, 3, 3, 0, 0}, {1, 0, 0, 5, 0}, {0, 2, 0, 3, 1}, {0, 0, 5, 0, 1}, {3, 0, 0, 1, 2}, {5, 1, 0, 0, 0},
       {0, 2, 0, 4, 0}, {1, 0, 2, 0, 3}, {0, 0, 0, 0, 6}, {0, 1, 0, 5, 0}, {0, 2, 0, 1, 3}, {2, 0, 0, 4, 0},
       {1, 0, 0, 4, 1}, {0, 5, 0, 1, 0}, {4, 0, 0, 0, 2}, {0, 2, 0, 4, 0}, {1, 0, 5, 0, 0}, {0, 0, 0, 0, 6}});
  const Agreement kappa = fleissKappa(table);
  EXPECT_NEAR(*kappa.coefficient.value, 0.430, 0.0005);
  EXPECT_NEAR(*kappa.test.statistic, 17.652, 0.0005);
  EXPECT_LT(*kappa.test.p, 1e-15);
  const std::vector<Agreement> categories = fleissKappaByCategory(table);
  const double printed[] = {0.245, 0.245, 0.520, 0.471, 0.566};
  for (std::size_t k = 0; k < 5; ++k) {
    EXPECT_NEAR(*categories.at(k).coefficient.value, printed[k], 0.0005);
    // One category: z = kappa / sqrt(2 / (n m (m - 1))).
    EXPECT_NEAR(*categories.at(k).test.statistic, *categories.at(k).coefficient.value / std::sqrt(2.0 / 900), 1e-9);
  }
}

// R's irrCAC 1.0 (Gwet), README: distrib.6raters, the first 15 of Fleiss' patients.
TEST(Raters, GwetSixRaters) {
  const RatingTable table = fromCounts({{0, 0, 0, 6, 0},
                                        {0, 3, 0, 0, 3},
                                        {0, 1, 4, 0, 1},
                                        {0, 0, 0, 0, 6},
                                        {0, 3, 0, 3, 0},
                                        {2, 0, 4, 0, 0},
                                        {0, 0, 4, 0, 2},
                                        {2, 0, 3, 1, 0},
                                        {2, 0, 0, 4, 0},
                                        {0, 0, 0, 0, 6},
                                        {1, 0, 0, 5, 0},
                                        {1, 1, 0, 4, 0},
                                        {0, 3, 3, 0, 0},
                                        {1, 0, 0, 5, 0},
                                        {0, 2, 0, 3, 1}});
  const Agreement ac1 = gwetAc(table);
  expectEstimate(ac1, 0.4448007, 0.08418757, 5e-8);
  EXPECT_NEAR(*ac1.observed, 0.5511111, 5e-8);
  EXPECT_NEAR(*ac1.expected, 0.1914815, 5e-8);
  EXPECT_NEAR(ac1.coefficient.ci->lower, 0.264, 0.0005);
  EXPECT_NEAR(ac1.coefficient.ci->upper, 0.625, 0.0005);
  expectEstimate(fleissKappa(table), 0.4139265, 0.08119291, 5e-8);
  expectEstimate(gwetAc(table, KappaWeights::quadratic), 0.4837438, 0.1058227, 5e-8);
  expectEstimate(fleissKappa(table, KappaWeights::quadratic), 0.2511909, 0.1457381, 5e-8);
  EXPECT_NEAR(*krippendorffAlpha(table).coefficient.value, 0.4204384, 5e-8);
  EXPECT_NEAR(*krippendorffAlpha(table, AlphaMetric::interval).coefficient.value, 0.259511, 5e-7);
}

// The same README and the vignette "weighting": cac.raw4raters, with holes.
TEST(Raters, GwetFourRatersWithHoles) {
  const RatingTable table = fourObservers();
  const Agreement ac1 = gwetAc(table);
  expectEstimate(ac1, 0.77544, 0.14295, 5e-6);
  EXPECT_NEAR(ac1.coefficient.ci->lower, 0.461, 0.0005);
  EXPECT_DOUBLE_EQ(ac1.coefficient.ci->upper, 1);
  EXPECT_EQ(ac1.subjects, 11U);
  EXPECT_EQ(ac1.leftOut, 1U);
  expectEstimate(percentAgreement(table), 0.81818, 0.12561, 5e-6);
  expectEstimate(fleissKappa(table), 0.76117, 0.15302, 5e-6);
  EXPECT_NEAR(*congerKappa(table).coefficient.value, 0.76282, 5e-6);
  expectEstimate(gwetAc(table, KappaWeights::quadratic), 0.914, 0.10396, 5e-6);
  expectEstimate(percentAgreement(table, KappaWeights::quadratic), 0.97538, 0.09062, 5e-6);
  expectEstimate(fleissKappa(table, KappaWeights::quadratic), 0.86494, 0.14603, 5e-6);
  EXPECT_NEAR(*congerKappa(table, KappaWeights::quadratic).coefficient.value, 0.85771, 5e-6);
  EXPECT_FALSE(fleissKappa(table).test.p);
  EXPECT_EQ(fleissKappa(table).test.note, "needs as many ratings of every subject");
}

// Krippendorff 2011, "Computing Krippendorff's alpha-reliability", part C and D: 0.743 nominal, 0.815 ordinal, 0.849
// interval, 0.797 ratio (whose values start at 1).
TEST(Raters, KrippendorffFourObservers) {
  const RatingTable table = fourObservers();
  EXPECT_NEAR(*krippendorffAlpha(table, AlphaMetric::nominal).coefficient.value, 0.743, 0.0005);
  EXPECT_NEAR(*krippendorffAlpha(table, AlphaMetric::ordinal).coefficient.value, 0.815, 0.0005);
  EXPECT_NEAR(*krippendorffAlpha(table, AlphaMetric::interval).coefficient.value, 0.849, 0.0005);
  std::vector<std::vector<std::optional<double>>> values;
  for (const auto& row : table.ratings) {
    values.emplace_back();
    for (const auto& rating : row)
      values.back().push_back(rating ? std::optional(static_cast<double>(*rating) + 1) : std::nullopt);
  }
  EXPECT_NEAR(*krippendorffAlpha(values, AlphaMetric::ratio).coefficient.value, 0.797, 0.0005);
  EXPECT_NEAR(*krippendorffAlpha(values, AlphaMetric::interval).coefficient.value, 0.849, 0.0005);
}

// R 4.2.2, reference/raters.R: errors there by numeric derivatives.
TEST(Raters, ErrorsAgreeWithR) {
  for (const auto& [name, weights] : {std::pair("none", KappaWeights::none), std::pair("linear", KappaWeights::linear),
                                      std::pair("quadratic", KappaWeights::quadratic)}) {
    const std::string key = std::string("made.") + name;
    SCOPED_TRACE(key);
    for (const bool clustered : {false, true}) {
      const RatingTable table = made(clustered);
      const std::string errors = key + (clustered ? ".clustered" : ".se");
      const Agreement all[] = {percentAgreement(table, weights), fleissKappa(table, weights), gwetAc(table, weights)};
      for (std::size_t i = 0; i < 3; ++i)
        expectEstimate(all[i], reference()[key].at(i), reference()[errors].at(i), 1e-7);
      expectEstimate(congerKappa(table, weights), reference()[key].at(3),
                     reference()[key + ".conger"].at(clustered ? 1 : 0), 1e-9);
    }
  }
}

TEST(Raters, AlphaAgreesWithR) {
  for (const auto& [name, metric] :
       {std::pair("nominal", AlphaMetric::nominal), std::pair("ordinal", AlphaMetric::ordinal),
        std::pair("interval", AlphaMetric::interval), std::pair("ratio", AlphaMetric::ratio)}) {
    SCOPED_TRACE(name);
    const std::string key = std::string("alpha.") + name;
    expectEstimate(krippendorffAlpha(made(), metric), reference()[key].at(0), reference()[key].at(1), 1e-9);
    expectEstimate(krippendorffAlpha(made(true), metric), reference()[key].at(0), reference()[key].at(2), 1e-9);
  }
  std::vector<std::vector<std::optional<double>>> values;
  const auto& numbers = reference()["measures"];
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (i % 3 == 0)
      values.emplace_back();
    values.back().push_back(numbers[i] < 0 ? std::nullopt : std::optional(numbers[i]));
  }
  const AlphaMetric metrics[] = {AlphaMetric::nominal, AlphaMetric::ordinal, AlphaMetric::interval, AlphaMetric::ratio};
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(*krippendorffAlpha(values, metrics[i]).coefficient.value, reference()["measures.alpha"].at(i), 1e-9);
}

TEST(Raters, AlphaBootstrapIsRepeatable) {
  const BootstrapOptions options{.replicates = 400, .seed = 7};
  const Agreement first = krippendorffAlphaBootstrap(made(true), AlphaMetric::ordinal, options);
  const Agreement second = krippendorffAlphaBootstrap(made(true), AlphaMetric::ordinal, options);
  ASSERT_TRUE(first.coefficient.ci) << first.coefficient.note;
  EXPECT_EQ(first.coefficient.ci->lower, second.coefficient.ci->lower);
  EXPECT_NEAR(*first.coefficient.value, reference()["alpha.ordinal"].at(0), 1e-9);
  EXPECT_LT(first.coefficient.ci->lower, *first.coefficient.value);
  EXPECT_GT(first.coefficient.ci->upper, *first.coefficient.value);
  // About the jackknife's error of the patients.
  EXPECT_NEAR(*first.coefficient.se, reference()["alpha.ordinal"].at(2), 0.02);
}

// R 4.2.2, psych 2.2.9: cohen.kappa.
TEST(Raters, PairwiseKappas) {
  const std::vector<PairwiseKappa> plain = pairwiseKappas(made());
  const std::vector<PairwiseKappa> weighted = pairwiseKappas(made(), KappaWeights::quadratic);
  ASSERT_EQ(plain.size(), 6U);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const std::string key = "pair" + std::to_string(plain[i].first + 1) + std::to_string(plain[i].second + 1);
    SCOPED_TRACE(key);
    EXPECT_EQ(static_cast<double>(plain[i].subjects), reference()[key].at(0));
    EXPECT_NEAR(*plain[i].kappa.value, reference()[key].at(1), 1e-9);
    EXPECT_NEAR(*weighted[i].kappa.value, reference()[key].at(2), 1e-9);
    EXPECT_NEAR(*plain[i].kappa.se, reference()[key].at(3), 1e-9);
    EXPECT_NEAR(*plain[i].agreement, reference()[key].at(4), 1e-9);
  }
  const std::vector<PairwiseKappa> clustered = pairwiseKappas(made(true));
  EXPECT_NEAR(*clustered[0].kappa.value, *plain[0].kappa.value, 1e-12);
  EXPECT_NE(*clustered[0].kappa.se, *plain[0].kappa.se);
  EXPECT_NE(clustered[0].kappa.method.find("patients"), std::string::npos);
}

// With two raters Conger's is Cohen's.
TEST(Raters, CongerOfTwoIsCohen) {
  RatingTable table = made();
  for (auto& row : table.ratings)
    row.resize(2);
  table.raters.resize(2);
  std::erase_if(table.ratings, [](const auto& row) { return !row[0] || !row[1]; });
  EXPECT_NEAR(*congerKappa(table).coefficient.value, *pairwiseKappas(table)[0].kappa.value, 1e-12);
}

TEST(Raters, NotEstimable) {
  const RatingTable one = tableOf({0, 1, 1}, 1, 2);
  const RatingTable lonely = tableOf({0, -1, -1, 1}, 2, 2);
  const RatingTable empty = tableOf({}, 2, 2);
  for (const auto& [table, why] :
       {std::pair(one, "fewer than two raters"), std::pair(lonely, "no subject was rated twice"),
        std::pair(empty, "no subject was rated twice")}) {
    for (const Agreement& agreement :
         {percentAgreement(table), fleissKappa(table), congerKappa(table), gwetAc(table), krippendorffAlpha(table),
          krippendorffAlphaBootstrap(table, AlphaMetric::nominal)}) {
      EXPECT_FALSE(agreement.coefficient.value);
      EXPECT_EQ(agreement.coefficient.note, why);
      EXPECT_FALSE(agreement.test.p);
    }
  }
  EXPECT_TRUE(pairwiseKappas(one).empty());
  EXPECT_EQ(pairwiseKappas(lonely)[0].kappa.note, "no subject was rated by both");
}

// Two categories of which one is empty.
TEST(Raters, OneCategoryOnly) {
  const RatingTable table = tableOf({0, 0, 0, 0, 0, 0}, 2, 2);
  EXPECT_FALSE(fleissKappa(table).coefficient.value);
  EXPECT_EQ(fleissKappa(table).coefficient.note, "all ratings are of one category");
  EXPECT_FALSE(congerKappa(table).coefficient.value);
  EXPECT_FALSE(krippendorffAlpha(table).coefficient.value);
  EXPECT_EQ(krippendorffAlpha(table).coefficient.note, "all ratings are equal");
  EXPECT_DOUBLE_EQ(*gwetAc(table).coefficient.value, 1);
  EXPECT_FALSE(gwetAc(table).coefficient.ci);
  EXPECT_DOUBLE_EQ(*percentAgreement(table).coefficient.value, 1);
  for (const Agreement& category : fleissKappaByCategory(table)) {
    EXPECT_FALSE(category.coefficient.value);
    EXPECT_EQ(category.coefficient.note, "all or no ratings are of this category");
  }
  EXPECT_FALSE(pairwiseKappas(table)[0].kappa.value);
  const RatingTable single = tableOf({0, 0}, 2, 1);
  EXPECT_FALSE(gwetAc(single).coefficient.value);
}

TEST(Raters, PerfectAgreement) {
  const RatingTable table = tableOf({0, 0, 1, 1, 0, 0, 2, 2}, 2, 3);
  for (const Agreement& agreement : {percentAgreement(table), fleissKappa(table), congerKappa(table), gwetAc(table),
                                     krippendorffAlpha(table, AlphaMetric::ordinal)}) {
    EXPECT_NEAR(*agreement.coefficient.value, 1, 1e-12);
    EXPECT_FALSE(agreement.coefficient.ci);
    EXPECT_FALSE(agreement.coefficient.note.empty());
  }
}

TEST(Raters, OneSubject) {
  const RatingTable table = tableOf({0, 1, 1}, 3, 2);
  for (const Agreement& agreement :
       {percentAgreement(table), fleissKappa(table), congerKappa(table), gwetAc(table), krippendorffAlpha(table)}) {
    EXPECT_TRUE(agreement.coefficient.value);
    EXPECT_FALSE(agreement.coefficient.ci);
    EXPECT_EQ(agreement.coefficient.note, "one subject only");
  }
  RatingTable patient = tableOf({0, 1, 1, 0, 0, 1}, 3, 2);
  patient.clusters = Clusters::byNumber(std::vector<std::int64_t>{4, 4});
  EXPECT_EQ(fleissKappa(patient).coefficient.note, "one patient only");
}

// A category that nobody used changes nothing but AC1, whose chance agreement knows how many there are.
TEST(Raters, UnusedCategory) {
  RatingTable table = made();
  const double fleiss = *fleissKappa(table).coefficient.value;
  const double alpha = *krippendorffAlpha(table, AlphaMetric::ordinal).coefficient.value;
  const double ac1 = *gwetAc(table).coefficient.value;
  table.categories.push_back("grade 4");
  EXPECT_NEAR(*fleissKappa(table).coefficient.value, fleiss, 1e-12);
  EXPECT_NEAR(*krippendorffAlpha(table, AlphaMetric::ordinal).coefficient.value, alpha, 1e-12);
  EXPECT_GT(*gwetAc(table).coefficient.value, ac1);
}

TEST(Raters, RefusesTablesThatDoNotFit) {
  RatingTable table = made();
  table.ratings[0].pop_back();
  EXPECT_THROW(static_cast<void>(fleissKappa(table)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(krippendorffAlpha(table)), std::invalid_argument);
  table = made();
  table.ratings[1][2] = 9;
  EXPECT_THROW(static_cast<void>(gwetAc(table)), std::invalid_argument);
  EXPECT_THROW(static_cast<void>(krippendorffAlpha(table)), std::invalid_argument);
  table = made();
  table.clusters = Clusters::independent(3);
  EXPECT_THROW(static_cast<void>(congerKappa(table)), std::invalid_argument);
}

TEST(Raters, ManySubjects) {
  std::vector<double> numbers;
  for (int i = 0; i < 300000; ++i)
    numbers.push_back((i / 3 * 7 + (i * 31 % 11 == 0 ? 1 : 0)) % 5);
  const RatingTable table = tableOf(numbers, 3, 5);
  const auto start = std::chrono::steady_clock::now();
  for (const Agreement& agreement :
       {fleissKappa(table), congerKappa(table), gwetAc(table), krippendorffAlpha(table, AlphaMetric::ordinal)})
    EXPECT_TRUE(agreement.coefficient.ci) << agreement.coefficient.note;
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

} // namespace
} // namespace hipcuff::statistics
