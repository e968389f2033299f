#include "hipcuff/batch/worklist.h"

#include "hipcuff/batch/summary.h"
#include "sample_catalogue.h"
#include "sqlite.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/grade.h"

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

constexpr auto writing = Catalogue::Access::readWrite;

json dataOf(const std::string& page) {
  const std::string open = "<script type=\"application/json\" id=\"data\">";
  const std::size_t from = page.find(open) + open.size();
  return json::parse(page.substr(from, page.find("</script>", from) - from));
}

/// The rows of a piece, which must be one call.
json rowsOf(const fs::path& piece) {
  const std::string text = test::textOf(piece);
  EXPECT_EQ(text.rfind("hipcuffWorklist.take(\"", 0), 0U) << text.substr(0, 40);
  const std::size_t from = text.find('[');
  return json::parse(text.substr(from, text.rfind(')') - from));
}

std::vector<fs::path> piecesIn(const fs::path& out) {
  std::vector<fs::path> found;
  if (fs::exists(out / "worklist"))
    for (const auto& entry : fs::directory_iterator(out / "worklist"))
      found.push_back(entry.path().filename());
  std::sort(found.begin(), found.end());
  return found;
}

TEST(Worklist, HoldsEveryHipMostSevereFirst) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  test::fill(catalogue, {.exams = 300, .failed = 7, .skipped = 9});
  writeWorklist(catalogue, folder.path());
  const json data = dataOf(test::textOf(folder.path() / "worklist.html"));
  Statement hips(catalogue.database(), "SELECT count(*) FROM hips");
  ASSERT_TRUE(hips.step());
  const json& rows = data["data"]["rows"];
  ASSERT_EQ(static_cast<std::int64_t>(rows.size()), hips.integer(0));
  EXPECT_EQ(data["data"]["total"], rows.size());
  const auto rank = [](const json& row) {
    return std::pair(row[1].get<int>(), row[3].is_null() ? 0.0 : -row[3].get<double>());
  };
  for (std::size_t i = 1; i < rows.size(); ++i)
    ASSERT_LE(rank(rows[i - 1]), rank(rows[i])) << i;
  EXPECT_EQ(rows.front()[1], 0);
  EXPECT_EQ(data["failed"]["rows"].size(), 7U);
  EXPECT_EQ(data["skipped"]["total"], 9);
  EXPECT_TRUE(piecesIn(folder.path()).empty());
  EXPECT_FALSE(fs::exists(folder.path() / "worklist"));
}

TEST(Worklist, NotMeasuredIsNullNeverZero) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  test::addExam(catalogue, "folder:a", "class, severity, not_gradable_reasons", "'not_gradable', 0, 'no_cortex'");
  writeWorklist(catalogue, folder.path());
  const json row = dataOf(test::textOf(folder.path() / "worklist.html"))["data"]["rows"][0];
  for (const int place : {3, 5, 6, 7, 8, 9, 16, 18, 19, 22})
    EXPECT_TRUE(row[static_cast<std::size_t>(place)].is_null()) << place;
  EXPECT_EQ(row[14], "no_cortex");
}

TEST(Worklist, ReasonsStandInWordsWithWhatToDo) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  writeWorklist(catalogue, folder.path());
  const json data = dataOf(test::textOf(folder.path() / "worklist.html"));
  EXPECT_THAT(data["refusals"]["no_calibration"], HasSubstr("--mm-per-px"));
  EXPECT_EQ(data["refusals"]["unsure"], explain(Refusal::unsure));
  EXPECT_EQ(data["classes"][0]["words"], "full-thickness tear");
}

TEST(Worklist, SaysWhichPluginsMadeTheResults) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  test::fill(catalogue, {.exams = 20});
  writeWorklist(catalogue, folder.path());
  EXPECT_THAT(test::textOf(folder.path() / "worklist.html"), Not(HasSubstr("By plugins")));
  catalogue.database().run(
      "UPDATE exams SET settings = 'xyz' WHERE id = (SELECT min(id) FROM exams WHERE state = 'done')");
  catalogue.database().run("INSERT INTO meta(key, value) VALUES('plugins xyz', 'level_set 1.0.0, <odd> 2.0.0')");
  writeWorklist(catalogue, folder.path());
  EXPECT_THAT(test::textOf(folder.path() / "worklist.html"),
              HasSubstr("<strong>By plugins:</strong> 1 exam analysed with level_set 1.0.0, &lt;odd&gt; 2.0.0. "));
  writeSummary(catalogue, folder.path());
  EXPECT_THAT(test::textOf(folder.path() / "summary.html"), HasSubstr("1 exam analysed with level_set 1.0.0, &lt;odd"));
}

TEST(Worklist, ManyExamsComeInPiecesNamedAfterTheirContent) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  test::fill(catalogue, {.exams = 4500, .failed = 700});
  writeWorklist(catalogue, folder.path());
  const std::string page = test::textOf(folder.path() / "worklist.html");
  EXPECT_LT(page.size(), 1'200'000U);
  const json data = dataOf(page);
  for (const char* kind : {"data", "failed"}) {
    std::size_t rows = data[kind]["rows"].size();
    for (const json& piece : data[kind]["pieces"]) {
      const json found = rowsOf(folder.path() / piece[0].get<std::string>());
      EXPECT_EQ(found.size(), piece[1]);
      rows += found.size();
    }
    EXPECT_EQ(data[kind]["total"], rows);
    EXPECT_FALSE(data[kind]["pieces"].empty());
  }
  // Again the same; and what another page needed is gone when it is.
  const auto before = piecesIn(folder.path());
  writeWorklist(catalogue, folder.path());
  EXPECT_EQ(test::textOf(folder.path() / "worklist.html"), page);
  EXPECT_EQ(piecesIn(folder.path()), before);
  catalogue.database().run("UPDATE hips SET confidence = confidence / 2");
  writeWorklist(catalogue, folder.path());
  const auto after = piecesIn(folder.path());
  EXPECT_EQ(after.size(), before.size());
  EXPECT_NE(after, before);
}

TEST(Worklist, TextsFromFilesCannotBecomeMarkup) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  const std::string evil = "/a/</script><script>alert(1)</script>\"'<!--<img src=x onerror=alert(2)>&\xFF\x01{{rows}}";
  test::addExam(catalogue, evil, "class, severity, confidence, subtype",
                "'partial_thickness', 3, 0.8, '</td><b onclick=x>'");
  Statement input(catalogue.database(), "INSERT INTO inputs(path, state, problem, remedy, scan) VALUES(?,?,?,?,1)");
  input.bind(1, evil).bind(2, "failed").bind(3, evil).bind(4, evil).run();
  input.bind(1, evil + "2").bind(2, "skipped").bind(3, evil).bind(4, evil).run();
  catalogue.database().run("INSERT INTO runs(started, outcome, version, settings, criteria, command_line, jobs) "
                           "VALUES('<i>', '<b>', '', '', '', '', 1)");
  writeWorklist(catalogue, folder.path());
  const std::string page = test::textOf(folder.path() / "worklist.html");
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, Not(HasSubstr("<!--")));
  EXPECT_THAT(page, Not(HasSubstr("<b onclick")));
  EXPECT_THAT(page, Not(HasSubstr("<i>")));
  EXPECT_THAT(page, Not(HasSubstr("\xFF")));
  EXPECT_THAT(page, Not(HasSubstr("\x01")));
  const json data = dataOf(page);
  EXPECT_THAT(data["data"]["rows"][0][13].get<std::string>(), HasSubstr("</script><script>alert(1)</script>\"'"));
  EXPECT_THAT(data["failed"]["rows"][0][1].get<std::string>(), HasSubstr("&\xEF\xBF\xBD\xEF\xBF\xBD{{rows}}"));
}

TEST(Worklist, LoadsNothingFromElsewhere) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  test::fill(catalogue, {.exams = 20});
  writeWorklist(catalogue, folder.path());
  const std::string page = test::textOf(folder.path() / "worklist.html");
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("unsafe-inline")));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
  EXPECT_THAT(page, HasSubstr("not a medical device"));
}

TEST(Worklist, WithoutScriptsTheFirstRowsStandThere) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  test::fill(catalogue, {.exams = 400});
  writeWorklist(catalogue, folder.path());
  const std::string page = test::textOf(folder.path() / "worklist.html");
  const std::string plain = page.substr(page.find("<noscript>"), page.find("</noscript>") - page.find("<noscript>"));
  std::size_t rows = 0;
  for (std::size_t at = plain.find("<tr><td>"); at != std::string::npos; at = plain.find("<tr><td>", at + 1))
    ++rows;
  EXPECT_EQ(rows, 200U);
  EXPECT_THAT(plain, HasSubstr("The 200 most severe of "));
  EXPECT_THAT(plain, HasSubstr("full-thickness tear"));
  EXPECT_THAT(plain, HasSubstr("href=\"studies/"));
}

TEST(Worklist, SaysWhatIsNotDoneYet) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  test::fill(catalogue, {.exams = 3});
  catalogue.database().run(
      "INSERT INTO exams(key, name, state) VALUES('w', 'exam-0', 'waiting');"
      "INSERT INTO exams(key, name, state, error) VALUES('/f', 'exam-1', 'failed', 'out of disk')");
  writeWorklist(catalogue, folder.path());
  const std::string page = test::textOf(folder.path() / "worklist.html");
  EXPECT_THAT(page, HasSubstr("1 exam is still to be analysed"));
  EXPECT_THAT(page, HasSubstr("1 exam gave no result"));
  EXPECT_EQ(dataOf(page)["failed"]["rows"][0], json({"/f", "out of disk", nullptr, nullptr}));
}

TEST(Worklist, AFolderThatCannotBeWrittenIsSaid) {
  const test::TemporaryFolder folder;
  Catalogue catalogue(folder.path(), writing);
  EXPECT_THROW(writeWorklist(catalogue, folder.path() / "missing"), OutputError);
}

/// To look at: HIPCUFF_WORKLIST_SAMPLE=FOLDER HIPCUFF_WORKLIST_EXAMS=10000.
TEST(Worklist, SampleToLookAt) {
  const char* out = std::getenv("HIPCUFF_WORKLIST_SAMPLE");
  if (!out)
    GTEST_SKIP() << "set HIPCUFF_WORKLIST_SAMPLE=FOLDER and HIPCUFF_WORKLIST_EXAMS=N to write a worklist there";
  const char* exams = std::getenv("HIPCUFF_WORKLIST_EXAMS");
  const int n = exams ? std::atoi(exams) : 12;
  fs::remove(fs::path(out) / "catalogue.sqlite");
  fs::create_directories(out);
  Catalogue catalogue(out, writing);
  test::fill(catalogue, {.exams = n, .failed = n / 40, .skipped = n / 8});
  writeWorklist(catalogue, out);
  writeSummary(catalogue, out);
  test::writeThumbnails(catalogue, out, 50);
}

} // namespace
} // namespace hipcuff::batch
