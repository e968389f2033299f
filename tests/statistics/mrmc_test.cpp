#include "hipcuff/statistics/mrmc.h"

#include "reference_values.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hipcuff::statistics {
namespace {

const ReferenceValues& reference() {
  static const ReferenceValues values("mrmc");
  return values;
}

/// Van Dyke et al. 1993: 114 cases, 5 readers, spin echo and cine MRI.
ReaderStudy vanDyke() {
  ReaderStudy study;
  study.treatments = {"spin echo", "cine"};
  study.readers = {"1", "2", "3", "4", "5"};
  study.scores.assign(2, std::vector<std::vector<double>>(5));
  std::ifstream file(std::string(HIPCUFF_SOURCE_DIR) + "/tests/statistics/reference/vandyke.csv");
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    std::istringstream cells(line);
    std::vector<double> numbers;
    for (std::string cell; std::getline(cells, cell, ',');)
      numbers.push_back(std::stod(cell));
    study.positive.push_back(numbers.at(1) == 1);
    for (std::size_t i = 0; i < 10; ++i)
      study.scores[i / 5][i % 5].push_back(numbers.at(2 + i));
  }
  return study;
}

MrmcResult jackknifed() {
  const auto table = figuresByJackknife(vanDyke(), areaUnderCurve());
  return obuchowskiRockette(table.value());
}

void expectError(const ErrorCovariance& error, const std::string& name, double tolerance) {
  EXPECT_NEAR(error.variance, reference()[name].at(0), tolerance);
  EXPECT_NEAR(error.cov1, reference()[name].at(1), tolerance);
  EXPECT_NEAR(error.cov2, reference()[name].at(2), tolerance);
  EXPECT_NEAR(error.cov3, reference()[name].at(3), tolerance);
}

// Everything named Iowa is printed by OR-DBM MRMC 2.51 (University of Iowa) for these data, trapezoidal area,
// jackknife; the same analysis as in Hillis, Berbaum & Metz 2008.
TEST(Mrmc, FiguresAgreeWithIowa) {
  const MrmcResult result = jackknifed();
  ASSERT_EQ(result.figures.figure.size(), 2U);
  const double spinEcho[] = {0.91964573, 0.85877617, 0.90386473, 0.97310789, 0.82979066};
  for (std::size_t r = 0; r < 5; ++r)
    EXPECT_NEAR(result.figures.figure[0][r], spinEcho[r], 5e-9);
  EXPECT_NEAR(result.anova.treatments, 0.00479617, 5e-9);
  EXPECT_NEAR(*result.anova.readers, 0.00383620, 5e-9);
  EXPECT_NEAR(*result.anova.treatmentReaders, 0.00055103, 5e-9);
  EXPECT_NEAR(result.error.variance, 0.00080229, 5e-9);
  EXPECT_NEAR(result.error.cov1, 0.00034661, 5e-9);
  EXPECT_NEAR(result.error.cov2, 0.00034407, 6e-9);
  EXPECT_NEAR(result.error.cov3, 0.00023903, 5e-9);
  EXPECT_NEAR(*result.varianceReaders, 0.00153500, 6e-9);
  EXPECT_NEAR(*result.varianceTreatmentReaders, 0.00020040, 6e-9);
}

TEST(Mrmc, RandomReadersAndCasesAgreeWithIowa) {
  const MrmcConclusion conclusion = jackknifed().randomReadersRandomCases;
  EXPECT_NEAR(*conclusion.overall.statistic, 4.46, 0.005);
  EXPECT_NEAR(*conclusion.overall.df2, 15.26, 0.005);
  EXPECT_NEAR(*conclusion.overall.p, 0.0517, 5e-5);
  const TreatmentDifference& difference = conclusion.differences.at(0);
  EXPECT_NEAR(*difference.difference.value, -0.04380, 5e-6);
  EXPECT_NEAR(*difference.difference.se, 0.02075, 5e-6);
  EXPECT_NEAR(difference.difference.ci->lower, -0.08796, 5e-6);
  EXPECT_NEAR(difference.difference.ci->upper, 0.00036, 5e-6);
  EXPECT_NEAR(*difference.test.p, 0.0517, 5e-5);
  const TreatmentFigure& spinEcho = conclusion.treatments.at(0);
  EXPECT_NEAR(*spinEcho.figure.value, 0.89703704, 5e-9);
  EXPECT_NEAR(*spinEcho.figure.se, 0.03317360, 5e-9);
  EXPECT_NEAR(*spinEcho.df, 12.74, 0.005);
  EXPECT_NEAR(spinEcho.figure.ci->lower, 0.82522360, 5e-9);
  EXPECT_NEAR(spinEcho.figure.ci->upper, 0.96885048, 5e-9);
  EXPECT_NEAR(conclusion.treatments.at(1).figure.ci->lower, 0.89413783, 5e-9);
}

TEST(Mrmc, FixedReadersAgreeWithIowa) {
  const MrmcConclusion conclusion = jackknifed().fixedReaders;
  EXPECT_NEAR(*conclusion.overall.statistic, 5.47595, 5e-6);
  EXPECT_NEAR(*conclusion.overall.p, 0.0193, 5e-5);
  EXPECT_NEAR(conclusion.differences.at(0).difference.ci->lower, -0.08049, 5e-6);
  EXPECT_NEAR(conclusion.differences.at(0).difference.ci->upper, -0.00711, 5e-6);
  EXPECT_NEAR(conclusion.treatments.at(0).figure.ci->lower, 0.84943008, 5e-9);
  EXPECT_NEAR(conclusion.treatments.at(1).figure.ci->upper, 0.97371835, 5e-9);
  ASSERT_EQ(conclusion.perReader.size(), 5U);
  const double errors[] = {0.02551, 0.02630, 0.03121, 0.01729, 0.04406};
  const double p[] = {0.2693, 0.0768, 0.5668, 0.1290, 0.0230};
  for (std::size_t r = 0; r < 5; ++r) {
    EXPECT_NEAR(*conclusion.perReader[r].difference.difference.se, errors[r], 5e-6);
    EXPECT_NEAR(*conclusion.perReader[r].difference.test.p, p[r], 5e-5);
  }
}

TEST(Mrmc, FixedCasesAgreeWithIowa) {
  const MrmcConclusion conclusion = jackknifed().fixedCases;
  EXPECT_NEAR(*conclusion.overall.statistic, 8.70, 0.005);
  EXPECT_NEAR(*conclusion.overall.df2, 4, 1e-12);
  EXPECT_NEAR(*conclusion.overall.p, 0.0420, 5e-5);
  EXPECT_NEAR(conclusion.differences.at(0).difference.ci->lower, -0.08502, 5e-6);
  EXPECT_NEAR(conclusion.treatments.at(1).figure.ci->upper, 0.98568536, 5e-9);
}

// R 4.2.2, reference/mrmc.R
TEST(Mrmc, DeLongAgreesWithR) {
  const auto table = figuresByDeLong(vanDyke());
  ASSERT_TRUE(table);
  const MrmcResult result = obuchowskiRockette(*table);
  expectError(result.error, "delong", 1e-12);
  const MrmcConclusion& random = result.randomReadersRandomCases;
  EXPECT_NEAR(*random.overall.statistic, reference()["delong.random"].at(0), 1e-8);
  EXPECT_NEAR(*random.overall.df2, reference()["delong.random"].at(1), 1e-8);
  EXPECT_NEAR(*random.overall.p, reference()["delong.random"].at(2), 1e-10);
  EXPECT_NEAR(*random.differences[0].difference.se, reference()["delong.random"].at(3), 1e-10);
}

TEST(Mrmc, JackknifeOverPatientsAgreesWithR) {
  ReaderStudy study = vanDyke();
  std::vector<std::int64_t> patients;
  for (std::int64_t i = 0; i < 114; ++i)
    patients.push_back(i / 2);
  study.clusters = Clusters::byNumber(patients);
  const auto table = figuresByJackknife(study, areaUnderCurve());
  ASSERT_TRUE(table);
  EXPECT_EQ(table->method, "jackknife over patients");
  expectError(errorCovariance(*table), "patients", 1e-12);
  const auto clustered = figuresByDeLong(study);
  ASSERT_TRUE(clustered);
  // Obuchowski's clustered covariance is about the jackknife's.
  EXPECT_NEAR(errorCovariance(*clustered).variance, reference()["patients"].at(0), 3e-5);
}

TEST(Mrmc, OtherFigures) {
  const auto table = figuresByJackknife(vanDyke(), sensitivityAt(3));
  ASSERT_TRUE(table);
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_NEAR(table->figure[i / 5][i % 5], reference()["sensitivity"].at(i), 1e-12);
  const auto specificity = figuresByJackknife(vanDyke(), specificityAt(3));
  ASSERT_TRUE(specificity);
  EXPECT_GT(specificity->figure[0][0], 0.7);
}

TEST(Mrmc, SingleAgainstReadersAgreesWithR) {
  ReaderStudy study = vanDyke();
  study.treatments.pop_back();
  study.scores.pop_back();
  const auto table = figuresByJackknife(study, areaUnderCurve());
  const SingleAgainstReaders result = singleAgainstReaders(table.value(), 0);
  EXPECT_NEAR(*result.single.value, 0.91964573, 5e-9);
  EXPECT_NEAR(*result.difference.value, reference()["single"].at(0), 1e-10);
  EXPECT_NEAR(*result.difference.se, reference()["single"].at(1), 1e-9);
  EXPECT_NEAR(*result.test.df, reference()["single"].at(2), 1e-7);
  EXPECT_NEAR(result.difference.ci->lower, reference()["single"].at(3), 1e-8);
  EXPECT_NEAR(result.difference.ci->upper, reference()["single"].at(4), 1e-8);
  EXPECT_NEAR(*result.test.p, reference()["single"].at(5), 1e-9);
  const NonInferiority wide = nonInferiorityMrmc(result, 0.1);
  EXPECT_EQ(wide.verdict, NonInferiorityVerdict::nonInferior);
  EXPECT_NEAR(wide.difference.ci->lower, reference()["single"].at(3), 1e-8);
  EXPECT_EQ(nonInferiorityMrmc(result, 0.05).verdict, NonInferiorityVerdict::inconclusive);
}

// A system that never errs adds no variance: what is left is the interval of the readers' mean (Iowa, single
// treatment).
TEST(Mrmc, PerfectSystemAgainstReaders) {
  ReaderStudy study = vanDyke();
  study.treatments.pop_back();
  study.scores.pop_back();
  study.readers.push_back("system");
  std::vector<double> truth;
  for (const bool positive : study.positive)
    truth.push_back(positive ? 1 : 0);
  study.scores[0].push_back(truth);
  const SingleAgainstReaders result = singleAgainstReaders(figuresByJackknife(study, areaUnderCurve()).value(), 5);
  EXPECT_DOUBLE_EQ(*result.single.value, 1);
  EXPECT_FALSE(result.single.ci);
  EXPECT_NEAR(*result.readers.value, 0.89703704, 5e-9);
  EXPECT_NEAR(result.readers.ci->lower, 0.82522360, 5e-9);
  EXPECT_NEAR(result.difference.ci->upper, 1 - 0.82522360, 5e-9);
}

TEST(Mrmc, NonInferiority) {
  const MrmcResult result = jackknifed();
  const NonInferiority cine = nonInferiorityMrmc(result, 1, 0, 0.05);
  EXPECT_EQ(cine.verdict, NonInferiorityVerdict::nonInferior); // difference 0.0438 (-0.0004, 0.0880)
  EXPECT_NEAR(cine.difference.ci->lower, -0.00036, 5e-6);
  EXPECT_LT(*cine.test.p, 0.025);
  EXPECT_EQ(nonInferiorityMrmc(result, 0, 1, 0.05).verdict, NonInferiorityVerdict::inconclusive);
  EXPECT_THROW(static_cast<void>(nonInferiorityMrmc(result, 0, 0, 0.05)), std::invalid_argument);
}

TEST(Mrmc, OneReader) {
  ReaderStudy study = vanDyke();
  study.readers.resize(1);
  for (auto& treatment : study.scores)
    treatment.resize(1);
  const MrmcResult result = obuchowskiRockette(figuresByJackknife(study, areaUnderCurve()).value());
  EXPECT_FALSE(result.note.empty());
  EXPECT_FALSE(result.randomReadersRandomCases.overall.p);
  EXPECT_FALSE(result.randomReadersRandomCases.differences.at(0).difference.ci);
  EXPECT_FALSE(result.fixedCases.overall.p);
  // The one reader's own comparison is still there (Iowa, reader 1).
  EXPECT_NEAR(*result.fixedReaders.differences.at(0).test.p, 0.2693, 5e-5);
  EXPECT_EQ(nonInferiorityMrmc(result, 0, 1, 0.05).verdict, NonInferiorityVerdict::notEstimable);
}

TEST(Mrmc, OneTreatment) {
  ReaderStudy study = vanDyke();
  study.treatments.resize(1);
  study.scores.resize(1);
  const MrmcResult result = obuchowskiRockette(figuresByJackknife(study, areaUnderCurve()).value());
  EXPECT_FALSE(result.randomReadersRandomCases.overall.p);
  EXPECT_TRUE(result.randomReadersRandomCases.differences.empty());
  EXPECT_NEAR(*result.randomReadersRandomCases.treatments.at(0).figure.se, 0.03317360, 5e-9);
  const FigureTable& table = result.figures;
  EXPECT_THROW(static_cast<void>(singleAgainstReaders(table, 7)), std::invalid_argument);
}

TEST(Mrmc, ThreeTreatments) {
  ReaderStudy study = vanDyke();
  study.treatments.push_back("spin echo again");
  study.scores.push_back(study.scores[0]);
  const MrmcResult result = obuchowskiRockette(figuresByJackknife(study, areaUnderCurve()).value());
  ASSERT_EQ(result.randomReadersRandomCases.differences.size(), 3U);
  EXPECT_NEAR(*result.randomReadersRandomCases.differences[1].difference.value, 0, 1e-12);
  EXPECT_DOUBLE_EQ(*result.randomReadersRandomCases.overall.df, 2);
  EXPECT_EQ(result.fixedReaders.perReader.size(), 15U);
}

TEST(Mrmc, PerfectReadersHaveNoVariance) {
  ReaderStudy study;
  study.treatments = {"a", "b"};
  study.readers = {"1", "2"};
  study.positive = {false, false, false, true, true};
  const std::vector<double> scores = {1, 2, 2, 3, 4};
  study.scores.assign(2, {scores, scores});
  for (const auto& table : {figuresByDeLong(study), figuresByJackknife(study, areaUnderCurve())}) {
    ASSERT_TRUE(table);
    const MrmcResult result = obuchowskiRockette(*table);
    for (const MrmcConclusion* conclusion :
         {&result.randomReadersRandomCases, &result.fixedReaders, &result.fixedCases}) {
      EXPECT_FALSE(conclusion->overall.p);
      EXPECT_EQ(conclusion->overall.note, "no variance");
      EXPECT_DOUBLE_EQ(*conclusion->treatments.at(0).figure.value, 1);
      EXPECT_FALSE(conclusion->treatments.at(0).figure.ci);
      EXPECT_FALSE(conclusion->differences.at(0).test.p);
    }
  }
}

TEST(Mrmc, OneClassOnly) {
  ReaderStudy study = vanDyke();
  study.positive.assign(114, true);
  std::string why;
  EXPECT_FALSE(figuresByDeLong(study, &why));
  EXPECT_FALSE(why.empty());
  why.clear();
  EXPECT_FALSE(figuresByJackknife(study, areaUnderCurve(), &why));
  EXPECT_FALSE(why.empty());
  study.positive[0] = false;
  EXPECT_FALSE(figuresByJackknife(study, areaUnderCurve(), &why));
  EXPECT_EQ(why, "there is only one positive, or negative, case");
  EXPECT_FALSE(figuresByDeLong(study, &why));
}

TEST(Mrmc, RefusesStudiesThatDoNotFit) {
  ReaderStudy study = vanDyke();
  study.scores[1][3].pop_back();
  EXPECT_THROW(static_cast<void>(figuresByDeLong(study)), std::invalid_argument);
  study = vanDyke();
  study.scores[0][0][0] = NAN;
  EXPECT_THROW(static_cast<void>(figuresByJackknife(study, areaUnderCurve())), std::invalid_argument);
  FigureTable table;
  EXPECT_THROW(static_cast<void>(obuchowskiRockette(table)), std::invalid_argument);
}

// A share near 1 with a normal interval: it ends where a share ends.
TEST(Mrmc, IntervalsEndWhereFiguresEnd) {
  ReaderStudy study;
  study.treatments = {"reading"};
  study.readers = {"A", "B", "C", "system"};
  study.scores.resize(1, std::vector<std::vector<double>>(4, std::vector<double>(60, 0)));
  for (std::size_t i = 0; i < 60; ++i)
    study.positive.push_back(i >= 30);
  for (std::size_t i = 30; i < 60; ++i)
    for (auto& scores : study.scores[0])
      scores[i] = 3;
  study.scores[0][0][0] = 3; // one false positive of A, one of the system
  study.scores[0][3][1] = 3;
  const auto shares = figuresByJackknife(study, specificityAt(2));
  ASSERT_TRUE(shares);
  const SingleAgainstReaders result = singleAgainstReaders(*shares, 3);
  EXPECT_EQ(result.single.ci->upper, 1);
  EXPECT_EQ(result.readers.ci->upper, 1);
  EXPECT_LT(result.readers.ci->lower, *result.readers.value);
  const auto areas = figuresByDeLong(study);
  ASSERT_TRUE(areas);
  const MrmcResult whole = obuchowskiRockette(*areas);
  for (const auto& conclusion : {whole.randomReadersRandomCases, whole.fixedReaders, whole.fixedCases})
    EXPECT_LE(conclusion.treatments.at(0).figure.ci->upper, 1);
  // A figure of any other kind is left alone.
  const auto free = figuresByJackknife(study, specificityAt(2), nullptr, {-1e9, 1e9});
  EXPECT_GT(singleAgainstReaders(*free, 3).single.ci->upper, 1);
}

} // namespace
} // namespace hipcuff::statistics
