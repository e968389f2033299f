#include "sample_study.h"

#include "hipcuff/validation/document_writers.h"
#include "hipcuff/validation/evaluation.h"

#include <gtest/gtest.h>

namespace hipcuff::validation {
namespace {

Comparison compared(const Matched& first, const Matched& second) {
  ComparisonOptions options;
  options.evaluation.replicates = 200;
  return compareVersions({&first, 1}, {&second, 1}, options);
}

TEST(Comparison, AVersionIsLikeItself) {
  const Matched study = sampleStudy();
  const Comparison comparison = compared(study, study);
  EXPECT_EQ(comparison.paired, 120U);
  EXPECT_EQ(comparison.changed, 0U);
  ASSERT_TRUE(comparison.difference.value);
  EXPECT_EQ(*comparison.difference.value, 0);
  EXPECT_NE(toHtml(comparison.document, {}).find("Not one case has another class"), std::string::npos);
}

TEST(Comparison, WhatIsTheSameIsASentence) {
  const Matched study = sampleStudy();
  const Document same = compared(study, study).document;
  for (const Table* table : tablesOf(same))
    EXPECT_NE(table->id, "image-bland-altman");
  const std::string page = toHtml(same, {});
  EXPECT_NE(page.find("the same in every case: mean thickness in "), std::string::npos);
  EXPECT_EQ(page.find("see interval"), std::string::npos) << "there is none";
  Matched other = study;
  for (Case& one : other.cases)
    if (one.system->thicknessMeanMm)
      *one.system->thicknessMeanMm += one.side == Side::left ? 0.1 : -0.2;
  const Document apart = compared(study, other).document;
  EXPECT_NE(find(apart, "image-bland-altman/thickness_mean/bias"), nullptr);
  EXPECT_EQ(find(apart, "image-bland-altman/thickness_max/bias"), nullptr);
}

TEST(Comparison, GradingMoreIsNotBetterAsSuch) {
  const Matched study = sampleStudy();
  ComparisonOptions options;
  options.evaluation.replicates = 200;
  options.evaluation.margin = 0.1;
  const Document document = compareVersions({&study, 1}, {&study, 1}, options).document;
  for (const Table* table : tablesOf(document))
    if (table->id == "image-versions") {
      EXPECT_NE(table->notes.front().find("not better as such"), std::string::npos);
      for (const Row& row : table->rows) {
        if (row.key == "coverage") {
          EXPECT_EQ(row.cells.back().text, "");
        } else if (row.key == "accuracy_all") {
          EXPECT_NE(row.cells.back().text, "");
        }
      }
      return;
    }
  FAIL() << "no table of versions";
}

TEST(Comparison, CountsWhatChangedAndHow) {
  Matched first, second;
  // Reference, first, second: two better, one worse, one to another wrong class, one refused now, ten alike.
  const int rows[][3] = {{2, 0, 2}, {3, 2, 3}, {1, 1, 0}, {2, 0, 1}, {0, 0, 4}};
  int number = 0;
  for (const auto& row : rows) {
    first.cases.push_back(plainCase(++number, row[0], row[1]));
    second.cases.push_back(plainCase(number, row[0], row[2]));
  }
  for (int i = 0; i < 10; ++i) {
    first.cases.push_back(plainCase(++number, i % 4, i % 4));
    second.cases.push_back(plainCase(number, i % 4, i % 4));
  }
  second.cases.push_back(plainCase(++number, 1, 1));
  const Comparison comparison = compared(first, second);
  EXPECT_EQ(comparison.paired, 15U);
  EXPECT_EQ(comparison.changed, 5U);
  EXPECT_EQ(comparison.worse, 2U);
  ASSERT_TRUE(comparison.difference.value);
  EXPECT_NEAR(*comparison.difference.value, 12.0 / 15 - 12.0 / 15, 1e-12);
  EXPECT_NE(comparison.changes.find("image,case-000001,,partial_thickness,normal,partial_thickness,better"),
            std::string::npos)
      << comparison.changes;
  EXPECT_NE(comparison.changes.find("image,case-000004,,partial_thickness,normal,tendinosis,other"), std::string::npos);
  EXPECT_NE(comparison.changes.find("image,case-000005,,normal,normal,not_gradable,worse"), std::string::npos);
  EXPECT_NE(toHtml(comparison.document, {}).find("only in B: 1"), std::string::npos);
}

TEST(Comparison, SecondIsBetterMeansAboveZero) {
  const Matched good = sampleStudy();
  Matched bad = good;
  for (Case& one : bad.cases)
    if (one.system->grade == GradeClass::fullThickness)
      one.system->grade = GradeClass::normal;
  const Comparison better = compared(bad, good);
  const Comparison worse = compared(good, bad);
  ASSERT_TRUE(better.difference.value && worse.difference.value);
  EXPECT_GT(*better.difference.value, 0.05);
  EXPECT_NEAR(*better.difference.value, -*worse.difference.value, 1e-12);
  EXPECT_GT(worse.worse, 0U);
}

TEST(Comparison, WithoutReferenceOnlyAgreement) {
  Matched first = sampleStudy({.readers = 0});
  for (Case& one : first.cases)
    one.answers.clear();
  Matched second = first;
  for (Case& one : second.cases)
    if (one.system->grade == GradeClass::normal) {
      one.system->grade = GradeClass::notGradable;
      break;
    }
  const Comparison comparison = compared(first, second);
  EXPECT_FALSE(comparison.difference.value);
  EXPECT_EQ(comparison.changed, 1U);
  EXPECT_NE(comparison.changes.find(",not_stated,"), std::string::npos);
  EXPECT_NE(find(comparison.document, "image-versions-agreement/kappa_quadratic/value"), nullptr);
  EXPECT_EQ(find(comparison.document, "image-versions/accuracy_all/difference"), nullptr);
}

} // namespace
} // namespace hipcuff::validation
