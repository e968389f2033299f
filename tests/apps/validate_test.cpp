// hipcuff validate, validate compare and validate plan as a user runs them, on the simulated exams of testdata/.
#include "program.h"

#include "hipcuff/core/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using json = nlohmann::json;

const std::string testdata = std::string(HIPCUFF_SOURCE_DIR) + "/testdata";

class Validate : public ::testing::Test {
protected:
  /// Analysed once: the commands only read it.
  static void SetUpTestSuite() {
    folder = std::make_unique<TemporaryFolder>();
    results = *folder / "results";
    const Ran ran = hipcuff({"analyze", testdata, "--out", results, "--no-overlays", "--quiet"});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  static void TearDownTestSuite() { folder.reset(); }

  /// The results table's rows by column.
  static std::vector<std::map<std::string, std::string>> rows() {
    const std::string csv = readFile(fs::path(results) / "results.csv");
    CsvReader reader(csv);
    const auto header = *reader.next();
    std::vector<std::map<std::string, std::string>> all;
    while (const auto record = reader.next()) {
      auto& row = all.emplace_back();
      for (std::size_t i = 0; i < header.size() && i < record->size(); ++i)
        row[header[i]] = (*record)[i];
    }
    return all;
  }

  static double valueOf(const json& report, const std::string& id) {
    for (const json& value : report["values"])
      if (value["id"] == id) {
        EXPECT_TRUE(value["value"].is_number()) << value;
        return value["value"].is_number() ? value["value"].get<double>() : -1;
      }
    ADD_FAILURE() << "no value " << id;
    return -1;
  }

  static json reportIn(const std::string& out) { return json::parse(readFile(fs::path(out) / "report.json")); }

  static std::unique_ptr<TemporaryFolder> folder;
  static std::string results;
};

std::unique_ptr<TemporaryFolder> Validate::folder;
std::string Validate::results;

TEST_F(Validate, AgainstTruthByImageHipAndPatient) {
  const std::string out = *folder / "truth";
  const Ran ran = hipcuff(
      {"validate", "--results", results, "--reference", testdata, "--out", out, "--replicates", "100", "--no-figures"},
      {.environment = {{"SOURCE_DATE_EPOCH", "1700000000"}}});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("By image"));
  EXPECT_THAT(ran.out, HasSubstr("Simulated pictures: these figures are no accuracy on patients."));
  for (const char* name : {"report.html", "report.json", "figures.json", "cases.csv", "leftovers.csv",
                           "tables/image-thresholds.csv", "tables/image-thresholds.tex", "tables/image-outlines.csv"})
    EXPECT_TRUE(fs::exists(fs::path(out) / name)) << name;
  const json report = reportIn(out);
  EXPECT_EQ(report["created"], "2023-11-14T22:13:20Z");
  EXPECT_THAT(report["command"].get<std::string>(), HasSubstr("hipcuff validate --results"));
  bool hashed = false;
  for (const json& input : report["inputs"])
    hashed = hashed || input["sha256"].get<std::string>().size() == 64;
  EXPECT_TRUE(hashed);
  // The outlines of the program and of the simulator overlap for the most part.
  EXPECT_GT(valueOf(report, "image-outlines/tendon/dice"), 0.6);
  const std::string page = readFile(fs::path(out) / "report.html");
  EXPECT_THAT(page, HasSubstr("Flow of images through the study"));
  EXPECT_EQ(page.find(">nan"), std::string::npos);
  // Once more: the same bytes, in the place of the first.
  const Ran again = hipcuff(
      {"validate", "--results", results, "--reference", testdata, "--out", out, "--replicates", "100", "--no-figures"},
      {.environment = {{"SOURCE_DATE_EPOCH", "1700000000"}}});
  ASSERT_EQ(again.code, 0) << again.err;
  EXPECT_TRUE(readFile(fs::path(out) / "report.html") == page);
}

/// What the program said goes out as DICOM objects and comes back as a reference: nothing may be lost on the way.
TEST_F(Validate, OwnSegmentationsAndReportsAsReferenceAreEqual) {
  const std::string objects = *folder / "objects";
  const Ran exported = hipcuff({"export", results, "--dicom", "sr,seg", "--out", objects, "--quiet"});
  ASSERT_EQ(exported.code, 0) << exported.err;
  const std::string out = *folder / "against-objects";
  const Ran ran = hipcuff({"validate", "--results", results, "--reference", objects, "--out", out, "--replicates",
                           "100", "--no-figures", "--unit", "image,hip"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("not independent"));
  const json report = reportIn(out);
  // results.json holds rounded points: of some ten thousand pixels of a tendon one or two change sides.
  EXPECT_GT(valueOf(report, "image-outlines/tendon/dice"), 0.9995);
  EXPECT_NEAR(valueOf(report, "image-outlines/tendon/hd95"), 0, 1e-4); // distances are single precision
  EXPECT_GT(valueOf(report, "image-outlines/discontinuity/dice"), 0.999);
  const std::string csv = readFile(fs::path(out) / "cases.csv");
  CsvReader reader(csv);
  const auto header = *reader.next();
  std::size_t images = 0;
  std::map<std::string, std::size_t> compared;
  while (const auto record = reader.next()) {
    std::map<std::string, std::string> row;
    for (std::size_t i = 0; i < header.size() && i < record->size(); ++i)
      row[header[i]] = (*record)[i];
    images += row["unit"] == "image" ? 1 : 0;
    EXPECT_EQ(row["reference_class"], row["system_class"]) << row["id"];
    for (const std::string what : {"thickness_mean_mm", "thickness_max_mm", "depth_fraction", "tear_length_mm"}) {
      const std::string& ours = row["system_" + what];
      const std::string& theirs = row["reference_" + what];
      // Of a hip a report gives the class, thickness and probabilities, and the tears with their images.
      if (row["unit"] == "image" || what.starts_with("thickness")) {
        EXPECT_EQ(ours.empty(), theirs.empty()) << row["id"] << " " << what << ": " << ours << " against " << theirs;
      }
      if (!ours.empty() && !theirs.empty()) {
        EXPECT_NEAR(std::stod(ours), std::stod(theirs), 1e-9) << row["id"] << " " << what;
        ++compared[what];
      }
    }
  }
  EXPECT_EQ(images, rows().size());
  EXPECT_GE(compared["thickness_mean_mm"], 10U);
  EXPECT_GE(compared["tear_length_mm"], 3U);
}

TEST_F(Validate, OutlinesAloneAreAComparison) {
  const std::string objects = *folder / "outlines";
  ASSERT_EQ(hipcuff({"export", results, "--dicom", "seg", "--out", objects, "--quiet"}).code, 0);
  const std::string out = *folder / "against-outlines";
  const Ran ran = hipcuff(
      {"validate", "--results", results, "--reference", objects, "--out", out, "--replicates", "100", "--no-figures"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_GT(valueOf(reportIn(out), "image-outlines/tendon/dice"), 0.9995);
}

TEST_F(Validate, ReadersFromTables) {
  std::string table = "reader,reading,sop_instance_uid,class,thickness_max_mm,confidence\n";
  std::string reference = "sop_instance_uid,patient,class\n";
  int i = 0;
  for (const auto& row : rows()) {
    const std::string& uid = row.at("sop_instance_uid");
    reference += uid + ",P" + std::to_string(i / 2) + "," +
                 (row.at("path").find("full") != std::string::npos     ? "full_thickness"
                  : row.at("path").find("normal") != std::string::npos ? "normal"
                                                                       : "partial_thickness") +
                 "\n";
    for (const char* reader : {"R1", "R2"})
      for (const int reading : {1, 2})
        table += std::string(reader) + "," + std::to_string(reading) + "," + uid + "," +
                 ((i + reading) % 3 == 0 ? "normal" : "partial_thickness") + "," + std::to_string(4 + i % 3) + ",0.8\n";
    ++i;
  }
  writeFile(*folder / "readers.csv", table);
  writeFile(*folder / "reference.csv", reference);
  const std::string out = *folder / "readers";
  const Ran ran = hipcuff({"validate", "-r", results, "-t", *folder / "reference.csv", "-t", *folder / "readers.csv",
                           "-o", out, "--unit", "image", "--margin", "0.1", "--primary", "sensitivity", "--replicates",
                           "100", "--no-figures"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  const json report = reportIn(out);
  valueOf(report, "image-between-readers/gwet_ac1/readers");
  valueOf(report, "image-within-readers/R1-2/agreement");
  valueOf(report, "image-mcnemar/R2-accuracy/difference");
  EXPECT_EQ(report["settings"]["Primary outcome"], "sensitivity");
}

TEST_F(Validate, ReadersWithoutAStandardSayWhatToDo) {
  std::string table = "reader,sop_instance_uid,class\n";
  for (const auto& row : rows())
    for (const char* reader : {"R1", "R2"})
      table += std::string(reader) + "," + row.at("sop_instance_uid") + ",normal\n";
  writeFile(*folder / "only-readers.csv", table);
  const std::string out = *folder / "only-readers";
  const Ran ran = hipcuff({"validate", "-r", results, "-t", *folder / "only-readers.csv", "-o", out, "--unit", "image",
                           "--replicates", "100", "--no-figures"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("--standard NAME or --standard majority"));
  EXPECT_TRUE(fs::exists(fs::path(out) / "tables/image-between-readers.csv"));
  EXPECT_FALSE(fs::exists(fs::path(out) / "tables/image-readers.csv"));
}

TEST_F(Validate, OnlyPositivesVerifiedIsWarnedAboutOnTheConsole) {
  std::string table = "sop_instance_uid,class\n";
  int called = 0, cleared = 0;
  for (const auto& row : rows()) {
    const std::string& grade = row.at("class");
    const bool positive = grade == "partial_thickness" || grade == "full_thickness";
    called += positive ? 1 : 0;
    cleared += grade == "normal" || grade == "tendinosis" ? 1 : 0;
    if (positive)
      table += row.at("sop_instance_uid") + ",partial_thickness\n";
  }
  ASSERT_TRUE(called > 0 && cleared > 0) << called << " " << cleared;
  writeFile(*folder / "positives.csv", table);
  const Ran ran = hipcuff({"validate", "-r", results, "-t", *folder / "positives.csv", "-o", *folder / "positives",
                           "--unit", "image", "--replicates", "100", "--no-figures"});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Warning: Only cases that HipCuff called positive were verified"));
}

TEST_F(Validate, RefusesAFolderOfSomethingElse) {
  const std::string out = *folder / "thesis";
  writeFile(fs::path(out) / "chapter.tex", "mine");
  const Ran ran = hipcuff({"validate", "-r", results, "-t", testdata, "-o", out});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("holds 'chapter.tex'"));
  EXPECT_EQ(readFile(fs::path(out) / "chapter.tex"), "mine");
}

TEST_F(Validate, BadInputIsOneLine) {
  writeFile(*folder / "bad.csv", "sop_instance_uid,class\n1.2.3,torn-ish\n");
  const Ran unknown = hipcuff({"validate", "-r", results, "-t", *folder / "bad.csv", "-o", *folder / "x"});
  EXPECT_NE(unknown.code, 0);
  EXPECT_THAT(unknown.err, HasSubstr("bad.csv"));
  EXPECT_FALSE(fs::exists(*folder / "x"));
  const Ran unit = hipcuff({"validate", "-r", results, "-t", testdata, "-o", *folder / "x", "--unit", "imag"});
  EXPECT_EQ(unit.code, 2);
  EXPECT_THAT(unit.err, HasSubstr("did you mean 'image'?"));
  const Ran prevalence =
      hipcuff({"validate", "-r", results, "-t", testdata, "-o", *folder / "x", "--prevalence", "10"});
  EXPECT_EQ(prevalence.code, 2);
}

TEST_F(Validate, NothingInCommonIsAFailureWithAReport) {
  writeFile(*folder / "foreign.csv", "sop_instance_uid,class\n1.2.3,normal\n1.2.4,full_thickness\n");
  const std::string out = *folder / "foreign";
  const Ran ran =
      hipcuff({"validate", "-r", results, "-t", *folder / "foreign.csv", "-o", out, "--unit", "image", "--no-figures"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("nothing was compared"));
  EXPECT_THAT(readFile(fs::path(out) / "leftovers.csv"), HasSubstr("1.2.3"));
}

TEST_F(Validate, CompareFindsWhatBecameWorse) {
  const std::string same = *folder / "same";
  const Ran alike = hipcuff({"validate", "compare", results, results, "-t", testdata, "-o", same, "--no-figures",
                             "--replicates", "100", "--fail-if-worse", "0"});
  EXPECT_EQ(alike.code, 0) << alike.err;
  EXPECT_THAT(alike.out, HasSubstr(" 0 with another class"));
  EXPECT_THAT(hipcuff({"help", "validate", "compare"}).out, HasSubstr("first unit"));
  // A version that calls every full tear normal.
  json worse = json::parse(readFile(fs::path(results) / "results.json"));
  int changed = 0;
  for (json& study : worse["studies"])
    for (json& image : study["images"])
      if (image["grade"]["class"] == "full_thickness") {
        image["grade"]["class"] = "normal";
        ++changed;
      }
  ASSERT_GT(changed, 0);
  writeFile(*folder / "worse/results.json", worse.dump());
  const std::string out = *folder / "diff";
  const std::vector<std::string> words = {"validate",     "compare",      results, *folder / "worse", "-t",
                                          testdata,       "-o",           out,     "--unit",          "image",
                                          "--no-figures", "--replicates", "100"};
  const Ran told = hipcuff(words);
  EXPECT_EQ(told.code, 0) << told.err;
  auto strict = words;
  strict.insert(strict.end(), {"--fail-if-worse", "0.01"});
  const Ran failed = hipcuff(strict);
  EXPECT_EQ(failed.code, 4) << failed.err;
  EXPECT_THAT(failed.err, HasSubstr("B is worse than A by"));
  EXPECT_THAT(readFile(fs::path(out) / "changes.csv"), HasSubstr("full_thickness,full_thickness,normal,worse"));
  // And without a reference.
  const Ran alone = hipcuff({"validate", "compare", results, *folder / "worse", "-o", *folder / "alone", "--unit",
                             "image", "--no-figures", "--replicates", "100"});
  EXPECT_EQ(alone.code, 0) << alone.err;
  EXPECT_THAT(alone.out, HasSubstr(std::to_string(changed) + " with another class"));
  EXPECT_EQ(hipcuff({"validate", "compare", results, results, "-o", *folder / "x", "--fail-if-worse", "0"}).code, 2);
}

TEST_F(Validate, PlanPrintsCasesAndASentence) {
  const Ran ran =
      hipcuff({"validate", "plan", "accuracy", "--sensitivity", "0.9", "--prevalence", "0.5", "--width", "0.1"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("To estimate a sensitivity of 0.90 with a 95 % confidence interval 0.10 wide"));
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"auc", "--auc", "0.85", "--prevalence", "0.4", "--width", "0.1"},
           {"kappa", "--kappa", "0.8", "--prevalence", "0.3", "--null", "0.6"},
           {"icc", "--icc", "0.8", "--width", "0.2", "--readers", "3"},
           {"limits", "--sd", "0.4", "--width", "0.3", "--per-patient", "2", "--rho", "0.4"},
           {"limits", "--sd", "0.4", "--allowed", "1.2"},
           {"mcnemar", "--first-only", "0.2", "--second-only", "0.1"},
           {"noninferiority", "--first-only", "0.1", "--second-only", "0.1", "--margin", "0.1"}}) {
    std::vector<std::string> all = {"validate", "plan"};
    all.insert(all.end(), words.begin(), words.end());
    const Ran one = hipcuff(all);
    EXPECT_EQ(one.code, 0) << words.front() << ": " << one.err;
    EXPECT_THAT(one.out, ::testing::ContainsRegex("(cases|pairs) are needed"));
  }
  const auto planned = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"validate", "plan"});
    return hipcuff(words).out;
  };
  const std::string auc = planned({"auc", "--auc", "0.85", "--prevalence", "0.4", "--null", "0.7"});
  EXPECT_THAT(auc, HasSubstr("two-sided significance level of 5 % at a prevalence of 0.40"));
  EXPECT_THAT(auc, HasSubstr("Take the larger number"));
  EXPECT_THAT(planned({"kappa", "--kappa", "0.8", "--prevalence", "0.3", "--width", "0.2"}),
              HasSubstr("at a prevalence of 0.30"));
  const std::vector<std::string> pairs = {"noninferiority", "--first-only", "0.1", "--second-only", "0.1",
                                          "--margin",       "0.1"};
  const std::string all = planned(pairs);
  EXPECT_THAT(all, HasSubstr("one-sided significance level of 2.5 %"));
  EXPECT_THAT(all, HasSubstr("for sensitivity positives"));
  auto of = pairs;
  of.insert(of.end(), {"--prevalence", "0.25"});
  const std::string sensitivity = planned(of);
  const auto numberBefore = [](const std::string& text, const std::string& words) {
    const std::size_t end = text.find(words);
    if (end == std::string::npos)
      return -1;
    return std::stoi(text.substr(text.rfind(' ', end - 1) + 1));
  };
  const int positives = numberBefore(all, " pairs are needed");
  EXPECT_GT(positives, 100);
  EXPECT_EQ(numberBefore(sensitivity, " cases are needed"), 4 * positives) << sensitivity;
  EXPECT_THAT(sensitivity, HasSubstr("(" + std::to_string(positives) + " with and"));
  EXPECT_THAT(planned({"mcnemar", "--first-only", "0.2", "--second-only", "0.1"}),
              HasSubstr("two-sided significance level of 5 %"));
  const Ran missing = hipcuff({"validate", "plan", "icc", "--icc", "0.8"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_THAT(missing.err, HasSubstr("--width"));
  const Ran impossible = hipcuff({"validate", "plan", "limits", "--sd", "0.4", "--allowed", "0.5"});
  EXPECT_EQ(impossible.code, 1);
  EXPECT_THAT(impossible.out, HasSubstr("no number of cases is enough"));
  EXPECT_THAT(impossible.out, ::testing::Not(HasSubstr("positives")));
  EXPECT_THAT(impossible.err, ::testing::Not(HasSubstr("Refused pictures")));
}

} // namespace
} // namespace hipcuff::test
