#include "sample_study.h"

#include "hipcuff/validation/document_writers.h"
#include "hipcuff/validation/evaluation.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace hipcuff::validation {
namespace {

double valueOf(const Document& document, const std::string& id) {
  const Quantity* found = find(document, id);
  if (found == nullptr) {
    ADD_FAILURE() << "no value " << id;
    return -1;
  }
  if (!found->estimate.value) {
    ADD_FAILURE() << id << " is not estimable: " << found->estimate.note;
    return -1;
  }
  return *found->estimate.value;
}

Document evaluated(const Matched& matched, EvaluationOptions options = {}) {
  options.replicates = 200;
  return evaluate({&matched, 1}, options);
}

// 100 cases counted by hand: rows reference, columns system, the fifth not gradable.
const std::vector<std::vector<int>> counts = {{30, 5, 2, 0, 3}, {4, 15, 3, 0, 2}, {1, 2, 14, 2, 1}, {0, 0, 2, 12, 2}};

TEST(Evaluation, CountsAreThoseOfTheTable) {
  const Document document = evaluated(fromCounts(counts));
  // Tears: 14 + 2 + 2 + 12 of 33 graded ones called tears; 30 + 5 + 4 + 15 of 59 others called none.
  EXPECT_NEAR(valueOf(document, "image-thresholds/partial_thickness/sensitivity"), 30.0 / 33, 1e-12);
  EXPECT_NEAR(valueOf(document, "image-thresholds/partial_thickness/specificity"), 54.0 / 59, 1e-12);
  // With refusals wrong: 3 more positives, 5 more negatives.
  EXPECT_NEAR(valueOf(document, "image-thresholds/partial_thickness/sensitivity_all"), 30.0 / 36, 1e-12);
  EXPECT_NEAR(valueOf(document, "image-thresholds/partial_thickness/specificity_all"), 54.0 / 64, 1e-12);
  EXPECT_NEAR(valueOf(document, "image-agreement/accuracy/graded"), 71.0 / 92, 1e-12);
  EXPECT_NEAR(valueOf(document, "image-agreement/accuracy/all"), 71.0 / 100, 1e-12);
  EXPECT_NEAR(valueOf(document, "image-refusals/all/graded"), 0.92, 1e-12);
  EXPECT_NEAR(valueOf(document, "image-predictive/partial_thickness_sample/ppv"), 30.0 / 35, 1e-12);
  const Quantity* sensitivity = find(document, "image-thresholds/partial_thickness/sensitivity");
  ASSERT_TRUE(sensitivity != nullptr && sensitivity->estimate.ci);
  EXPECT_EQ(*sensitivity->hits, 30);
  EXPECT_EQ(*sensitivity->n, 33);
  // Wilson by R 4.2.2: prop.test(30, 33, correct = FALSE)$conf.int
  EXPECT_NEAR(sensitivity->estimate.ci->lower, 0.7642739435, 1e-9);
  EXPECT_NEAR(sensitivity->estimate.ci->upper, 0.9685960585, 1e-9);
}

TEST(Evaluation, GivenPrevalenceMovesPredictiveValues) {
  EvaluationOptions options;
  options.prevalences = {0.1};
  const Document document = evaluated(fromCounts(counts), options);
  const double se = 30.0 / 33, sp = 54.0 / 59;
  EXPECT_NEAR(valueOf(document, "image-predictive/partial_thickness_10/ppv"), se * 0.1 / (se * 0.1 + (1 - sp) * 0.9),
              1e-9);
}

TEST(Evaluation, WithoutProbabilitiesSaysWhy) {
  const Document document = evaluated(fromCounts(counts));
  EXPECT_EQ(find(document, "image-auc/partial_thickness/auc"), nullptr);
  EXPECT_NE(toHtml(document, {}).find("not estimable: no graded image with a reference carries probabilities"),
            std::string::npos);
}

TEST(Evaluation, OneClassOnlyIsNotEstimableWithAReason) {
  const Document document = evaluated(fromCounts({{10, 2, 0, 0, 1}}));
  const Quantity* sensitivity = find(document, "image-thresholds/partial_thickness/sensitivity");
  ASSERT_NE(sensitivity, nullptr);
  EXPECT_FALSE(sensitivity->estimate.value);
  EXPECT_FALSE(sensitivity->estimate.note.empty());
  const std::string page = toHtml(document, {});
  EXPECT_EQ(page.find(">nan"), std::string::npos);
  EXPECT_NE(page.find("Not estimable"), std::string::npos);
}

TEST(Evaluation, NothingToCompareIsAReportThatSaysSo) {
  Matched matched;
  matched.cases = {plainCase(1, 2, -1), plainCase(2, -1, 0)};
  matched.readers = {};
  const std::string page = toHtml(evaluated(matched), {});
  EXPECT_NE(page.find("Not one case has both a result and a class of the reference"), std::string::npos);
}

TEST(Evaluation, ThreeCasesGiveWideIntervalsAndAWarning) {
  const Document document = evaluated(fromCounts({{1, 0, 0, 0, 0}, {}, {0, 0, 1, 0, 0}, {0, 0, 0, 1, 0}}));
  const Quantity* sensitivity = find(document, "image-thresholds/partial_thickness/sensitivity");
  ASSERT_TRUE(sensitivity != nullptr && sensitivity->estimate.ci);
  EXPECT_LT(sensitivity->estimate.ci->lower, 0.4);
  EXPECT_NE(toHtml(document, {}).find("Only 3 patients"), std::string::npos);
}

TEST(Evaluation, ItemsOfOnePatientWidenTheInterval) {
  // The same answers, once of patients of their own and once twice the same two patients' worth of each.
  Matched own = fromCounts({{20, 0, 0, 0, 0}, {}, {10, 0, 10, 0, 0}});
  Matched shared = own;
  for (std::size_t i = 0; i < shared.cases.size(); ++i)
    shared.cases[i].patient = "P" + std::to_string(i / 5);
  const Document a = evaluated(own), b = evaluated(shared);
  const auto width = [](const Document& document) {
    const Quantity* q = find(document, "image-thresholds/partial_thickness/sensitivity");
    return q != nullptr && q->estimate.ci ? q->estimate.ci->upper - q->estimate.ci->lower : -1;
  };
  EXPECT_NEAR(valueOf(a, "image-thresholds/partial_thickness/sensitivity"), 0.5, 1e-12);
  EXPECT_NEAR(valueOf(b, "image-thresholds/partial_thickness/sensitivity"), 0.5, 1e-12);
  EXPECT_GT(width(b), 1.3 * width(a));
}

TEST(Evaluation, ReliabilityResamplesPatients) {
  // Six cases of each patient with all but the same measures: as many independent ones as there are patients.
  Matched own = sampleStudy({.cases = 20, .patients = 20, .readers = 0, .refusals = 0});
  Matched shared = own;
  for (const Case& one : own.cases)
    for (int i = 0; i < 5; ++i) {
      Case copy = one;
      copy.id += "-" + std::to_string(i);
      copy.system->thicknessMeanMm = *copy.system->thicknessMeanMm + 0.001 * i;
      shared.cases.push_back(std::move(copy));
    }
  const auto widthOf = [](const Document& document, const std::string& form) {
    const Quantity* q = find(document, "image-reliability/thickness_mean/" + form);
    return q != nullptr && q->estimate.ci ? q->estimate.ci->upper - q->estimate.ci->lower : -1;
  };
  Matched apart = shared; // the same numbers, as if of people of their own
  for (std::size_t i = 0; i < apart.cases.size(); ++i)
    apart.cases[i].patient = "Q" + std::to_string(i);
  const Document clustered = evaluated(shared), independent = evaluated(apart);
  EXPECT_GT(widthOf(clustered, "icc_3_1"), 1.4 * widthOf(independent, "icc_3_1"));
  // Two "readers" say little of readers in general, however many patients there are: that stays.
  EXPECT_GE(widthOf(clustered, "icc_2_1"), widthOf(independent, "icc_2_1"));
}

TEST(Evaluation, OnlyPositivesVerifiedIsWarnedAbout) {
  Matched matched = fromCounts({{0, 0, 3, 1, 0}, {0, 0, 2, 0, 0}, {0, 0, 12, 2, 0}, {0, 0, 1, 9, 0}});
  for (int i = 0; i < 40; ++i)
    matched.cases.push_back(plainCase(1000 + i, -1, i % 2));
  const Document document = evaluated(matched);
  bool warned = false;
  for (const Section& section : document.sections)
    if (section.id == "image-verification")
      for (const Block& block : section.blocks)
        if (const auto* paragraph = std::get_if<Paragraph>(&block))
          warned = warned || paragraph->kind == ParagraphKind::warning;
  EXPECT_TRUE(warned);
}

TEST(Evaluation, ReadersAreCompared) {
  const Matched study = sampleStudy();
  EvaluationOptions options;
  options.margin = 0.1;
  options.primary = "auc";
  const Document document = evaluated(study, options);
  for (const char* id : {"image-readers/R2/sensitivity", "image-between-readers/fleiss/readers",
                         "image-between-readers/gwet_ac2/with_system", "image-pairs/R1-system/quadratic",
                         "image-within-readers/R3-2/kappa", "image-reader-measures/thickness_max-readers/icc_2_1",
                         "image-mcnemar/R1-sensitivity/difference", "image-mrmc/auc/difference",
                         "image-bland-altman/thickness_mean/bias"})
    valueOf(document, id);
  const Quantity* p = find(document, "image-mrmc/auc/p_noninferior");
  ASSERT_TRUE(p != nullptr && p->test);
  EXPECT_TRUE(p->test->p) << p->test->note;
}

TEST(Evaluation, EqualInputEqualBytesWhateverTheThreads) {
  const Matched study = sampleStudy();
  EvaluationOptions one, four;
  four.threads = 4;
  EXPECT_EQ(toJson(evaluated(study, one)), toJson(evaluated(study, four)));
  EXPECT_EQ(toHtml(evaluated(study, one), {}), toHtml(evaluated(study, four), {}));
}

TEST(Evaluation, NamedPrimaryOutcomeStandsInTheSummary) {
  EvaluationOptions options;
  options.primary = "specificity";
  const std::string page = toHtml(evaluated(fromCounts(counts), options), {});
  EXPECT_NE(page.find("Primary outcome, named with --primary: specificity for tear (partial or full) among graded, by "
                      "image: 91.5\u00a0% (54/59)"),
            std::string::npos);
}

// For looking at: HIPCUFF_LOOK=DIR writes the report of the made-up study there.
TEST(Evaluation, WritesForLooking) {
  const char* folder = std::getenv("HIPCUFF_LOOK");
  if (folder == nullptr)
    GTEST_SKIP() << "HIPCUFF_LOOK is not set";
  EvaluationOptions options;
  options.margin = 0.1;
  options.primary = "auc";
  options.prevalences = {0.1, 0.3};
  const Matched study = sampleStudy();
  const Document document = evaluate({&study, 1}, options);
  std::ofstream(std::string(folder) + "/report.html") << toHtml(document, folder);
  std::ofstream(std::string(folder) + "/report.json") << toJson(document);
  for (const Table* table : tablesOf(document)) {
    std::ofstream(std::string(folder) + "/" + table->id + ".csv") << toCsv(*table);
    std::ofstream(std::string(folder) + "/" + table->id + ".tex") << toLatex(*table);
  }
}

} // namespace
} // namespace hipcuff::validation
