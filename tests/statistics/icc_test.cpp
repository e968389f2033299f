#include "hipcuff/statistics/icc.h"

#include "reference_values.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hipcuff::statistics {
namespace {

const ReferenceValues& reference() {
  static const ReferenceValues values("icc");
  return values;
}

MeasurementTable tableOf(const std::vector<double>& values, std::size_t raters) {
  MeasurementTable table;
  for (std::size_t j = 0; j < raters; ++j)
    table.raters.push_back("rater " + std::to_string(j + 1));
  for (std::size_t i = 0; i * raters < values.size(); ++i) {
    table.subjects.push_back("hip " + std::to_string(i + 1));
    table.values.emplace_back();
    for (std::size_t j = 0; j < raters; ++j)
      table.values.back().emplace_back(values[i * raters + j]);
  }
  return table;
}

void expectR(const std::string& name, const IccResult& result) {
  for (std::size_t i = 0; i < allIccForms.size(); ++i) {
    SCOPED_TRACE(name + " " + hipcuff::statistics::name(allIccForms[i]));
    const Estimate& estimate = result.form(allIccForms[i]);
    EXPECT_NEAR(*estimate.value, reference()[name + ".icc"].at(i), 1e-9);
    EXPECT_NEAR(estimate.ci->lower, reference()[name + ".lower"].at(i), 1e-8);
    EXPECT_NEAR(estimate.ci->upper, reference()[name + ".upper"].at(i), 1e-8);
    EXPECT_NEAR(*result.test(allIccForms[i]).statistic / reference()[name + ".F"].at(i), 1, 1e-9);
    EXPECT_NEAR(*result.test(allIccForms[i]).p / reference()[name + ".p"].at(i), 1, 1e-8);
  }
  EXPECT_NEAR(*result.sem.value, reference()[name + ".sem"].at(0), 1e-9);
  EXPECT_NEAR(result.sem.ci->lower, reference()[name + ".sem"].at(1), 1e-9);
  EXPECT_NEAR(result.sem.ci->upper, reference()[name + ".sem"].at(2), 1e-9);
  EXPECT_NEAR(*result.semConsistency.value, reference()[name + ".semConsistency"].at(0), 1e-9);
  EXPECT_NEAR(*result.mdc95.value, reference()[name + ".mdc95"].at(0), 1e-9);
  EXPECT_NEAR(*result.repeatability.value, reference()[name + ".mdc95"].at(0), 1e-9);
}

// R 4.2.2, psych 2.2.9: ICC(lmer = FALSE), reference/icc.R
TEST(Icc, AgreesWithR) {
  expectR("sf", icc(tableOf(reference()["sf.values"], 4)));
  expectR("offset", icc(tableOf(reference()["offset.values"], 2)));
  expectR("low", icc(tableOf(reference()["low.values"], 3)));
  expectR("offset90", icc(tableOf(reference()["offset.values"], 2), 0.9));
}

// Shrout & Fleiss 1979, table 4.
TEST(Icc, ShroutAndFleiss) {
  const IccResult result = icc(tableOf(reference()["sf.values"], 4));
  const double printed[] = {0.17, 0.29, 0.71, 0.44, 0.62, 0.91};
  for (std::size_t i = 0; i < allIccForms.size(); ++i)
    EXPECT_NEAR(*result.forms.at(i).value, printed[i], 0.005);
  EXPECT_EQ(name(IccForm::agreementMean), "ICC(2,k)");
}

TEST(Icc, LeavesOutAndNamesSubjectsWithHoles) {
  MeasurementTable table = tableOf(reference()["sf.values"], 4);
  table.subjects.push_back("hip with a hole");
  table.values.push_back({1.0, std::nullopt, 2.0, 3.0});
  const IccResult result = icc(table);
  EXPECT_EQ(result.leftOut, std::vector<std::string>{"hip with a hole"});
  EXPECT_EQ(result.subjects, 6U);
  expectR("sf", result);
}

TEST(Icc, NegativeValuesAreSaid) {
  const IccResult result = icc(tableOf(reference()["low.values"], 3));
  EXPECT_LT(*result.form(IccForm::oneWaySingle).value, 0);
  EXPECT_NE(result.form(IccForm::oneWaySingle).note.find("negative"), std::string::npos);
}

TEST(Icc, NotEstimable) {
  for (const auto& [table, why] : {std::pair(tableOf({1, 2, 3}, 1), "fewer than two raters"),
                                   std::pair(tableOf({1, 2}, 2), "fewer than two complete subjects"),
                                   std::pair(tableOf({}, 2), "fewer than two complete subjects")}) {
    const IccResult result = icc(table);
    EXPECT_FALSE(result.anova);
    for (const Estimate& form : result.forms) {
      EXPECT_FALSE(form.value);
      EXPECT_EQ(form.note, why);
    }
    EXPECT_FALSE(result.sem.value);
    EXPECT_FALSE(result.tests[0].p);
  }
}

TEST(Icc, NoVarianceAtAll) {
  const IccResult result = icc(tableOf({5.1, 5.1, 5.1, 5.1, 5.1, 5.1}, 2));
  for (const Estimate& form : result.forms) {
    EXPECT_FALSE(form.value);
    EXPECT_EQ(form.note, "all measurements are equal");
  }
  EXPECT_DOUBLE_EQ(*result.sem.value, 0);
}

TEST(Icc, PerfectAgreement) {
  const IccResult result = icc(tableOf({0.1, 0.1, 0.7, 0.7, 0.3, 0.3}, 2));
  for (std::size_t i = 0; i < allIccForms.size(); ++i) {
    SCOPED_TRACE(name(allIccForms[i]));
    EXPECT_DOUBLE_EQ(*result.forms[i].value, 1);
    EXPECT_FALSE(result.forms[i].ci); // an interval of no width would claim to know it
    EXPECT_EQ(result.forms[i].note, "no interval: measurements of a subject do not differ");
    EXPECT_FALSE(result.tests[i].p);
  }
  EXPECT_DOUBLE_EQ(*result.mdc95.value, 0);
  EXPECT_FALSE(result.mdc95.ci);
  EXPECT_EQ(result.sem.note, "no differences within subjects, so no interval");
}

// A rater who always measures 1 mm more: consistency is perfect, agreement is not.
TEST(Icc, ConstantOffset) {
  const IccResult result = icc(tableOf({0, 1, 2, 3, 4, 5}, 2));
  EXPECT_DOUBLE_EQ(*result.form(IccForm::consistencySingle).value, 1);
  // Mean squares: subjects 8, raters 1.5, error 0: 8 / (8 + 2 * 1.5 / 3) = 8 / 9.
  EXPECT_NEAR(*result.form(IccForm::agreementSingle).value, 8.0 / 9, 1e-12);
  ASSERT_TRUE(result.form(IccForm::agreementSingle).ci);
  EXPECT_LT(result.form(IccForm::agreementSingle).ci->lower, 8.0 / 9);
  EXPECT_GT(result.form(IccForm::agreementSingle).ci->upper, 8.0 / 9);
  EXPECT_DOUBLE_EQ(*result.semConsistency.value, 0);
  EXPECT_NEAR(*result.sem.value, std::sqrt(0.5), 1e-12);
}

TEST(Icc, SubjectsThatDoNotDiffer) {
  const IccResult constant = icc(tableOf({0, 1, 0, 1, 0, 1}, 2));
  EXPECT_NEAR(*constant.form(IccForm::oneWaySingle).value, -1, 1e-12);
  EXPECT_FALSE(constant.form(IccForm::oneWayMean).value);
  EXPECT_FALSE(constant.form(IccForm::consistencySingle).value);
  EXPECT_FALSE(constant.form(IccForm::agreementSingle).value);
  const IccResult noise = icc(tableOf({0, 1, 1, 0, 0, 1, 1, 0}, 2));
  EXPECT_FALSE(noise.form(IccForm::consistencyMean).value);
  EXPECT_EQ(noise.form(IccForm::consistencyMean).note, "subjects do not differ");
  for (const Estimate& form : noise.forms)
    if (form.value) {
      EXPECT_TRUE(std::isfinite(*form.value));
      EXPECT_TRUE(!form.ci || (std::isfinite(form.ci->lower) && std::isfinite(form.ci->upper)));
    }
}

TEST(Icc, RefusesTablesThatDoNotFit) {
  MeasurementTable table = tableOf({1, 2, 3, 4}, 2);
  table.subjects.pop_back();
  EXPECT_THROW(static_cast<void>(icc(table)), std::invalid_argument);
  table = tableOf({1, 2, 3, 4}, 2);
  table.values[0].pop_back();
  EXPECT_THROW(static_cast<void>(icc(table)), std::invalid_argument);
  table = tableOf({1, 2, 3, NAN}, 2);
  EXPECT_THROW(static_cast<void>(icc(table)), std::invalid_argument);
}

} // namespace
} // namespace hipcuff::statistics
