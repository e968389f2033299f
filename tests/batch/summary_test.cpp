#include "hipcuff/batch/summary.h"

#include "sample_catalogue.h"
#include "sqlite.h"

#include "hipcuff/core/error.h"
#include "hipcuff/report/figure_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class SummaryTest : public testing::Test {
protected:
  test::TemporaryFolder folder;
  Catalogue catalogue{folder.path(), Catalogue::Access::readWrite};

  void run(const std::string& sql) { catalogue.database().run(sql); }
  json summary() {
    writeSummary(catalogue, folder.path());
    return json::parse(test::textOf(folder.path() / "summary.json"));
  }
  std::string page() { return test::textOf(folder.path() / "summary.html"); }
};

TEST_F(SummaryTest, CountsByStateAndClass) {
  test::addExam(catalogue, "a", "class, severity, confidence", "'normal', 1, 0.9");
  test::addExam(catalogue, "b", "class, severity, confidence", "'normal', 1, 0.8");
  test::addExam(catalogue, "c", "class, severity", "'not_gradable', 0");
  run("INSERT INTO exams(key, name, state) VALUES('w', 'exam-1', 'waiting')");
  const json s = summary();
  EXPECT_EQ(s["schema"], "hipcuff.summary/1");
  EXPECT_EQ(s["exams"], json({{"done", 3}, {"failed", 0}, {"left_out", 0}, {"waiting", 1}}));
  EXPECT_EQ(s["hips"]["by_class"]["normal"], 2);
  EXPECT_EQ(s["hips"]["by_class"]["full_thickness"], 0);
  EXPECT_EQ(s["hips"]["total"], 3);
  EXPECT_THAT(page(), HasSubstr("67 % graded"));
  EXPECT_THAT(page(), HasSubstr("exams still to be analysed"));
}

TEST_F(SummaryTest, EveryReasonIsCounted) {
  test::addExam(catalogue, "a", "class, severity, not_gradable_reasons", "'not_gradable', 0, 'no_cortex;unsure'");
  test::addExam(catalogue, "b", "class, severity, not_gradable_reasons", "'not_gradable', 0, 'unsure'");
  const json refusals = summary()["refusals"]["hips"];
  EXPECT_EQ(refusals, json({{{"reason", "unsure"}, {"hips", 2}}, {{"reason", "no_cortex"}, {"hips", 1}}}));
  EXPECT_THAT(page(), HasSubstr("a bright line with a shadow under it is needed"));
}

TEST_F(SummaryTest, ProblemsThatDifferInNumbersAreOneKind) {
  run("INSERT INTO inputs(path, state, problem, remedy, scan) VALUES"
      "('/1', 'failed', 'ends after 17 of 300 bytes', 'copy it', 1),"
      "('/2', 'failed', 'ends after 9 of 4000 bytes', 'copy it', 1),"
      "('/3', 'failed', 'cannot be opened', NULL, 1),"
      "('/4', 'skipped', 'is no picture', NULL, 1)");
  const json s = summary();
  EXPECT_EQ(s["failures"],
            json({{{"problem", "ends after # of # bytes"}, {"remedy", "copy it"}, {"inputs", 2}, {"example", "/1"}},
                  {{"problem", "cannot be opened"}, {"remedy", nullptr}, {"inputs", 1}, {"example", "/3"}}}));
  EXPECT_EQ(s["skipped"][0]["inputs"], 1);
}

TEST_F(SummaryTest, ThroughputOfTheLastRun) {
  test::fill(catalogue, {.exams = 10});
  run("UPDATE runs SET seconds = 50, bytes_read = 1000000 WHERE id = 2; UPDATE exams SET seconds = 8");
  const json s = summary();
  const json& last = s["runs"][0];
  EXPECT_EQ(last["id"], 2);
  EXPECT_DOUBLE_EQ(last["exams_per_second"], 0.2);
  EXPECT_DOUBLE_EQ(last["bytes_per_second"], 20000);
  EXPECT_DOUBLE_EQ(last["worker_seconds"], 80);
  EXPECT_DOUBLE_EQ(last["busy_fraction"], 0.8); // 80 s of 2 x 50 s
  EXPECT_TRUE(s["runs"][1]["worker_seconds"].is_null());
  EXPECT_THAT(page(), HasSubstr("<b>80 %</b>"));
}

TEST_F(SummaryTest, HistogramHoldsEveryGradedHip) {
  int number = 0;
  for (const char* mm : {"2.99", "3.0", "3.49", "3.5", "4.99", "55"})
    test::addExam(catalogue, std::to_string(++number), "class, severity, confidence, thickness_mean_mm",
                  std::string("'normal', 1, 0.95, ") + mm);
  test::addExam(catalogue, "refused", "class, severity, thickness_mean_mm", "'not_gradable', 0, 3.2");
  test::addExam(catalogue, "not measured", "class, severity, thickness_mean_mm", "'normal', 1, NULL");
  const json h = summary()["thickness_mean_mm"];
  EXPECT_EQ(h["hips"], 6);
  EXPECT_EQ(h["bins"][0], json({{"from", 2.5}, {"to", 3.0}, {"hips", 1}}));
  EXPECT_EQ(h["bins"][1]["hips"], 2);
  EXPECT_EQ(h["bins"][2]["hips"], 1);
  EXPECT_EQ(h["bins"][3]["hips"], 0);
  EXPECT_EQ(h["bins"][4]["hips"], 1);
  EXPECT_EQ(h["bins"].back(), json({{"from", 15.0}, {"to", nullptr}, {"hips", 1}}));
  EXPECT_DOUBLE_EQ(h["most"], 55);
}

TEST_F(SummaryTest, NothingIsNotZero) {
  const json s = summary();
  EXPECT_TRUE(s["thickness_mean_mm"]["mean"].is_null());
  EXPECT_TRUE(s["thickness_mean_mm"]["bins"].empty());
  EXPECT_TRUE(s["runs"].empty());
  EXPECT_THAT(page(), HasSubstr("No run that has ended analysed an exam"));
  EXPECT_THAT(page(), Not(HasSubstr("nan")));
  EXPECT_TRUE(report::readFigures(folder.path() / "figures.json").empty());
}

TEST_F(SummaryTest, FiguresCanBeReadByTheRenderer) {
  test::fill(catalogue, {.exams = 200});
  (void)summary();
  const std::vector<Figure> figures = report::readFigures(folder.path() / "figures.json");
  ASSERT_EQ(figures.size(), 5U);
  EXPECT_EQ(figures[0].id, "summary-grades");
  EXPECT_EQ(figures[0].x.categories[0], "full-thickness tear");
  double hips = 0;
  for (const double y : figures[1].series[0].y)
    hips += y;
  EXPECT_EQ(hips, summary()["thickness_mean_mm"]["hips"].get<double>());
}

TEST_F(SummaryTest, ViewsOriginsAndSlowestInputsAreThoseOfTheCatalogue) {
  test::fill(catalogue, {.exams = 60});
  const json s = summary();
  const auto number = [&](const char* sql) {
    Statement statement(catalogue.database(), sql);
    return statement.step() ? statement.integer(0) : -1;
  };
  std::int64_t images = 0;
  std::int64_t graded = 0;
  for (const json& v : s["views_and_sides"]) {
    images += v["images"].get<std::int64_t>();
    graded += v["graded"].get<std::int64_t>();
  }
  EXPECT_EQ(images, number("SELECT count(*) FROM images"));
  EXPECT_EQ(graded, number("SELECT sum(gradable) FROM images"));
  std::int64_t origins = 0;
  for (const json& o : s["calibration_origins"])
    origins += o["images"].get<std::int64_t>();
  EXPECT_EQ(origins, images);
  ASSERT_EQ(s["slowest_inputs"].size(), 20U);
  for (std::size_t i = 1; i < 20; ++i)
    EXPECT_GE(s["slowest_inputs"][i - 1]["milliseconds"], s["slowest_inputs"][i]["milliseconds"]);
}

TEST_F(SummaryTest, TextsFromFilesCannotBecomeMarkup) {
  const std::string evil = "</td><script>alert(1)</script>\xFF";
  Statement input(
      catalogue.database(),
      "INSERT INTO inputs(path, state, problem, remedy, milliseconds, format, scan) VALUES(?,'failed',?,?,5,?,1)");
  input.bind(1, evil).bind(2, evil).bind(3, evil).bind(4, evil).run();
  Statement run(catalogue.database(), "INSERT INTO runs(started, outcome, version, settings, criteria, command_line, "
                                      "jobs) VALUES(?,?,?,'',?,?,1)");
  for (int i = 1; i <= 5; ++i)
    run.bind(i, evil);
  run.run();
  const json s = summary();
  EXPECT_EQ(s["slowest_inputs"][0]["path"], "</td><script>alert(1)</script>\xEF\xBF\xBD");
  EXPECT_THAT(page(), Not(HasSubstr("<script")));
  EXPECT_THAT(page(), HasSubstr("default-src 'none'"));
}

TEST_F(SummaryTest, AFolderThatCannotBeWrittenIsSaid) {
  EXPECT_THROW(writeSummary(catalogue, folder.path() / "missing"), OutputError);
}

} // namespace
} // namespace hipcuff::batch
