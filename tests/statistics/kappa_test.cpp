#include "hipcuff/statistics/kappa.h"

#include "reference_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

constexpr double close = 1e-8;

const ReferenceValues& reference() {
  static const ReferenceValues values("kappa");
  return values;
}

std::vector<std::vector<long>> table(const std::string& name) {
  const auto flat = reference().whole<long>(name + ".counts");
  const auto classes = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(flat.size()))));
  std::vector<std::vector<long>> counts(classes);
  for (std::size_t i = 0; i < flat.size(); ++i) {
    counts[i / classes].push_back(flat[i]);
  }
  return counts;
}

ConfusionMatrix matrix(const std::string& name) {
  ConfusionMatrix result;
  result.counts = table(name);
  for (std::size_t i = 0; i < result.counts.size(); ++i) {
    result.classes.push_back(std::string(1, static_cast<char>('a' + i)));
  }
  return result;
}

TEST(Kappa, AgreesWithR) {
  const KappaWeights weights[] = {KappaWeights::none, KappaWeights::linear, KappaWeights::quadratic};
  for (const std::string name : {"three", "four", "two"}) {
    const auto& psych = reference()[name + ".kappa"]; // none, its SE, linear, quadratic
    const double values[] = {psych[0], psych[2], psych[3]};
    const auto& errors = reference()[name + ".delta"];
    for (std::size_t i = 0; i < 3; ++i) {
      const auto result = kappa(table(name), weights[i]);
      EXPECT_NEAR(*result.value, values[i], close) << name << i;
      EXPECT_NEAR(*result.se, errors[i], 1e-7) << name << i; // a numerical derivative
      EXPECT_NEAR(result.ci->lower, *result.value - 1.959963984540054 * *result.se, close);
    }
    EXPECT_NEAR(*kappa(table(name), KappaWeights::none).se, psych[1], close);
  }
}

TEST(Kappa, ContextAndTestAgreeWithR) {
  const auto& v = reference()["two.context"];
  const auto context = kappaContext(table("two"));
  EXPECT_NEAR(*context.observedAgreement, v[0], close);
  EXPECT_NEAR(*context.chanceAgreement, v[1], close);
  EXPECT_NEAR(*context.prevalenceIndex, v[2], close);
  EXPECT_NEAR(*context.biasIndex, v[3], close);
  EXPECT_NEAR(*context.pabak, v[4], close);
  const auto test = kappaTest(table("two"), KappaWeights::none);
  EXPECT_NEAR(*test.statistic, v[5], close);
  EXPECT_NEAR(*test.p, v[6], 1e-12);
  // 87 and 33 by one rater, 95 and 25 by the other: they could agree in 87 + 25 of 120.
  EXPECT_NEAR(*context.maximumKappa, (112.0 / 120 - v[1]) / (1 - v[1]), close);
  EXPECT_FALSE(kappaContext(table("three")).biasIndex);
}

TEST(Kappa, ValueOfWeights) {
  for (const auto weights : {KappaWeights::none, KappaWeights::linear, KappaWeights::quadratic}) {
    std::vector<std::vector<double>> halves;
    for (const auto& row : table("four")) {
      halves.emplace_back();
      for (const long count : row) {
        halves.back().push_back(static_cast<double>(count) / 2);
      }
    }
    EXPECT_NEAR(*kappaValue(halves, weights), *kappa(table("four"), weights).value, 1e-14);
  }
  EXPECT_FALSE(kappaValue({{0, 0}, {0, 0}}, KappaWeights::none));
  EXPECT_FALSE(kappaValue({{5, 0}, {0, 0}}, KappaWeights::none));
}

TEST(Kappa, Edges) {
  EXPECT_EQ(kappa(std::vector<std::vector<long>>{}, KappaWeights::none).note, "no cases");
  EXPECT_EQ(kappa({{0, 0}, {0, 0}}, KappaWeights::linear).note, "no cases");
  EXPECT_EQ(kappa(std::vector<std::vector<long>>{{5}}, KappaWeights::quadratic).note, "one class only");
  EXPECT_FALSE(kappa({{9, 0}, {0, 0}}, KappaWeights::none).value);
  EXPECT_FALSE(kappaTest({{9, 0}, {0, 0}}, KappaWeights::none).p);
  const auto perfect = kappa({{9, 0}, {0, 4}}, KappaWeights::none);
  EXPECT_EQ(*perfect.value, 1);
  EXPECT_FALSE(perfect.ci);
  EXPECT_FALSE(perfect.note.empty());
  // A reference (or a reader) of one class: observed and expected agreement are the same whatever the other one says.
  for (const auto& counts :
       std::vector<std::vector<std::vector<long>>>{{{0, 1}, {0, 0}}, {{57, 93}, {0, 0}}, {{57, 0}, {93, 0}}}) {
    for (const auto weights : {KappaWeights::none, KappaWeights::quadratic}) {
      const auto single = kappa(counts, weights);
      EXPECT_FALSE(single.value);
      EXPECT_NE(single.note.find("always names the same class"), std::string::npos) << single.note;
      EXPECT_FALSE(kappaTest(counts, weights).p);
    }
  }
  EXPECT_FALSE(kappaValue({{57.0, 93.0}, {0.0, 0.0}}, KappaWeights::linear));
  EXPECT_FALSE(kappaTest({{4, 3}, {0, 0}}, KappaWeights::none).p);
  EXPECT_THROW((void)kappa({{1, 2}, {3}}, KappaWeights::none), std::invalid_argument);
  EXPECT_THROW((void)kappa({{1, -2}, {3, 4}}, KappaWeights::none), std::invalid_argument);
  EXPECT_FALSE(kappaContext({}).pabak);
}

TEST(Confusion, CountsRows) {
  const std::vector<int> reference{0, 0, 1, 2, 2, 2};
  const std::vector<int> system{0, 1, 1, -1, 2, 0};
  const auto m = tabulate({"a", "b", "c"}, reference, system);
  EXPECT_EQ(m.counts, (std::vector<std::vector<long>>{{1, 1, 0}, {0, 1, 0}, {1, 0, 1}}));
  EXPECT_EQ(m.abstained, (std::vector<long>{0, 0, 1}));
  EXPECT_EQ(m.total(), 5);
  EXPECT_EQ(m.totalAbstained(), 1);
  const auto weighted = weightedTable(3, reference, system, std::vector<std::uint32_t>{0, 2, 1, 5, 3, 1});
  EXPECT_EQ(weighted, (std::vector<std::vector<double>>{{0, 2, 0}, {0, 1, 0}, {1, 0, 3}}));
  EXPECT_THROW((void)tabulate({"a"}, reference, system), std::invalid_argument);
  EXPECT_THROW((void)tabulate({"a", "b", "c"}, std::vector<int>{-1}, std::vector<int>{0}), std::invalid_argument);
  EXPECT_THROW((void)tabulate({"a", "b", "c"}, std::vector<int>{1}, system), std::invalid_argument);
}

TEST(Confusion, MeasuresAgreeWithR) {
  const auto m = matrix("four");
  const auto& macro = reference()["four.macroF1"];
  EXPECT_NEAR(*macroF1(m).value, macro[0], close);
  EXPECT_NEAR(*macroF1(m).se, macro[1], 1e-7);
  const auto& macroThree = reference()["three.macroF1"];
  EXPECT_NEAR(*macroF1(matrix("three")).se, macroThree[1], 1e-7);
  const auto& balanced = reference()["four.balanced"];
  const auto result = balancedAccuracy(m);
  EXPECT_NEAR(*result.value, balanced[0], close);
  EXPECT_NEAR(result.ci->lower, balanced[1], close);
  EXPECT_NEAR(result.ci->upper, balanced[2], close);
  EXPECT_NEAR(*result.se, balanced[3], close);
  const auto& f1 = reference()["four.f1"];
  const auto second = perClass(m)[1];
  EXPECT_EQ(second.name, "b");
  EXPECT_NEAR(*second.measures.f1.value, f1[0], close);
  EXPECT_NEAR(second.measures.f1.ci->lower, f1[1], close);
  EXPECT_NEAR(second.measures.f1.ci->upper, f1[2], close);
  EXPECT_NEAR(*accuracy(m).value, 118.0 / 154, 1e-14);
}

TEST(Confusion, CollapsesClasses) {
  const auto m = matrix("three"); // 88 14 18 / 10 40 10 / 2 6 12
  const auto one = oneAgainstRest(m, 1);
  EXPECT_EQ(one.truePositives, 40);
  EXPECT_EQ(one.falseNegatives, 20);
  EXPECT_EQ(one.falsePositives, 20);
  EXPECT_EQ(one.trueNegatives, 120);
  const auto severe = atLeast(m, 1);
  EXPECT_EQ(severe.truePositives, 68);
  EXPECT_EQ(severe.falseNegatives, 12);
  EXPECT_EQ(severe.falsePositives, 32);
  EXPECT_EQ(severe.trueNegatives, 88);
  EXPECT_THROW((void)atLeast(m, 3), std::invalid_argument);
  auto broken = m;
  broken.counts.pop_back();
  EXPECT_THROW((void)accuracy(broken), std::invalid_argument);
}

TEST(Confusion, AbstentionsCountAgainstTheSystem) {
  const auto measures = binaryMeasures({8, 2, 3, 17, 5, 0});
  EXPECT_DOUBLE_EQ(*measures.sensitivity.value, 0.8);
  EXPECT_DOUBLE_EQ(*measures.sensitivityWithAbstentions.value, 8.0 / 15);
  EXPECT_DOUBLE_EQ(*measures.specificityWithAbstentions.value, *measures.specificity.value);
  EXPECT_DOUBLE_EQ(*measures.ppv.value, 8.0 / 11);
  EXPECT_DOUBLE_EQ(*measures.npv.value, 17.0 / 19);
}

TEST(Confusion, Edges) {
  const auto onlyNegatives = binaryMeasures({0, 0, 0, 4});
  EXPECT_EQ(onlyNegatives.sensitivity.note, "no positive cases");
  EXPECT_EQ(onlyNegatives.ppv.note, "nobody was called positive");
  EXPECT_FALSE(onlyNegatives.f1.value);
  EXPECT_EQ(*onlyNegatives.specificity.value, 1);
  const ConfusionMatrix none;
  EXPECT_FALSE(accuracy(none).value);
  EXPECT_FALSE(balancedAccuracy(none).value);
  EXPECT_FALSE(macroF1(none).value);
  // "c" is never in the reference, nor named.
  const ConfusionMatrix missing{{"a", "b", "c"}, {{4, 1, 0}, {2, 5, 0}, {0, 0, 0}}, {}};
  EXPECT_NEAR(*balancedAccuracy(missing).value, (4.0 / 5 + 5.0 / 7) / 2, 1e-14);
  EXPECT_NE(balancedAccuracy(missing).note.find("c"), std::string::npos);
  EXPECT_NEAR(*macroF1(missing).value, (8.0 / 11 + 10.0 / 13) / 2, 1e-14);
  const ConfusionMatrix perfect{{"a", "b"}, {{4, 0}, {0, 3}}, {}};
  EXPECT_EQ(*macroF1(perfect).value, 1);
  EXPECT_FALSE(macroF1(perfect).ci);
  EXPECT_TRUE(balancedAccuracy(perfect).ci);
  EXPECT_LT(balancedAccuracy(perfect).ci->lower, 1);
}

} // namespace
} // namespace hipcuff::statistics
