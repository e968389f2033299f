// What a report must not claim: intervals that nothing supports, accuracy of a chosen few, one quantity in two
// versions.
#include "sample_study.h"

#include "hipcuff/validation/document_writers.h"
#include "hipcuff/validation/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hipcuff::validation {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Document evaluated(const std::vector<Matched>& units, EvaluationOptions options = {}) {
  options.replicates = 200;
  return evaluate(units, options);
}

Document evaluated(const Matched& matched, EvaluationOptions options = {}) {
  return evaluated(std::vector<Matched>{matched}, std::move(options));
}

statistics::Estimate estimateOf(const Document& document, const std::string& id) {
  const Quantity* found = find(document, id);
  if (found == nullptr) {
    ADD_FAILURE() << "no value " << id;
    return {};
  }
  return found->estimate;
}

std::string wordsOf(const Document& document, const std::string& section) {
  std::string all;
  for (const Section& one : document.sections)
    if (one.id == section)
      for (const Block& block : one.blocks) {
        if (const auto* paragraph = std::get_if<Paragraph>(&block))
          all += (paragraph->kind == ParagraphKind::warning ? "! " : "") + paragraph->text + "\n";
        if (const auto* bullets = std::get_if<Bullets>(&block))
          for (const std::string& item : bullets->items)
            all += item + "\n";
      }
  return all;
}

const Table* tableOf(const Document& document, const std::string& id) {
  for (const Table* table : tablesOf(document))
    if (table->id == id)
      return table;
  return nullptr;
}

const Row* rowOf(const Document& document, const std::string& table, const std::string& key) {
  if (const Table* found = tableOf(document, table))
    for (const Row& row : found->rows)
      if (row.key == key)
        return &row;
  return nullptr;
}

bool hasSection(const Document& document, const std::string& id) {
  for (const Section& one : document.sections)
    if (one.id == id)
      return true;
  return false;
}

const std::vector<std::vector<int>> counts = {{30, 5, 2, 0, 3}, {4, 15, 3, 0, 2}, {1, 2, 14, 2, 1}, {0, 0, 2, 12, 2}};

TEST(Honesty, NoIntervalFromOnePatient) {
  Matched one = fromCounts(counts);
  for (Case& each : one.cases)
    each.patient = "P";
  const Document document = evaluated(one);
  for (const char* row : {"kappa", "kappa_linear", "kappa_quadratic", "balanced_accuracy", "macro_f1"}) {
    const auto estimate = estimateOf(document, std::string("image-agreement/") + row + "/graded");
    EXPECT_TRUE(estimate.value) << row;
    EXPECT_FALSE(estimate.ci) << row;
    EXPECT_FALSE(estimate.note.empty()) << row;
  }
}

TEST(Honesty, NoKappaIntervalFromThreeCases) {
  const Document document = evaluated(fromCounts({{1, 0, 0, 0, 0}, {}, {0, 0, 0, 1, 0}, {0, 0, 0, 1, 0}}));
  for (const char* row : {"kappa", "kappa_quadratic", "balanced_accuracy"})
    EXPECT_FALSE(estimateOf(document, std::string("image-agreement/") + row + "/graded").ci) << row;
  Matched readers = sampleStudy({.cases = 3, .patients = 3, .refusals = 0});
  const Quantity* pair = find(evaluated(readers), "image-pairs/R1-R2/kappa");
  ASSERT_NE(pair, nullptr);
  EXPECT_FALSE(pair->estimate.ci);
}

TEST(Honesty, MethodsAreThoseOfIntervalsThatAreShown) {
  Matched shared = fromCounts(counts);
  for (std::size_t i = 0; i < shared.cases.size(); ++i)
    shared.cases[i].patient = "P" + std::to_string(i / 2);
  const Document document = evaluated(shared);
  EXPECT_FALSE(estimateOf(document, "image-agreement/macro_f1/graded").ci);
  EXPECT_THAT(toHtml(document, {}), Not(HasSubstr("Takahashi")));
}

TEST(Honesty, PredictiveValuesHaveIntervalsAtTheBorderToo) {
  Matched shared = fromCounts({{20, 0, 0, 0, 0}, {}, {4, 0, 16, 0, 0}});
  for (std::size_t i = 0; i < shared.cases.size(); ++i)
    shared.cases[i].patient = "P" + std::to_string(i % 13);
  EvaluationOptions options;
  options.prevalences = {0.1};
  const auto ppv = estimateOf(evaluated(shared, options), "image-predictive/partial_thickness_10/ppv");
  ASSERT_TRUE(ppv.value);
  EXPECT_NEAR(*ppv.value, 1, 1e-12);
  EXPECT_TRUE(ppv.ci) << ppv.note;
}

Matched positivesVerified() {
  Matched matched = fromCounts({{0, 0, 3, 1, 0}, {0, 0, 2, 0, 0}, {0, 0, 12, 2, 0}, {0, 0, 1, 9, 0}});
  for (int i = 0; i < 40; ++i)
    matched.cases.push_back(plainCase(1000 + i, -1, i % 2));
  return matched;
}

TEST(Honesty, OnlyPositivesVerifiedIsSaidAtTheTopAndAtTheNumbers) {
  const Document document = evaluated(positivesVerified());
  EXPECT_THAT(wordsOf(document, "summary"), HasSubstr("! Only cases that HipCuff called positive were verified"));
  EXPECT_FALSE(estimateOf(document, "summary-table/sensitivity/image").note.empty());
  EXPECT_NEAR(*estimateOf(document, "summary-table/ppv/image").value, 24.0 / 30, 1e-12);
  const Table* thresholds = tableOf(document, "image-thresholds");
  ASSERT_NE(thresholds, nullptr);
  EXPECT_THAT(thresholds->notes.back(), HasSubstr("called positive were verified"));
  // Nothing of it where all were verified.
  const Document all = evaluated(fromCounts(counts));
  EXPECT_THAT(wordsOf(all, "summary"), Not(HasSubstr("! ")));
  EXPECT_EQ(rowOf(all, "summary-table", "ppv"), nullptr);
}

TEST(Honesty, NoMajorityIsNotUnverified) {
  Matched matched = fromCounts(counts);
  matched.standard = "majority";
  matched.readers = {{"A", 1}, {"B", 1}};
  for (int i = 0; i < 9; ++i) {
    Case one = plainCase(1000 + i, -1, i % 4);
    one.answers = {{{"A", 1}, {}}, {{"B", 1}, {}}};
    one.answers[0].answer.grade = GradeClass::normal;
    one.answers[1].answer.grade = GradeClass::tendinosis;
    matched.cases.push_back(std::move(one));
  }
  const Document document = evaluated(matched);
  EXPECT_FALSE(hasSection(document, "image-verification"));
  EXPECT_THAT(wordsOf(document, "methods"), HasSubstr("Reference standard: the majority of the readers'"));
  EXPECT_THAT(wordsOf(document, "limits"), HasSubstr("Readers are no gold standard"));
  matched.standard.clear(); // a surgeon's word: these were not operated on
  EXPECT_TRUE(hasSection(evaluated(matched), "image-verification"));
  matched.standard = "A";
  EXPECT_THAT(wordsOf(evaluated(matched), "methods"), HasSubstr("Reference standard: the first reading of reader A"));
}

TEST(Honesty, TheStandardIsNoReaderAgainstItself) {
  Matched matched = sampleStudy();
  matched.standard = "R1";
  std::erase(matched.readers, Source{"R1", 1});
  for (Case& one : matched.cases) { // as match() leaves it: the first reading is the reference's
    one.answers.front().answer = *one.of({"R1", 1});
    std::erase_if(one.answers, [](const SourcedAnswer& a) { return a.source == Source{"R1", 1}; });
  }
  const Document document = evaluated(matched);
  EXPECT_EQ(rowOf(document, "image-readers", "R1"), nullptr);
  EXPECT_NE(rowOf(document, "image-readers", "R2"), nullptr);
  EXPECT_NE(rowOf(document, "image-within-readers", "R1-2"), nullptr);
}

TEST(Honesty, WithoutErrorNoVerdictAgainstReaders) {
  Matched matched = sampleStudy({.refusals = 0});
  for (Case& one : matched.cases)
    one.system->grade = one.reference()->grade;
  EvaluationOptions options;
  options.margin = 0.1;
  const Document document = evaluated(matched, options);
  const Quantity* p = find(document, "image-mrmc/specificity/p_noninferior");
  ASSERT_TRUE(p != nullptr && p->test);
  EXPECT_FALSE(p->test->p);
  EXPECT_FALSE(estimateOf(document, "image-mrmc/specificity/difference").ci);
  EXPECT_THAT(rowOf(document, "image-mrmc", "specificity")->cells.back().text, HasSubstr("not estimable"));
}

TEST(Honesty, ReadersWithoutAStandardLeaveEmptyTablesOut) {
  Matched matched = sampleStudy();
  for (Case& one : matched.cases)
    one.answers.erase(one.answers.begin());
  const Document document = evaluated(matched);
  EXPECT_EQ(tableOf(document, "image-readers"), nullptr);
  EXPECT_EQ(tableOf(document, "image-cases"), nullptr);
  EXPECT_THAT(wordsOf(document, "methods"), HasSubstr("Reference standard: none, as all rows name a reader"));
  EXPECT_FALSE(hasSection(document, "image-verification"));
  EXPECT_NE(tableOf(document, "image-between-readers"), nullptr);
}

TEST(Honesty, CorrectionForVerificationShowsTheSameNaiveValues) {
  Matched matched = fromCounts(counts);
  for (std::size_t i = 0; i < matched.cases.size(); ++i)
    matched.cases[i].patient = "P" + std::to_string(i / 2);
  for (int i = 0; i < 60; ++i)
    matched.cases.push_back(plainCase(1000 + i, -1, i % 10 == 0 ? 2 : 0));
  const Document document = evaluated(matched);
  const auto naive = estimateOf(document, "image-begg-greenes/sensitivity/naive");
  const auto table = estimateOf(document, "image-thresholds/partial_thickness/sensitivity");
  ASSERT_TRUE(naive.ci && table.ci);
  EXPECT_EQ(naive.ci->lower, table.ci->lower);
  EXPECT_EQ(naive.ci->upper, table.ci->upper);
  EXPECT_THAT(estimateOf(document, "image-begg-greenes/sensitivity/corrected").note, HasSubstr("independent"));
  const std::string page = toHtml(document, {});
  EXPECT_THAT(page, Not(HasSubstr("assumes that within")));
  EXPECT_THAT(page, HasSubstr("it was chance who got a reference"));
}

TEST(Honesty, OneQuantityHasOneInterval) {
  const Document document = evaluated(sampleStudy());
  const auto here = estimateOf(document, "image-agreement/kappa_quadratic/graded");
  const auto there = estimateOf(document, "image-readers/system/kappa_quadratic");
  ASSERT_TRUE(here.ci && there.ci);
  EXPECT_EQ(here.ci->lower, there.ci->lower);
  EXPECT_EQ(here.ci->upper, there.ci->upper);
}

TEST(Honesty, CoefficientsSayTheirCases) {
  const Document document = evaluated(sampleStudy());
  const Row* fleiss = rowOf(document, "image-between-readers", "fleiss");
  ASSERT_NE(fleiss, nullptr);
  EXPECT_EQ(fleiss->cells.at(2).count, fleiss->cells.at(1).quantity->n);
  EXPECT_GE(*fleiss->cells.at(4).count, *fleiss->cells.at(2).count);
  EXPECT_THAT(tableOf(document, "image-between-readers")->notes.front(), Not(HasSubstr("leave such cases out")));
  EXPECT_THAT(tableOf(document, "image-mrmc")->notes.front(), HasSubstr("of them positive"));
}

TEST(Honesty, MedianOfAnEvenNumberLiesBetween) {
  Matched matched = fromCounts({{2, 0, 0, 0, 0}, {}, {0, 0, 2, 0, 0}});
  matched.readers = {{"A", 1}};
  double seconds = 10;
  for (Case& one : matched.cases) {
    one.answers.push_back({{"A", 1}, {}});
    one.answers.back().answer.grade = GradeClass::normal;
    one.answers.back().answer.seconds = seconds *= 2;
  }
  const Row* reader = rowOf(evaluated(matched), "image-readers", "A");
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->cells.back().text, "60.0"); // of 20, 40, 80, 160
}

TEST(Honesty, MeasuredButNotGradedIsSaid) {
  Matched matched = sampleStudy({.readers = 0});
  long refused = 0;
  for (Case& one : matched.cases)
    if (one.system->grade == GradeClass::notGradable) {
      one.system->thicknessMeanMm = 5;
      ++refused;
    }
  ASSERT_GT(refused, 0);
  const Document document = evaluated(matched);
  EXPECT_THAT(tableOf(document, "image-bland-altman")->notes.back(),
              HasSubstr("mean thickness " + std::to_string(refused) + " of 120"));
  const Row* graded = rowOf(document, "image-bland-altman", "thickness_mean");
  const Row* all = rowOf(document, "image-bland-altman", "thickness_mean_all");
  ASSERT_TRUE(graded != nullptr && all != nullptr);
  EXPECT_EQ(graded->cells.at(1).count, 120 - refused);
  EXPECT_EQ(all->cells.at(1).count, 120);
  EXPECT_EQ(rowOf(document, "image-bland-altman", "thickness_max_all"), nullptr) << "none of the refused";
}

TEST(Honesty, CountsOfEachThresholdAreATable) {
  const Document document = evaluated(fromCounts(counts));
  const auto countsOf = [&](const char* threshold) {
    std::vector<long> all;
    if (const Row* row = rowOf(document, "image-two-by-two", threshold))
      for (std::size_t i = 1; i < row->cells.size(); ++i)
        all.push_back(row->cells[i].count.value());
    return all;
  };
  // True and false positives, false and true negatives, refused positives and negatives, total; added by hand.
  EXPECT_EQ(countsOf("tendinosis"), (std::vector<long>{15 + 3 + 2 + 14 + 2 + 2 + 12, 7, 5, 30, 5, 3, 100}));
  EXPECT_EQ(countsOf("partial_thickness"), (std::vector<long>{30, 5, 3, 54, 3, 5, 100}));
  EXPECT_EQ(countsOf("full_thickness"), (std::vector<long>{12, 2, 2, 76, 2, 6, 100}));
}

TEST(Honesty, ThePrimaryOutcomesVerdictIsInTheSummary) {
  EvaluationOptions options;
  options.margin = 0.1;
  options.primary = "auc";
  const Document mean = evaluated(sampleStudy(), options);
  const Row* row = rowOf(mean, "image-mrmc", "auc");
  ASSERT_NE(row, nullptr);
  EXPECT_THAT(wordsOf(mean, "summary"),
              HasSubstr("by a margin of 0.100: " + row->cells.back().text + " against the mean of readers"));
  options.primary = "sensitivity";
  const Document one = evaluated(sampleStudy({.readers = 1}), options);
  EXPECT_THAT(wordsOf(one, "summary"),
              HasSubstr(rowOf(one, "image-mcnemar", "R1-sensitivity")->cells.back().text + " against reader R1"));
  EXPECT_THAT(wordsOf(evaluated(sampleStudy({.readers = 0}), options), "summary"),
              HasSubstr("not tested (no reader it could be compared with)"));
  options.primary = "kappa";
  EXPECT_THAT(wordsOf(evaluated(sampleStudy(), options), "summary"), HasSubstr("not tested (only sensitivity"));
  options.margin.reset();
  EXPECT_THAT(wordsOf(evaluated(sampleStudy(), options), "summary"), Not(HasSubstr("Non-inferiority")));
}

TEST(Honesty, DecisionCurveIsOfGradedCases) {
  for (const Figure& figure : figuresOf(evaluated(sampleStudy())))
    if (figure.id == "image-decision") {
      EXPECT_THAT(figure.caption, HasSubstr("among graded"));
      return;
    }
  FAIL() << "no decision curve";
}

TEST(Honesty, MeasuresThatTheSystemHasNotAreNoRow) {
  Matched matched = sampleStudy({.readers = 0});
  for (Case& one : matched.cases)
    one.answers.front().answer.depthFraction = 0.5;
  const Document document = evaluated(matched);
  EXPECT_EQ(rowOf(document, "image-bland-altman", "depth_fraction"), nullptr);
  EXPECT_THAT(wordsOf(document, "image-measures"), HasSubstr("tear depth over thickness in 120 images"));
}

TEST(Honesty, ReliabilityNeedsTenCases) {
  const Document document = evaluated(sampleStudy({.cases = 8, .patients = 8, .refusals = 0}));
  EXPECT_EQ(tableOf(document, "image-reader-measures"), nullptr);
  EXPECT_THAT(wordsOf(document, "image-reader"), HasSubstr("fewer than 10 images were measured by all"));
}

TEST(Honesty, UnknownExamsAreNotCounted) {
  Matched matched = fromCounts(counts);
  for (int i = 0; i < 7; ++i) {
    Case one = plainCase(1000 + i, 1, -1);
    one.patient.clear();
    matched.cases.push_back(std::move(one));
  }
  for (const Section& section : evaluated(matched).sections)
    for (const Block& block : section.blocks)
      if (const auto* flow = std::get_if<Flow>(&block)) {
        ASSERT_EQ(flow->steps.front().box.lines.size(), 2U);
        EXPECT_EQ(flow->steps.front().box.lines[0], "of 100 patients");
        EXPECT_EQ(flow->steps.front().box.lines[1], "7 of unknown patient");
      }
}

TEST(Honesty, SameCasesAreReportedOnce) {
  std::vector<Matched> units(3, fromCounts(counts));
  units[1].unit = Unit::hip;
  units[2].unit = Unit::patient;
  for (Case& one : units[1].cases)
    one.id = "hip-" + one.id;
  const Document once = evaluated(units);
  EXPECT_EQ(tableOf(once, "hip-thresholds"), nullptr);
  EXPECT_EQ(tableOf(once, "summary-table")->columns.size(), 2U);
  EXPECT_THAT(wordsOf(once, "summary"), HasSubstr("By hip the cases are the very same as by image"));
  EXPECT_THAT(wordsOf(once, "patient-results"), HasSubstr("By patient the cases are the very same"));
  EXPECT_THAT(toJson(once), HasSubstr("By patient the cases are the very same"));
  // One other answer, and the units differ.
  units[1].cases[3].system->grade = GradeClass::fullThickness;
  const Document twice = evaluated(units);
  EXPECT_NE(tableOf(twice, "hip-thresholds"), nullptr);
  EXPECT_EQ(tableOf(twice, "patient-thresholds"), nullptr);
  // So do they where a patient has two.
  units[1] = units[0];
  units[1].unit = Unit::hip;
  units[1].cases[1].patient = units[1].cases[0].patient;
  EXPECT_NE(tableOf(evaluated(units), "hip-thresholds"), nullptr);
}

TEST(Honesty, SimulatedTruthIsNoPatient) {
  EvaluationOptions options;
  options.simulated = true;
  const Document document = evaluated(fromCounts(counts), options);
  EXPECT_THAT(wordsOf(document, "methods"), HasSubstr("HipCuff's exact truth of simulated hips"));
  EXPECT_THAT(wordsOf(document, "limits"), HasSubstr("no accuracy on patients"));
  EXPECT_THAT(wordsOf(document, "summary"), HasSubstr("no accuracy on patients"));
  EXPECT_THAT(wordsOf(evaluated(fromCounts(counts)), "limits"), Not(HasSubstr("simulated")));
}

} // namespace
} // namespace hipcuff::validation
