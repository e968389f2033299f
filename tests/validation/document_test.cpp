#include "temporary_folder.h"

#include "sample_study.h"

#include "hipcuff/core/csv.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/validation/document_writers.h"
#include "hipcuff/validation/evaluation.h"
#include "hipcuff/validation/report_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

namespace hipcuff::validation {
namespace {

namespace fs = std::filesystem;

using test::bytesOf;
using test::TemporaryFolder;

statistics::Estimate estimate(double value, double lower, double upper) {
  statistics::Estimate e;
  e.value = value;
  e.ci = statistics::Interval{lower, upper};
  e.method = "Wilson 1927";
  return e;
}

Table sample() {
  Table table{
      .id = "t", .title = "50 % of A & B_1", .columns = {{"name", "Name"}, {"share", "Share"}, {"p", "P"}}, .rows = {}};
  statistics::Test test;
  test.p = 0.00004;
  test.method = "McNemar";
  table.add("a", {words("A & B_1 <x> #$~^\\"), share(estimate(0.5, 0.25, 0.75), 5, 10), tested(test, 10)});
  test.p.reset();
  test.note = "no discordant pair";
  table.add("b", {words("=1+1"), share(statistics::notEstimable("no positive cases"), 0, 0), tested(test)});
  return table;
}

TEST(Tables, CsvHoldsExactNumbersAndEmptyCellsWithTheirReason) {
  const std::string csv = toCsv(sample());
  CsvReader reader(csv);
  EXPECT_EQ(*reader.next(),
            (std::vector<std::string>{"name", "share", "share_lower", "share_upper", "share_n", "p", "p_n", "notes"}));
  const auto first = *reader.next();
  EXPECT_EQ(std::vector<std::string>(first.begin() + 1, first.end()),
            (std::vector<std::string>{"0.5", "0.25", "0.75", "10", "4e-05", "10", ""}));
  const auto second = *reader.next();
  EXPECT_EQ(second[0], "'=1+1") << "a spreadsheet would run it";
  EXPECT_EQ(second[1], "");
  EXPECT_NE(second.back().find("no positive cases"), std::string::npos);
  EXPECT_NE(second.back().find("no discordant pair"), std::string::npos);
}

TEST(Tables, LatexEscapesWhatItWouldObey) {
  const std::string tex = toLatex(sample());
  EXPECT_NE(tex.find("A \\& B\\_1 $<$x$>$ \\#\\$\\textasciitilde{}\\textasciicircum{}\\textbackslash{}"),
            std::string::npos)
      << tex;
  EXPECT_NE(tex.find("\\caption{50 \\% of A \\& B\\_1}"), std::string::npos);
  EXPECT_NE(tex.find("50.0~\\% (5/10) [25.0, 75.0]"), std::string::npos) << tex;
  EXPECT_NE(tex.find("$<$0.001"), std::string::npos);
  EXPECT_NE(tex.find("\\toprule"), std::string::npos);
  EXPECT_NE(tex.find("n.e.\\textsuperscript{a}"), std::string::npos);
  EXPECT_NE(tex.find("Not estimable: no positive cases"), std::string::npos);
}

TEST(Page, NothingOfTheDataBecomesMarkup) {
  Document document;
  document.title = "<script>alert(1)</script>";
  document.command = "hipcuff validate --out '<b>'";
  Section section{.id = "s", .title = "a <i>", .level = 2, .place = "", .blocks = {}};
  section.blocks.emplace_back(sample());
  section.blocks.emplace_back(Paragraph{"\xff\xfe<img src=x>", ParagraphKind::warning});
  document.sections.push_back(std::move(section));
  const std::string page = toHtml(document, {});
  for (const char* evil : {"<script>", "<b>'", "<i>", "<img src=x>", "<x>"})
    EXPECT_EQ(page.find(evil), std::string::npos) << evil;
  EXPECT_EQ(page.find("http://"), page.find("http://www.w3.org")) << "it loads nothing";
  EXPECT_NE(page.find("<sup>a</sup> Not estimable: no positive cases."), std::string::npos);
}

TEST(FlowDiagram, BoxesHoldAllWords) {
  const Flow flow{.id = "f",
                  .title = "Flow",
                  .steps = {{{"3 images", {"of 2 patients"}}, Flow::Box{"Left: 1 image", {"1 without a <reference>"}}},
                            {{"2 images graded", {}}, {}}},
                  .ends = {{"Normal", {"n = 2"}}}};
  const std::string svg = toSvg(flow);
  for (const char* words : {"3 images", "of 2 patients", "1 without a &lt;reference&gt;", "n = 2"})
    EXPECT_NE(svg.find(words), std::string::npos) << words;
}

TEST(ReportJson, FollowsItsSchemaAndIdsAreUnique) {
  TemporaryFolder folder;
  const Matched study = sampleStudy();
  EvaluationOptions options;
  options.replicates = 100;
  options.margin = 0.1;
  options.prevalences = {0.1};
  const Document document = evaluate({&study, 1}, options);
  std::set<std::string> ids;
  for (const Addressed& one : quantitiesOf(document))
    EXPECT_TRUE(ids.insert(one.id).second) << one.id << " twice";
  EXPECT_GT(ids.size(), 300U);
  if (std::system("/usr/bin/python3 -c 'import jsonschema' 2>/dev/null") != 0)
    GTEST_SKIP() << "python3-jsonschema is not installed";
  const auto valid = [&](const nlohmann::json& report) {
    std::ofstream(folder.path() / "report.json") << report;
    const std::string program = "import json,sys,jsonschema\n"
                                "s=json.load(open(sys.argv[1])); v=jsonschema.Draft202012Validator; v.check_schema(s)\n"
                                "e=list(v(s).iter_errors(json.load(open(sys.argv[2]))))\n"
                                "[print(list(x.absolute_path),x.message[:300]) for x in e[:5]]\n"
                                "sys.exit(1 if e else 0)\n";
    return std::system(("/usr/bin/python3 -c '" + program + "' " + HIPCUFF_SOURCE_DIR +
                        "/lib/validation/schema/hipcuff.validation-1.schema.json " +
                        (folder.path() / "report.json").string())
                           .c_str()) == 0;
  };
  const auto report = nlohmann::json::parse(toJson(document));
  EXPECT_TRUE(valid(report));
  auto wrong = report;
  wrong["values"][0]["value"] = "high";
  EXPECT_FALSE(valid(wrong));
  wrong = report;
  wrong["values"][0].erase("note");
  EXPECT_FALSE(valid(wrong));
}

TEST(ReportFolder, ReplacesAnEarlierReportAndNothingElse) {
  TemporaryFolder folder;
  const Matched study = sampleStudy({.cases = 30, .patients = 30});
  EvaluationOptions options;
  options.replicates = 100;
  const Document document = evaluate({&study, 1}, options);
  const fs::path out = folder.path() / "report";
  writeReportFolder(out, document, {{"cases.csv", casesCsv({&study, 1})}}, {});
  for (const char* name : {"report.html", "report.json", "figures.json", "cases.csv", "tables/image-confusion.csv",
                           "tables/image-confusion.tex"})
    EXPECT_TRUE(fs::exists(out / name)) << name;
  const std::string before = bytesOf(out / "report.html");
  std::ofstream(out / "tables" / "old.csv") << "x";
  writeReportFolder(out, document, {{"cases.csv", casesCsv({&study, 1})}}, {});
  EXPECT_EQ(bytesOf(out / "report.html"), before);
  EXPECT_FALSE(fs::exists(out / "tables" / "old.csv"));
  std::ofstream(out / "my-draft.docx") << "mine";
  EXPECT_THROW(writeReportFolder(out, document, {}, {}), OutputError);
  EXPECT_EQ(bytesOf(out / "my-draft.docx"), "mine");
  const fs::path other = folder.path() / "other";
  fs::create_directory(other);
  std::ofstream(other / "report.json") << "{\"schema\": \"something\"}";
  EXPECT_THROW(requireReportFolder(other), OutputError);
}

TEST(CaseList, HasARowForEachCaseWithItsOutcome) {
  const Matched matched = [] {
    Matched all;
    all.cases = {plainCase(1, 2, 2), plainCase(2, 2, 0), plainCase(3, 1, 4), plainCase(4, -1, 1), plainCase(5, 3, -1)};
    return all;
  }();
  const std::string csv = casesCsv({&matched, 1});
  CsvReader reader(csv);
  const auto header = *reader.next();
  const auto column = static_cast<std::size_t>(std::find(header.begin(), header.end(), "outcome") - header.begin());
  std::vector<std::string> outcomes;
  while (const auto record = reader.next())
    outcomes.push_back(record->at(column));
  EXPECT_EQ(outcomes, (std::vector<std::string>{"right", "wrong", "refused", "no_reference", "no_result"}));
}

/// Columns of cases.csv by case.
std::map<std::string, std::map<std::string, std::string>> casesOf(const std::string& csv) {
  CsvReader reader(csv);
  const auto header = *reader.next();
  std::map<std::string, std::map<std::string, std::string>> all;
  while (const auto record = reader.next())
    for (std::size_t i = 0; i < header.size(); ++i)
      all[record->at(1)][header[i]] = record->at(i);
  return all;
}

TEST(CaseList, HoldsWhatTheReportIsMadeOf) {
  const Matched study = sampleStudy();
  auto cases = casesOf(casesCsv({&study, 1}));
  for (const Case& one : study.cases) {
    auto& row = cases[one.id];
    const Answer& reader = *one.of({"R2", 1});
    EXPECT_EQ(row["R2_confidence"].empty(), !reader.confidence);
    if (reader.confidence) {
      EXPECT_EQ(std::stod(row["R2_confidence"]), *reader.confidence);
    }
    if (reader.thicknessMaxMm) {
      EXPECT_EQ(std::stod(row["R2_thickness_max_mm"]), *reader.thicknessMaxMm);
    }
    EXPECT_EQ(std::stod(row["R2_seconds"]), reader.seconds.value());
    if (one.system->confidence) {
      EXPECT_EQ(std::stod(row["system_confidence"]), *one.system->confidence);
    }
    EXPECT_EQ(row.count("dice_tendon"), 0U) << "nothing was outlined";
  }
}

TEST(CaseList, HoldsEachImagesDiceAndGradedOnesAreTheMainRow) {
  TemporaryFolder folder;
  Matched study = fromCounts({{8, 0, 0, 0, 4}});
  double graded = 0, all = 0;
  for (std::size_t i = 0; i < study.cases.size(); ++i) {
    GreyImage a(40, 40), b(40, 40);
    for (int y = 10; y < 30; ++y)
      for (int x = 10; x < 30; ++x) {
        a.at(x, y) = 1;
        b.at(x + static_cast<int>(i % 5), y) = 1;
      }
    const std::string number = std::to_string(i);
    std::ofstream(folder.path() / (number + "a.png"), std::ios::binary) << encodePng(a);
    std::ofstream(folder.path() / (number + "b.png"), std::ios::binary) << encodePng(b);
    study.cases[i].masks = {folder.path() / (number + "a.png"), folder.path() / (number + "b.png"), Spacing{0.1, 0.1}};
    const double dice = (20.0 - static_cast<double>(i % 5)) / 20;
    all += dice;
    graded += i < 8 ? dice : 0;
  }
  fs::remove(folder.path() / "11b.png");
  all -= (20.0 - 11 % 5) / 20;
  EvaluationOptions options;
  options.replicates = 100;
  std::vector<CaseOutlines> outlines;
  const Document document = evaluate({&study, 1}, options, &outlines);
  auto cases = casesOf(casesCsv({&study, 1}, outlines));
  EXPECT_EQ(cases["case-000001"]["dice_tendon"], "1");
  EXPECT_NEAR(std::stod(cases["case-000004"]["dice_tendon"]), 17.0 / 20, 1e-12);
  EXPECT_FALSE(cases["case-000004"]["hd95_tendon_mm"].empty());
  EXPECT_EQ(cases["case-000004"]["presence_tendon"], "both");
  EXPECT_EQ(cases["case-000012"]["dice_tendon"], "");
  EXPECT_FALSE(cases["case-000012"]["outline_problem"].empty());
  const Quantity* main = find(document, "image-outlines/tendon/dice");
  const Quantity* every = find(document, "image-outlines/tendon_all/dice");
  ASSERT_TRUE(main != nullptr && every != nullptr);
  EXPECT_NEAR(main->estimate.value.value(), graded / 8, 1e-12);
  EXPECT_NEAR(every->estimate.value.value(), all / 11, 1e-12);
}

} // namespace
} // namespace hipcuff::validation
