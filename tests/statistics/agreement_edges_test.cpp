// Small random inputs full of ties, holes and empty cells: whatever comes out is finite, lies within its interval, and
// where there is nothing a note says why.
#include "hipcuff/statistics/bland_altman.h"
#include "hipcuff/statistics/icc.h"
#include "hipcuff/statistics/mrmc.h"
#include "hipcuff/statistics/paired.h"
#include "hipcuff/statistics/raters.h"
#include "hipcuff/statistics/verification.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace hipcuff::statistics {
namespace {

class Dice {
public:
  explicit Dice(std::uint64_t seed)
      : generator_(seed) {}
  /// 0 ... sides - 1
  std::size_t operator()(std::size_t sides) { return generator_() % sides; }

private:
  std::mt19937_64 generator_;
};

void sound(const Estimate& estimate, const std::string& what) {
  SCOPED_TRACE(what);
  if (!estimate.value) {
    EXPECT_FALSE(estimate.note.empty());
    EXPECT_FALSE(estimate.ci);
    return;
  }
  EXPECT_TRUE(std::isfinite(*estimate.value));
  EXPECT_TRUE(!estimate.se || std::isfinite(*estimate.se));
  if (!estimate.ci) {
    EXPECT_FALSE(estimate.note.empty());
    return;
  }
  EXPECT_TRUE(std::isfinite(estimate.ci->lower) && std::isfinite(estimate.ci->upper));
  EXPECT_LE(estimate.ci->lower, *estimate.value + 1e-9);
  EXPECT_GE(estimate.ci->upper, *estimate.value - 1e-9);
  EXPECT_FALSE(estimate.method.empty());
}

void sound(const hipcuff::statistics::Test& test, const std::string& what) {
  SCOPED_TRACE(what);
  if (!test.p) {
    EXPECT_FALSE(test.note.empty());
    return;
  }
  EXPECT_GE(*test.p, 0);
  EXPECT_LE(*test.p, 1);
  EXPECT_FALSE(test.method.empty());
  for (const auto& number : {test.statistic, test.df, test.df2})
    EXPECT_TRUE(!number || std::isfinite(*number));
}

Clusters someClusters(Dice& dice, std::size_t rows) {
  std::vector<std::int64_t> numbers;
  for (std::size_t i = 0; i < rows; ++i)
    numbers.push_back(static_cast<std::int64_t>(dice(rows)));
  return Clusters::byNumber(numbers);
}

TEST(Edges, Icc) {
  Dice dice(1);
  for (int round = 0; round < 4000 && !HasFailure(); ++round) {
    MeasurementTable table;
    table.raters.resize(1 + dice(4));
    table.subjects.resize(dice(6));
    for (std::size_t i = 0; i < table.subjects.size(); ++i) {
      table.values.emplace_back();
      for (std::size_t j = 0; j < table.raters.size(); ++j)
        table.values.back().push_back(dice(15) == 0 ? std::nullopt : std::optional(0.1 * static_cast<double>(dice(4))));
    }
    const IccResult result = icc(table);
    for (const IccForm form : allIccForms) {
      sound(result.form(form), name(form));
      sound(result.test(form), name(form));
    }
    for (const Estimate& error :
         {result.sem, result.semConsistency, result.mdc95, result.mdc95Consistency, result.repeatability})
      sound(error, "error");
  }
}

TEST(Edges, BlandAltman) {
  Dice dice(2);
  for (int round = 0; round < 1500 && !HasFailure(); ++round) {
    std::vector<double> first;
    std::vector<double> second;
    for (std::size_t n = dice(7); n > 0; --n) {
      first.push_back(0.5 + 0.1 * static_cast<double>(dice(4)));
      second.push_back(0.5 + 0.1 * static_cast<double>(dice(4)));
    }
    std::vector<Replicates> replicates(dice(5));
    for (Replicates& subject : replicates)
      for (std::size_t n = dice(6); n > 0; --n)
        (dice(2) == 0 ? subject.first : subject.second).push_back(0.5 + 0.1 * static_cast<double>(dice(4)));
    for (const DifferenceScale scale :
         {DifferenceScale::absolute, DifferenceScale::logRatio, DifferenceScale::percentOfMean}) {
      const BlandAltmanOptions options{.scale = scale};
      std::vector<BlandAltman> results = {
          blandAltman(first, second, options),
          blandAltmanPairsPerSubject(first, second, someClusters(dice, first.size()), options)};
      if (scale != DifferenceScale::percentOfMean)
        results.push_back(blandAltmanReplicates(replicates, options));
      for (const BlandAltman& result : results) {
        sound(result.bias, "bias");
        sound(result.lower, "lower");
        sound(result.upper, "upper");
        sound(result.slope, "slope");
        sound(result.intercept, "intercept");
        sound(result.proportional, "proportional");
        EXPECT_TRUE(!result.sd || std::isfinite(*result.sd));
      }
    }
  }
}

TEST(Edges, Raters) {
  Dice dice(3);
  for (int round = 0; round < 1500 && !HasFailure(); ++round) {
    RatingTable table;
    table.categories.resize(1 + dice(4));
    table.raters.resize(1 + dice(4));
    for (std::size_t n = dice(7); n > 0; --n) {
      table.ratings.emplace_back();
      for (std::size_t j = 0; j < table.raters.size(); ++j)
        table.ratings.back().push_back(dice(5) == 0 ? std::nullopt : std::optional(dice(table.categories.size())));
    }
    if (dice(2) == 0)
      table.clusters = someClusters(dice, table.ratings.size());
    for (const KappaWeights weights : {KappaWeights::none, KappaWeights::linear, KappaWeights::quadratic}) {
      for (const Agreement& agreement : {percentAgreement(table, weights), fleissKappa(table, weights),
                                         congerKappa(table, weights), gwetAc(table, weights)})
        sound(agreement.coefficient, "coefficient");
      for (const PairwiseKappa& pair : pairwiseKappas(table, weights))
        sound(pair.kappa, "pair");
    }
    sound(fleissKappa(table).test, "Fleiss");
    for (const Agreement& agreement : fleissKappaByCategory(table)) {
      sound(agreement.coefficient, "category");
      sound(agreement.test, "category");
    }
    for (const AlphaMetric metric :
         {AlphaMetric::nominal, AlphaMetric::ordinal, AlphaMetric::interval, AlphaMetric::ratio}) {
      sound(krippendorffAlpha(table, metric).coefficient, "alpha");
      // A resample need not hold the value itself, so only what is there is looked at.
      const Agreement bootstrap = krippendorffAlphaBootstrap(table, metric, {.replicates = 50});
      EXPECT_TRUE(!bootstrap.coefficient.value || std::isfinite(*bootstrap.coefficient.value));
      EXPECT_TRUE(bootstrap.coefficient.ci || !bootstrap.coefficient.note.empty());
    }
  }
}

TEST(Edges, Paired) {
  Dice dice(4);
  const auto counts = [&] {
    const auto cell = [&] { return static_cast<long>(dice(2) == 0 ? 0 : dice(6)); };
    return PairedCounts{cell(), cell(), cell(), cell()};
  };
  for (int round = 0; round < 3000 && !HasFailure(); ++round) {
    const McNemar result = mcNemar(counts());
    sound(result.exact, "exact");
    sound(result.midP, "mid-p");
    sound(result.chiSquare, "chi-square");
    sound(result.chiSquareCorrected, "corrected");
    sound(result.difference, "difference");
    sound(result.conditionalOddsRatio, "odds ratio");
    std::vector<PairedCounts> clusters;
    for (std::size_t n = dice(5); n > 0; --n)
      clusters.push_back(counts());
    sound(clusteredMcNemarDurkalski(clusters), "Durkalski");
    sound(clusteredMcNemarObuchowski(clusters), "Obuchowski");
    sound(clusteredPairedDifference(clusters), "clustered difference");
    for (const NonInferiority& verdict :
         {nonInferiorityPaired(counts(), 0.1), nonInferiorityClustered(clusters, 0.1)}) {
      sound(verdict.test, "non-inferiority");
      sound(verdict.difference, "non-inferiority");
    }
  }
}

TEST(Edges, Mrmc) {
  Dice dice(5);
  for (int round = 0; round < 400 && !HasFailure(); ++round) {
    ReaderStudy study;
    study.treatments.resize(1 + dice(3));
    study.readers.resize(1 + dice(4));
    const std::size_t cases = dice(12);
    for (std::size_t i = 0; i < cases; ++i)
      study.positive.push_back(dice(2) == 0);
    study.scores.assign(study.treatments.size(), std::vector<std::vector<double>>(study.readers.size()));
    for (auto& treatment : study.scores)
      for (auto& reader : treatment)
        for (std::size_t i = 0; i < cases; ++i)
          reader.push_back(static_cast<double>(dice(3)) + (study.positive[i] ? static_cast<double>(dice(3)) : 0));
    if (dice(3) == 0)
      study.clusters = someClusters(dice, cases);
    std::string why;
    for (const auto& table : {figuresByDeLong(study, &why), figuresByJackknife(study, areaUnderCurve(), &why),
                              figuresByJackknife(study, specificityAt(2), &why)}) {
      if (!table) {
        EXPECT_FALSE(why.empty());
        continue;
      }
      const MrmcResult result = obuchowskiRockette(*table);
      for (const MrmcConclusion* conclusion :
           {&result.randomReadersRandomCases, &result.fixedReaders, &result.fixedCases}) {
        sound(conclusion->overall, "overall");
        for (const TreatmentFigure& figure : conclusion->treatments)
          sound(figure.figure, "treatment");
        for (const TreatmentDifference& difference : conclusion->differences) {
          sound(difference.difference, "difference");
          sound(difference.test, "difference");
        }
        for (const ReaderDifference& reader : conclusion->perReader)
          sound(reader.difference.difference, "reader");
      }
      if (study.treatments.size() == 1) {
        const SingleAgainstReaders single = singleAgainstReaders(*table, 0);
        sound(single.single, "single");
        sound(single.readers, "readers");
        sound(single.difference, "difference");
        sound(single.test, "difference");
      }
    }
  }
}

TEST(Edges, Verification) {
  Dice dice(6);
  const auto cell = [&] { return static_cast<long>(dice(3) == 0 ? 0 : dice(9)); };
  for (int round = 0; round < 3000 && !HasFailure(); ++round) {
    std::vector<VerificationStratum> strata;
    for (std::size_t n = dice(4); n > 0; --n)
      strata.push_back({"result", dice(2) == 0, cell(), cell(), cell()});
    const BeggGreenes corrected = beggGreenes(strata);
    sound(corrected.sensitivity, "sensitivity");
    sound(corrected.specificity, "specificity");
    sound(corrected.prevalence, "prevalence");
    const VerificationCheck check = checkVerification(strata);
    sound(check.independence, "independence");
    EXPECT_EQ(check.message.empty(), check.pattern == VerificationPattern::complete);
    const VerificationBounds bounds = verificationBounds(strata);
    if (bounds.sensitivity && corrected.sensitivity.value) {
      EXPECT_LE(bounds.sensitivity->lower, *corrected.sensitivity.value + 1e-9);
      EXPECT_GE(bounds.sensitivity->upper, *corrected.sensitivity.value - 1e-9);
    }
    const ImperfectReference reference =
        imperfectReference({cell(), cell(), cell(), cell()}, 0.5 + 0.1 * static_cast<double>(dice(6)),
                           0.5 + 0.1 * static_cast<double>(dice(6)));
    sound(reference.sensitivity, "imperfect sensitivity");
    sound(reference.specificity, "imperfect specificity");
    sound(reference.prevalence, "imperfect prevalence");
    for (const auto& interval : {reference.sensitivityBounds, reference.specificityBounds})
      EXPECT_TRUE(!interval || interval->lower <= interval->upper + 1e-12);
  }
}

} // namespace
} // namespace hipcuff::statistics
