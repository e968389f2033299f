#include "hipcuff/statistics/icc.h"

#include "distributions.h"

#include <cmath>
#include <limits>
#include <stdexcept>

namespace hipcuff::statistics {
namespace {

constexpr const char* method = "F (Shrout & Fleiss 1979; McGraw & Wong 1996)";
constexpr double infinity = std::numeric_limits<double>::infinity();

RatingAnova analyse(const std::vector<const std::vector<std::optional<double>>*>& rows, std::size_t raters) {
  const auto n = static_cast<double>(rows.size());
  const auto k = static_cast<double>(raters);
  std::vector<double> columnMeans(raters, 0.0);
  std::vector<double> rowMeans(rows.size(), 0.0);
  double grand = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0; j < raters; ++j) {
      const double value = (*rows[i])[j].value();
      columnMeans[j] += value / n;
      rowMeans[i] += value / k;
      grand += value / n / k;
    }
  double ssSubjects = 0;
  double ssRaters = 0;
  double ssError = 0;
  double ssWithin = 0;
  for (const double mean : columnMeans)
    ssRaters += n * (mean - grand) * (mean - grand);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ssSubjects += k * (rowMeans[i] - grand) * (rowMeans[i] - grand);
    for (std::size_t j = 0; j < raters; ++j) {
      const double value = (*rows[i])[j].value();
      const double residual = value - rowMeans[i] - columnMeans[j] + grand;
      ssError += residual * residual;
      ssWithin += (value - rowMeans[i]) * (value - rowMeans[i]);
    }
  }
  return {ssSubjects / (n - 1), ssWithin / (n * (k - 1)), ssRaters / (k - 1), ssError / ((n - 1) * (k - 1))};
}

/// A sum of squares that is nothing but rounding counts as none: nobody's data agree to 13 digits by chance.
void cleanRounding(RatingAnova& anova, double largest) {
  const double tiny = std::pow(1e-13 * largest, 2);
  for (double* meanSquare : {&anova.subjects, &anova.within, &anova.raters, &anova.error})
    if (*meanSquare < tiny)
      *meanSquare = 0;
}

/// x / y where y may be 0 (no error at all).
double ratio(double x, double y) {
  if (y > 0)
    return x / y;
  return x > 0 ? infinity : 0;
}

/// (F - 1) / (F + k - 1), which is 1 for an infinite F.
double single(double f, double k) {
  return std::isinf(f) ? 1 : (f - 1) / (f + k - 1);
}

double mean(double f) {
  return std::isinf(f) ? 1 : 1 - 1 / f;
}

Test fTest(double f, double df1, double df2) {
  if (std::isinf(f))
    return noTest("no error: F is infinite");
  Test test;
  test.statistic = f;
  test.df = df1;
  test.df2 = df2;
  test.p = fUpperP(f, df1, df2);
  test.method = "F test of ICC = 0, one-sided";
  return test;
}

/// @param why there is no interval, where there is none
Estimate iccEstimate(double value, std::optional<Interval> ci, const char* why = "") {
  Estimate estimate;
  estimate.value = value;
  if (ci && !(ci->lower < ci->upper)) { // 1 to 1 of perfect agreement
    ci.reset();
    why = "measurements of a subject do not differ";
  }
  estimate.ci = ci;
  if (ci)
    estimate.method = method;
  else
    estimate.note = std::string("no interval: ") + why;
  if (value < 0)
    estimate.note += std::string(estimate.note.empty() ? "" : "; ") +
                     "negative: subjects differ less than measurements of one subject, read it as 0";
  return estimate;
}

/// Absolute agreement: McGraw & Wong's interval, whose degrees of freedom depend on the value itself. Empty where a
/// negative value leaves less than one of them: the approximation then means nothing.
std::optional<Interval> agreementInterval(const RatingAnova& ms, double value, double n, double k, double level) {
  const double a = k * value;
  const double b = n * (1 - value) + k * value * (n - 1);
  const double raters = a * ms.raters;
  const double error = b * ms.error;
  const double denominator = raters * raters / (k - 1) + error * error / ((n - 1) * (k - 1));
  if (denominator == 0) // neither raters nor anything else differ: perfect agreement
    return Interval{value, value};
  const double v = (raters + error) * (raters + error) / denominator;
  if (!(v >= 1))
    return std::nullopt;
  const double p = 0.5 + level / 2;
  const double f1 = fQuantile(p, n - 1, v);
  const double f2 = fQuantile(p, v, n - 1);
  const double rest = k * ms.raters + (k * n - k - n) * ms.error;
  return Interval{n * (ms.subjects - f1 * ms.error) / (f1 * rest + n * ms.subjects),
                  n * (f2 * ms.subjects - ms.error) / (rest + n * f2 * ms.subjects)};
}

double spearmanBrown(double single, double k) {
  return k * single / (1 + (k - 1) * single);
}

/// sqrt(mean square) times a factor, with the chi-square interval of a variance.
Estimate measurementError(double meanSquare, double df, double factor, double level) {
  Estimate estimate;
  estimate.value = factor * std::sqrt(meanSquare);
  if (meanSquare == 0) {
    estimate.note = "no differences within subjects, so no interval";
    return estimate;
  }
  estimate.ci = Interval{factor * std::sqrt(meanSquare * df / chiSquaredQuantile(0.5 + level / 2, df)),
                         factor * std::sqrt(meanSquare * df / chiSquaredQuantile(0.5 - level / 2, df))};
  estimate.method = "chi-square";
  return estimate;
}

void check(const MeasurementTable& table) {
  if (table.values.size() != table.subjects.size())
    throw std::invalid_argument("every row of measurements needs its subject's name");
  for (const auto& row : table.values) {
    if (row.size() != table.raters.size())
      throw std::invalid_argument("every row of measurements needs a cell for each rater");
    for (const auto& value : row)
      if (value && !std::isfinite(*value))
        throw std::invalid_argument("measurements must be finite numbers");
  }
}

} // namespace

std::string name(IccForm form) {
  switch (form) {
  case IccForm::oneWaySingle:
    return "ICC(1,1)";
  case IccForm::agreementSingle:
    return "ICC(2,1)";
  case IccForm::consistencySingle:
    return "ICC(3,1)";
  case IccForm::oneWayMean:
    return "ICC(1,k)";
  case IccForm::agreementMean:
    return "ICC(2,k)";
  case IccForm::consistencyMean:
    return "ICC(3,k)";
  }
  throw std::invalid_argument("unknown form of ICC");
}

IccResult icc(const MeasurementTable& table, double level) {
  checkLevel(level);
  check(table);
  IccResult result;
  result.raters = table.raters.size();
  std::vector<const std::vector<std::optional<double>>*> rows;
  double largest = 0;
  for (std::size_t i = 0; i < table.values.size(); ++i) {
    bool complete = true;
    for (const auto& value : table.values[i])
      complete = complete && value.has_value();
    if (!complete) {
      result.leftOut.push_back(table.subjects[i]);
      continue;
    }
    rows.push_back(&table.values[i]);
    for (const auto& value : table.values[i])
      largest = std::max(largest, std::abs(*value));
  }
  result.subjects = rows.size();

  const auto refuse = [&](const char* why) {
    for (Estimate& form : result.forms)
      form = notEstimable(why);
    for (Test& test : result.tests)
      test = noTest(why);
  };
  const auto refuseError = [&](const char* why) {
    for (Estimate* error :
         {&result.sem, &result.semConsistency, &result.mdc95, &result.mdc95Consistency, &result.repeatability})
      *error = notEstimable(why);
  };
  if (table.raters.size() < 2 || rows.size() < 2) {
    const char* why = table.raters.size() < 2 ? "fewer than two raters" : "fewer than two complete subjects";
    refuse(why);
    refuseError(why);
    return result;
  }
  const auto n = static_cast<double>(rows.size());
  const auto k = static_cast<double>(result.raters);
  RatingAnova ms = analyse(rows, result.raters);
  cleanRounding(ms, largest);
  result.anova = ms;

  const double dfWithin = n * (k - 1);
  const double dfError = (n - 1) * (k - 1);
  const double change = 1.959963984540054 * std::sqrt(2.0);
  result.sem = measurementError(ms.within, dfWithin, 1, level);
  result.semConsistency = measurementError(ms.error, dfError, 1, level);
  result.mdc95 = measurementError(ms.within, dfWithin, change, level);
  result.mdc95Consistency = measurementError(ms.error, dfError, change, level);
  result.repeatability = result.mdc95;

  if (ms.subjects == 0 && ms.within == 0) {
    refuse("all measurements are equal");
    return result;
  }
  const double p = 0.5 + level / 2;
  const auto set = [&](IccForm form, Estimate estimate, Test test) {
    result.forms.at(static_cast<std::size_t>(form)) = std::move(estimate);
    result.tests.at(static_cast<std::size_t>(form)) = std::move(test);
  };

  const double f1 = ratio(ms.subjects, ms.within);
  const Test test1 = fTest(f1, n - 1, dfWithin);
  const double f1Lower = f1 / fQuantile(p, n - 1, dfWithin);
  const double f1Upper = f1 * fQuantile(p, dfWithin, n - 1);
  set(IccForm::oneWaySingle, iccEstimate(single(f1, k), Interval{single(f1Lower, k), single(f1Upper, k)}), test1);

  const auto meanForm = [&](IccForm form, double f, double lower, double upper, const Test& test) {
    if (!(f > 0)) // the mean's reliability goes to minus infinity
      set(form, notEstimable("subjects do not differ"), test);
    else
      set(form, iccEstimate(mean(f), Interval{mean(lower), mean(upper)}), test);
  };
  meanForm(IccForm::oneWayMean, f1, f1Lower, f1Upper, test1);

  if (ms.subjects == 0 && ms.error == 0) { // raters differ by constants, subjects do not differ
    const char* why = "subjects do not differ";
    for (const IccForm form :
         {IccForm::agreementSingle, IccForm::agreementMean, IccForm::consistencySingle, IccForm::consistencyMean})
      set(form, notEstimable(why), noTest(why));
    return result;
  }
  const double f3 = ratio(ms.subjects, ms.error);
  const Test test3 = fTest(f3, n - 1, dfError);
  const double f3Lower = f3 / fQuantile(p, n - 1, dfError);
  const double f3Upper = f3 * fQuantile(p, dfError, n - 1);
  set(IccForm::consistencySingle, iccEstimate(single(f3, k), Interval{single(f3Lower, k), single(f3Upper, k)}), test3);
  meanForm(IccForm::consistencyMean, f3, f3Lower, f3Upper, test3);

  const double tiny = 1e-12 * (ms.subjects + ms.raters + ms.error);
  const double singleDenominator = ms.subjects + (k - 1) * ms.error + k * (ms.raters - ms.error) / n;
  const double meanDenominator = ms.subjects + (ms.raters - ms.error) / n;
  const double agreement = (ms.subjects - ms.error) / singleDenominator;
  if (singleDenominator <= tiny) {
    set(IccForm::agreementSingle, notEstimable("subjects do not differ"), test3);
    set(IccForm::agreementMean, notEstimable("subjects do not differ"), test3);
    return result;
  }
  const std::optional<Interval> interval = agreementInterval(ms, agreement, n, k, level);
  set(IccForm::agreementSingle, iccEstimate(agreement, interval, "subjects hardly differ"), test3);
  if (meanDenominator <= tiny) {
    set(IccForm::agreementMean, notEstimable("subjects do not differ"), test3);
    return result;
  }
  // Below a single reliability of -1 / (k - 1) that of the mean goes through minus infinity: nothing bounds it there.
  std::optional<Interval> ofMean;
  if (interval && interval->lower > -1 / (k - 1) + 1e-12)
    ofMean = Interval{spearmanBrown(interval->lower, k), spearmanBrown(interval->upper, k)};
  set(IccForm::agreementMean,
      iccEstimate((ms.subjects - ms.error) / meanDenominator, ofMean, "it has no lower end, subjects hardly differ"),
      test3);
  return result;
}

} // namespace hipcuff::statistics
