// hipcuff batch: whole runs, killed ones, parts, damage.
#include "batch_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <csignal>
#include <random>
#include <sstream>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(Batch, WritesEachExamAndWhatStandsOverThem) {
  const fs::path out = *shared / "whole";
  const json index = json::parse(readFile(out / "index.json"));
  EXPECT_EQ(index.at("schema"), "hipcuff.batch/1");
  ASSERT_EQ(index.at("exams").size(), static_cast<std::size_t>(exams));
  std::size_t images = 0;
  for (const json& exam : index.at("exams")) {
    const json results = json::parse(readFile(out / exam.at("results").get<std::string>()));
    EXPECT_EQ(results.at("schema"), "hipcuff.results/1");
    EXPECT_EQ(results.at("studies").at(0).at("study_instance_uid"), exam.at("study_instance_uid"));
    images += results.at("studies").at(0).at("images").size();
  }
  EXPECT_EQ(std::count(whole->at("results.csv").begin(), whole->at("results.csv").end(), '\n'),
            static_cast<std::ptrdiff_t>(images) + 1);
  EXPECT_THAT(whole->at("problems.csv"), HasSubstr("broken.dcm"));
  EXPECT_THAT(readFile(out / "worklist.html"), HasSubstr("not a medical device"));
  EXPECT_FALSE(fs::exists(out / "work"));
}

// The masks' way in results.csv holds from the batch's folder.
TEST_F(Batch, TheTableLeadsToTheMasks) {
  std::istringstream lines(whole->at("results.csv"));
  std::string line;
  std::getline(lines, line);
  int masks = 0;
  while (std::getline(lines, line)) {
    const auto at = line.find("studies/");
    if (at == std::string::npos)
      continue;
    ++masks;
    const std::string mask = line.substr(at, line.find(',', at) - at);
    EXPECT_TRUE(fs::exists(fs::path(*shared / "whole") / mask)) << mask;
  }
  EXPECT_GT(masks, exams / 2);
}

TEST_F(Batch, NumberOfJobsDoesNotShow) {
  EXPECT_EQ(batch(folder / "out", {"--jobs", "3"}).code, 3);
  EXPECT_THAT(differences(*whole, treeOf(folder / "out")), IsEmpty());
}

TEST_F(Batch, KilledAnywhereItGoesOnToTheSameResults) {
  std::mt19937 random(5);
  for (int round = 0; round < 6; ++round) {
    const std::string out = folder / ("out" + std::to_string(round));
    // From the first files of the walk to the last exams.
    const auto after = std::chrono::microseconds(30000 + random() % 900000);
    cutOff(words(out, {"--jobs", "2"}), after, SIGKILL);
    const Ran ran = batch(out, {"--resume", "--jobs", "2"});
    EXPECT_EQ(ran.code, 3) << ran.err;
    EXPECT_THAT(differences(*whole, treeOf(out)), IsEmpty()) << "killed after " << after.count() << " us";
    EXPECT_FALSE(fs::exists(fs::path(out) / "work"));
  }
}

TEST_F(Batch, AStopFinishesWhatIsInHandAndResumeDoesTheRest) {
  // Ctrl-C, a scheduler, a terminal that goes away.
  int stopped = 0;
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const std::string out = folder / ("out" + std::to_string(signal));
    const int code = cutOff(words(out, {"--jobs", "1"}), std::chrono::milliseconds(500), signal);
    EXPECT_THAT(code, ::testing::AnyOf(130, 3)) << signal; // 3: it was done already
    stopped += code == 130 ? 1 : 0;
    const Ran ran = batch(out, {"--resume", "--verbose"});
    EXPECT_EQ(ran.code, 3);
    EXPECT_THAT(differences(*whole, treeOf(out)), IsEmpty());
  }
  if (stopped == 0)
    GTEST_SKIP() << "the machine was too fast for this test";
}

TEST_F(Batch, ResumeDoesNothingTwice) {
  const std::string out = folder / "out";
  fs::copy(*shared / "whole", out, fs::copy_options::recursive);
  const auto stamp = fs::last_write_time(examFolders(out).front() / "results.json");
  const Ran ran = batch(out, {"--resume"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("Analysed 0 exams (12 were done before)"));
  EXPECT_EQ(fs::last_write_time(examFolders(out).front() / "results.json"), stamp);
}

TEST_F(Batch, OtherSettingsAreOtherResults) {
  const std::string out = folder / "out";
  fs::copy(*shared / "whole", out, fs::copy_options::recursive);
  EXPECT_THAT(batch(out, {"--resume", "--frames", "2"}).err, HasSubstr("Analysed 12 exams:"));
  EXPECT_THAT(batch(out, {"--resume", "--frames", "2", "--jobs", "1"}).err, HasSubstr("Analysed 0 exams"));
}

TEST_F(Batch, WithoutResumeAnExistingBatchIsLeftAlone) {
  const std::string out = folder / "out";
  fs::copy(*shared / "whole", out, fs::copy_options::recursive);
  const Ran ran = batch(out, {});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--resume"));
  EXPECT_THAT(differences(*whole, treeOf(out)), IsEmpty());
  // Nor is what analyze wrote.
  writeFile(folder / "analysed/results.json", "{}");
  EXPECT_EQ(batch(folder / "analysed", {}).code, 2);
}

TEST_F(Batch, TwoAtOnceInOneFolderDoNotHappen) {
  const std::string out = folder / "out";
  fs::create_directories(out);
  const std::string lock = out + "/.lock";
  const Ran ran = runProgram(
      {"flock", "--exclusive", lock, std::string(HIPCUFF_BIN_DIR) + "/hipcuff", "batch", *shared / "in", "--out", out});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("another batch is at work"));
}

} // namespace
} // namespace hipcuff::test
