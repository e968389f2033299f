#include "hipcuff/statistics/mrmc.h"

#include "distributions.h"
#include "hipcuff/statistics/normal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr const char* hillis = "Obuchowski-Rockette, Hillis' degrees of freedom (Hillis 2007)";
constexpr const char* fixedReadersMethod = "Obuchowski-Rockette, fixed readers";
constexpr const char* fixedCasesMethod = "analysis of variance of the readers' figures, fixed cases";

void check(const FigureTable& table) {
  const std::size_t t = table.treatments.size();
  const std::size_t r = table.readers.size();
  if (t == 0 || r == 0)
    throw std::invalid_argument("a reader study needs a treatment and a reader");
  bool fits = table.figure.size() == t && table.covariance.size() == t * r;
  for (const auto& row : table.figure)
    fits = fits && row.size() == r;
  for (const auto& row : table.covariance)
    fits = fits && row.size() == t * r;
  if (!fits)
    throw std::invalid_argument("figures of merit and their covariances do not fit the treatments and readers");
}

double meanOf(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values)
    sum += value;
  return sum / static_cast<double>(values.size());
}

/// Mean square between values: their sample variance.
double meanSquare(const std::vector<double>& values) {
  const double mean = meanOf(values);
  double ss = 0;
  for (const double value : values)
    ss += (value - mean) * (value - mean);
  return ss / static_cast<double>(values.size() - 1);
}

/// Averages over some of the covariances.
class Average {
public:
  void add(double value) {
    sum_ += value;
    count_ += 1;
  }
  [[nodiscard]] double value() const { return count_ > 0 ? sum_ / count_ : 0; }

private:
  double sum_ = 0;
  double count_ = 0;
};

/// Error variance and covariance of one treatment's readings.
struct OwnError {
  double variance = 0;
  double cov2 = 0;
};

OwnError ownError(const FigureTable& table, std::size_t treatment) {
  const std::size_t r = table.readers.size();
  Average variance;
  Average cov2;
  for (std::size_t i = 0; i < r; ++i)
    for (std::size_t j = 0; j < r; ++j)
      (i == j ? variance : cov2).add(table.covariance[treatment * r + i][treatment * r + j]);
  return {variance.value(), cov2.value()};
}

struct ReaderError {
  double variance = 0;
  double cov1 = 0;
};

ReaderError readerError(const FigureTable& table, std::size_t reader) {
  const std::size_t t = table.treatments.size();
  const std::size_t r = table.readers.size();
  Average variance;
  Average cov1;
  for (std::size_t i = 0; i < t; ++i)
    for (std::size_t j = 0; j < t; ++j)
      (i == j ? variance : cov1).add(table.covariance[i * r + reader][j * r + reader]);
  return {variance.value(), cov1.value()};
}

MrmcAnova anovaOf(const FigureTable& table) {
  const std::size_t t = table.treatments.size();
  const std::size_t r = table.readers.size();
  std::vector<double> byTreatment;
  for (const auto& row : table.figure)
    byTreatment.push_back(meanOf(row));
  std::vector<double> byReader(r, 0.0);
  for (std::size_t j = 0; j < r; ++j)
    for (std::size_t i = 0; i < t; ++i)
      byReader[j] += table.figure[i][j] / static_cast<double>(t);
  const double grand = meanOf(byTreatment);
  MrmcAnova anova;
  if (t > 1)
    anova.treatments = static_cast<double>(r) * meanSquare(byTreatment);
  if (r < 2)
    return anova;
  anova.readers = static_cast<double>(t) * meanSquare(byReader);
  if (t < 2)
    return anova;
  double ss = 0;
  for (std::size_t i = 0; i < t; ++i)
    for (std::size_t j = 0; j < r; ++j)
      ss += std::pow(table.figure[i][j] - byTreatment[i] - byReader[j] + grand, 2);
  anova.treatmentReaders = ss / static_cast<double>((t - 1) * (r - 1));
  return anova;
}

/// Perfect readers leave nothing but rounding.
bool nothing(double variance) {
  return !(variance > 1e-18);
}

/// A mean with its standard error, or the mean alone where there is no error to be seen.
Estimate figureEstimate(double value, double variance, double df, double level, const char* method) {
  if (!nothing(variance))
    return tEstimate(value, std::sqrt(variance), df, level, method);
  Estimate estimate;
  estimate.value = value;
  estimate.note = "no variance, so no interval";
  return estimate;
}

void cut(Estimate& estimate, double least, double most) {
  if (estimate.ci)
    estimate.ci = Interval{std::max(least, estimate.ci->lower), std::min(most, estimate.ci->upper)};
}
void cutFigure(Estimate& estimate, const FigureTable& table) {
  cut(estimate, table.range.lower, table.range.upper);
}
void cutDifference(Estimate& estimate, const FigureTable& table) {
  const double width = table.range.upper - table.range.lower;
  cut(estimate, -width, width);
}

Test overallTest(double f, double df1, double df2, const char* method) {
  Test test;
  test.statistic = f;
  test.df = df1;
  // An F test with infinite denominator is a chi-square test of df1 F.
  if (df2 < 1e10)
    test.df2 = df2;
  test.p = df2 < 1e10 ? fUpperP(f, df1, df2) : chiSquaredUpperP(df1 * f, df1);
  test.method = method;
  return test;
}

/// All pairs of treatments, each difference having the same variance.
void compareAll(MrmcConclusion& conclusion, const std::vector<double>& means, double variance, double df, double level,
                const char* method) {
  for (std::size_t i = 0; i < means.size(); ++i)
    for (std::size_t j = i + 1; j < means.size(); ++j) {
      TreatmentDifference difference;
      difference.first = i;
      difference.second = j;
      const double value = means[i] - means[j];
      difference.difference = figureEstimate(value, variance, df, level, method);
      difference.test = nothing(variance) ? noTest("no variance") : tTest(value, std::sqrt(variance), df, method);
      conclusion.differences.push_back(std::move(difference));
    }
}

/// Mean square plus r max(covariance, 0), and its degrees of freedom by Hillis.
struct ErrorTerm {
  double value = 0;
  double df = infinity;
};

ErrorTerm errorTerm(double meanSquare, double meanSquareDf, double readers, double covariance) {
  ErrorTerm term;
  term.value = meanSquare + readers * std::max(covariance, 0.0);
  if (meanSquare > 0)
    term.df = term.value * term.value / (meanSquare * meanSquare / meanSquareDf);
  return term;
}

void refuse(MrmcConclusion& conclusion, const std::vector<double>& means, const char* why) {
  conclusion.overall = noTest(why);
  for (std::size_t i = 0; i < means.size(); ++i) {
    TreatmentFigure figure;
    figure.treatment = i;
    figure.figure.value = means[i];
    figure.figure.note = why;
    conclusion.treatments.push_back(std::move(figure));
    for (std::size_t j = i + 1; j < means.size(); ++j) {
      TreatmentDifference difference;
      difference.first = i;
      difference.second = j;
      difference.difference.value = means[i] - means[j];
      difference.difference.note = why;
      difference.test = noTest(why);
      conclusion.differences.push_back(std::move(difference));
    }
  }
}

void fixedReaders(MrmcConclusion& conclusion, const FigureTable& table, const ErrorCovariance& error,
                  const MrmcAnova& anova, const std::vector<double>& means, double level) {
  const std::size_t t = table.treatments.size();
  const auto r = static_cast<double>(table.readers.size());
  for (std::size_t i = 0; i < t; ++i) {
    const OwnError own = ownError(table, i);
    const double variance = (own.variance + (r - 1) * std::max(own.cov2, 0.0)) / r;
    conclusion.treatments.push_back(
        {i, figureEstimate(means[i], variance, infinity, level, fixedReadersMethod), std::nullopt});
  }
  if (t < 2) {
    conclusion.overall = noTest("one treatment only");
    return;
  }
  const double denominator = error.variance - error.cov1 + (r - 1) * std::max(error.cov2 - error.cov3, 0.0);
  if (nothing(denominator)) {
    conclusion.overall = noTest("no variance");
  } else {
    const auto df = static_cast<double>(t - 1);
    conclusion.overall.statistic = df * anova.treatments / denominator;
    conclusion.overall.df = df;
    conclusion.overall.p = chiSquaredUpperP(*conclusion.overall.statistic, df);
    conclusion.overall.method = "Obuchowski-Rockette, fixed readers, chi-square";
  }
  compareAll(conclusion, means, std::max(0.0, 2 / r * denominator), infinity, level, fixedReadersMethod);
  for (std::size_t j = 0; j < table.readers.size(); ++j) {
    const ReaderError own = readerError(table, j);
    std::vector<double> figures;
    for (std::size_t i = 0; i < t; ++i)
      figures.push_back(table.figure[i][j]);
    MrmcConclusion one;
    compareAll(one, figures, std::max(0.0, 2 * (own.variance - own.cov1)), infinity, level, fixedReadersMethod);
    for (TreatmentDifference& difference : one.differences)
      conclusion.perReader.push_back({j, std::move(difference)});
  }
}

void randomReaders(MrmcResult& result, const std::vector<double>& means, double level) {
  const FigureTable& table = result.figures;
  const std::size_t t = table.treatments.size();
  const auto r = static_cast<double>(table.readers.size());
  MrmcConclusion& random = result.randomReadersRandomCases;
  MrmcConclusion& fixed = result.fixedCases;
  for (std::size_t i = 0; i < t; ++i) {
    const double readers = meanSquare(table.figure[i]);
    const ErrorTerm term = errorTerm(readers, r - 1, r, ownError(table, i).cov2);
    const auto shown = std::isinf(term.df) ? std::nullopt : std::optional(term.df);
    random.treatments.push_back({i, figureEstimate(means[i], term.value / r, term.df, level, hillis), shown});
    fixed.treatments.push_back({i, figureEstimate(means[i], readers / r, r - 1, level, fixedCasesMethod), r - 1});
  }
  if (t < 2) {
    random.overall = fixed.overall = noTest("one treatment only");
    return;
  }
  const double interaction = result.anova.treatmentReaders.value();
  const auto df1 = static_cast<double>(t - 1);
  const double interactionDf = df1 * (r - 1);
  const ErrorTerm term = errorTerm(interaction, interactionDf, r, result.error.cov2 - result.error.cov3);
  random.overall = nothing(term.value) ? noTest("no variance")
                                       : overallTest(result.anova.treatments / term.value, df1, term.df, hillis);
  compareAll(random, means, 2 / r * term.value, term.df, level, hillis);
  fixed.overall = nothing(interaction)
                      ? noTest("no variance")
                      : overallTest(result.anova.treatments / interaction, df1, interactionDf, fixedCasesMethod);
  compareAll(fixed, means, 2 / r * interaction, interactionDf, level, fixedCasesMethod);
}

void cutAll(MrmcResult& result) {
  for (MrmcConclusion* conclusion : {&result.randomReadersRandomCases, &result.fixedReaders, &result.fixedCases}) {
    for (TreatmentFigure& one : conclusion->treatments)
      cutFigure(one.figure, result.figures);
    for (TreatmentDifference& one : conclusion->differences)
      cutDifference(one.difference, result.figures);
    for (ReaderDifference& one : conclusion->perReader)
      cutDifference(one.difference.difference, result.figures);
  }
}

} // namespace

ErrorCovariance errorCovariance(const FigureTable& table) {
  check(table);
  const std::size_t r = table.readers.size();
  const std::size_t size = table.treatments.size() * r;
  Average variance;
  Average cov1;
  Average cov2;
  Average cov3;
  for (std::size_t a = 0; a < size; ++a)
    for (std::size_t b = 0; b < size; ++b) {
      const bool sameReader = a % r == b % r;
      const bool sameTreatment = a / r == b / r;
      Average& kind = sameReader ? (sameTreatment ? variance : cov1) : (sameTreatment ? cov2 : cov3);
      kind.add(table.covariance[a][b]);
    }
  return {variance.value(), cov1.value(), cov2.value(), cov3.value()};
}

MrmcResult obuchowskiRockette(const FigureTable& table, double level) {
  checkLevel(level);
  check(table);
  MrmcResult result;
  result.figures = table;
  result.error = errorCovariance(table);
  result.anova = anovaOf(table);
  std::vector<double> means;
  for (const auto& row : table.figure)
    means.push_back(meanOf(row));
  fixedReaders(result.fixedReaders, table, result.error, result.anova, means, level);
  if (table.readers.size() < 2) {
    result.note = "one reader only: nothing can be said of other readers";
    refuse(result.randomReadersRandomCases, means, "one reader only");
    refuse(result.fixedCases, means, "one reader only");
    cutAll(result);
    return result;
  }
  randomReaders(result, means, level);
  if (result.anova.treatmentReaders) {
    const auto t = static_cast<double>(table.treatments.size());
    const ErrorCovariance& e = result.error;
    result.varianceTreatmentReaders = *result.anova.treatmentReaders - e.variance + e.cov1 + (e.cov2 - e.cov3);
    result.varianceReaders = (*result.anova.readers - *result.anova.treatmentReaders) / t - e.cov1 + e.cov3;
  } else {
    result.note = "one treatment only: nothing to compare";
  }
  cutAll(result);
  return result;
}

SingleAgainstReaders singleAgainstReaders(const FigureTable& table, std::size_t single, double level) {
  checkLevel(level);
  check(table);
  if (table.treatments.size() != 1 || single >= table.readers.size())
    throw std::invalid_argument("comparing one reader with the others needs one treatment and a reader's number");
  const std::vector<double>& figure = table.figure.front();
  std::vector<double> others;
  std::vector<double> differences;
  Average shared;
  Average own;
  const auto& cov = table.covariance;
  for (std::size_t j = 0; j < figure.size(); ++j) {
    if (j == single)
      continue;
    others.push_back(figure[j]);
    differences.push_back(figure[single] - figure[j]);
    for (std::size_t k = 0; k < figure.size(); ++k) {
      if (k == single || k == j)
        continue;
      own.add(cov[j][k]);
      shared.add(cov[single][single] - cov[single][j] - cov[single][k] + cov[j][k]);
    }
  }
  SingleAgainstReaders result;
  result.single = figureEstimate(figure[single], cov[single][single], infinity, level, "Wald");
  if (others.size() < 2) {
    const char* why = "fewer than two readers to compare with";
    cutFigure(result.single, table);
    result.readers = notEstimable(why);
    result.difference = notEstimable(why);
    result.test = noTest(why);
    return result;
  }
  constexpr const char* method =
      "Obuchowski-Rockette, single treatment (Hillis 2007), of the differences from each reader";
  const auto r = static_cast<double>(others.size());
  const double readers = meanSquare(others);
  const ErrorTerm term = errorTerm(readers, r - 1, r, own.value());
  result.readers = figureEstimate(meanOf(others), term.value / r, term.df, level, hillis);
  const ErrorTerm differenceTerm = errorTerm(readers, r - 1, r, shared.value());
  const double mean = meanOf(differences);
  result.difference = figureEstimate(mean, differenceTerm.value / r, differenceTerm.df, level, method);
  result.test = nothing(differenceTerm.value)
                    ? noTest("no variance")
                    : tTest(mean, std::sqrt(differenceTerm.value / r), differenceTerm.df, method);
  cutFigure(result.single, table);
  cutFigure(result.readers, table);
  cutDifference(result.difference, table);
  return result;
}

NonInferiority nonInferiorityMrmc(const MrmcResult& result, std::size_t first, std::size_t second, double margin,
                                  double alpha) {
  for (const TreatmentDifference& difference : result.randomReadersRandomCases.differences) {
    const bool straight = difference.first == first && difference.second == second;
    const bool reversed = difference.first == second && difference.second == first;
    if (straight || reversed)
      return nonInferiorityOf((straight ? 1 : -1) * difference.difference.value.value(), difference.difference.se,
                              margin, alpha, difference.test.df);
  }
  throw std::invalid_argument("a comparison needs two different treatments of the study");
}

NonInferiority nonInferiorityMrmc(const SingleAgainstReaders& result, double margin, double alpha) {
  if (!result.difference.value) {
    NonInferiority none = nonInferiorityOf(0, std::nullopt, margin, alpha);
    none.difference = result.difference;
    none.test = result.test;
    return none;
  }
  return nonInferiorityOf(*result.difference.value, result.difference.se, margin, alpha, result.test.df);
}

} // namespace hipcuff::statistics
