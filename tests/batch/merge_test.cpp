#include "hipcuff/batch/merge.h"

#include "exam_record.h"
#include "folder_lock.h"
#include "schema.h"
#include "sqlite.h"
#include "store.h"
#include "temporary_folder.h"

#include "hipcuff/batch/batch.h"
#include "hipcuff/batch/catalogue.h"
#include "hipcuff/core/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace hipcuff::batch {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class Listener : public MergeObserver {
public:
  void source(const fs::path&, std::int64_t) override {}
  void advance() override { ++exams; }
  void differing(const std::string& line) override { differences.push_back(line); }
  void problem(const std::string& line) override { problems.push_back(line); }
  void writing() override {}
  [[nodiscard]] bool stopRequested() const override { return exams >= stopAfter; }
  int exams = 0;
  int stopAfter = 1000000;
  std::vector<std::string> differences, problems;
};

std::string textOf(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// An exam with two inputs, its images and one hip; other `variant`s are other results.
ExamRecord makeExam(int number, const std::string& finished = "2026-01-01T00:00:00Z",
                    const std::string& variant = "s1") {
  ExamRecord exam;
  exam.key = "1.2." + std::to_string(number);
  exam.name = examName(exam.key);
  exam.studyInstanceUid = exam.key;
  exam.studyDate = "20250101";
  exam.settings = variant;
  exam.version = "0.1.0";
  exam.criteria = "hipcuff 2.0";
  exam.finished = finished;
  for (int i = 0; i < 2; ++i) {
    InputRecord input;
    input.path = "/in/" + std::to_string(number) + "/" + std::to_string(i) + ".dcm";
    input.size = 100 + i;
    input.modified = 5;
    input.sha256 = std::string(64, static_cast<char>('a' + number % 6));
    input.frames = 1;
    input.state = InputState::done;
    exam.inputs.push_back(input);
    ImageRecord image;
    image.path = input.path;
    image.image = "img-" + std::to_string(number) + "-" + std::to_string(i);
    image.frames = 1;
    image.gradable = true;
    image.grade = "normal";
    image.severity = 1;
    image.thicknessMeanMm = 4.5 + i;
    exam.images.push_back(image);
  }
  HipRecord hip;
  hip.side = "L";
  hip.grade = variant == "s1" ? "normal" : "tendinosis";
  hip.severity = variant == "s1" ? 1 : 2;
  hip.confidence = 0.5;
  hip.images = 2;
  exam.hips.push_back(hip);
  return exam;
}

BatchOptions optionsFor(Shard shard) {
  BatchOptions options;
  options.shard = shard;
  options.commandLine = "hipcuff batch in --out out";
  return options;
}

/// What a batch leaves: catalogue in `home`, exams' folders in `out`.
void writeBatch(const fs::path& out, const fs::path& home, const std::vector<ExamRecord>& exams, Shard shard = {},
                const std::string& outcome = "finished") {
  fs::create_directories(home);
  Catalogue catalogue(home, Catalogue::Access::readWrite);
  Store store(catalogue);
  const std::int64_t run = store.beginRun(optionsFor(shard), "s1");
  for (const ExamRecord& exam : exams) {
    const std::int64_t id = store.exam(exam.key, exam.studyInstanceUid, exam.folder, exam.studyDate);
    for (InputRecord input : exam.inputs) {
      input.exam = id;
      store.putInput(input, run);
    }
    store.putResult(exam, run);
    const fs::path folder = out / examFolder(exam.name);
    fs::create_directories(folder / "reviewed");
    std::ofstream(folder / "exam.json") << toJson(exam);
    std::ofstream(folder / "results.json") << "{} " << exam.settings << exam.finished;
    std::ofstream(folder / "reviewed/results.json") << "reviewed";
  }
  InputRecord text;
  text.path = "/in/readme-" + std::to_string(shard.index) + ".txt";
  text.state = InputState::skipped;
  text.problem = "is a text file";
  store.putInput(text, run);
  if (outcome != "running")
    store.endRun(run, outcome, 1, {});
  store.commit();
}

/// All that the catalogue holds, without ids.
std::string dumpOf(const fs::path& folder) {
  Catalogue catalogue(folder, Catalogue::Access::readOnly);
  std::string all;
  for (const char* sql :
       {"SELECT key, name, study_instance_uid, study_date, state, inputs, frames, fingerprint, settings, version, "
        "finished, class, severity, confidence, images, gradable_images FROM exams ORDER BY key",
        "SELECT e.key, h.side, h.class, h.severity, h.confidence, h.images FROM hips h JOIN exams e ON e.id = h.exam "
        "ORDER BY 1, 2",
        "SELECT e.key, i.path, i.image, i.class, i.thickness_mean_mm, n.path FROM images i JOIN exams e ON e.id = "
        "i.exam "
        "LEFT JOIN inputs n ON n.id = i.input ORDER BY 1, 2",
        "SELECT n.path, e.key, n.size, n.modified, n.sha256, n.state, n.problem, r.started IS NULL FROM inputs n LEFT "
        "JOIN "
        "exams e ON e.id = n.exam LEFT JOIN runs r ON r.id = n.scan ORDER BY 1"}) {
    Statement rows(catalogue.database(), sql);
    while (rows.step()) {
      for (int i = 0; i < rows.columns(); ++i)
        all += rows.text(i) + "|";
      all += "\n";
    }
  }
  return all;
}

std::int64_t number(const fs::path& folder, const std::string& sql) {
  Catalogue catalogue(folder, Catalogue::Access::readOnly);
  Statement statement(catalogue.database(), sql);
  return statement.step() ? statement.integer(0) : -1;
}

class MergeTest : public testing::Test {
protected:
  test::TemporaryFolder own;
  const fs::path folder = own.path();

  /// The exams in four shards, each filled in another order than the whole.
  void writeShards(const fs::path& out, const std::vector<ExamRecord>& exams) {
    for (int i = 1; i <= 4; ++i) {
      const Shard shard{i, 4};
      std::vector<ExamRecord> part;
      std::copy_if(exams.rbegin(), exams.rend(), std::back_inserter(part),
                   [&](const ExamRecord& exam) { return shard.has(exam.key); });
      writeBatch(out, shardFolder(out, i), part, shard);
    }
  }
  static fs::path shardFolder(const fs::path& out, int index, int count = 4) {
    return out / "shards" / (std::to_string(index) + "-of-" + std::to_string(count));
  }
  static std::vector<ExamRecord> exams(int count) {
    std::vector<ExamRecord> all;
    for (int i = 0; i < count; ++i)
      all.push_back(makeExam(i));
    return all;
  }
};

TEST_F(MergeTest, ShardsMakeWhatOneRunMakes) {
  const auto all = exams(40);
  writeBatch(folder / "whole", folder / "whole", all);
  writeShards(folder / "parts", all);
  // The one that belongs to no exam stands in each shard once.
  {
    Catalogue whole(folder / "whole", Catalogue::Access::readWrite);
    for (int i = 2; i <= 4; ++i)
      whole.database().run(
          "INSERT INTO inputs(path, size, modified, rows, columns, frames, state, problem, scan) VALUES('/in/readme-" +
          std::to_string(i) + ".txt', 0, 0, 0, 0, 0, 'skipped', 'is a text file', 1)");
  }
  Listener listener;
  const MergeReport report = mergeCatalogues({.out = folder / "parts", .sources = {}}, listener);
  EXPECT_EQ(report.counts.added, 40);
  EXPECT_EQ(report.counts.sources, 4);
  EXPECT_THAT(listener.problems, IsEmpty());
  EXPECT_EQ(dumpOf(folder / "parts"), dumpOf(folder / "whole"));
  EXPECT_EQ(number(folder / "parts", "SELECT count(*) FROM runs"), 4);
  EXPECT_EQ(number(folder / "parts", "SELECT count(DISTINCT scan) FROM inputs"), 4);
  EXPECT_TRUE(fs::exists(folder / "parts/worklist.html"));

  // Once more: nothing happens, and nothing is doubled.
  const std::string before = dumpOf(folder / "parts"), index = textOf(folder / "parts/index.json");
  Listener again;
  const MergeReport second = mergeCatalogues({.out = folder / "parts", .sources = {}}, again);
  EXPECT_EQ(second.counts.added + second.counts.renewed, 0);
  EXPECT_EQ(second.counts.kept, 40);
  EXPECT_EQ(dumpOf(folder / "parts"), before);
  EXPECT_EQ(textOf(folder / "parts/index.json"), index);
  EXPECT_EQ(number(folder / "parts", "SELECT count(*) FROM runs"), 4);
  EXPECT_EQ(number(folder / "parts", "SELECT count(*) FROM images"), 80);
}

TEST_F(MergeTest, LooksTheSameWhateverTheOrderOfTheSources) {
  writeBatch(folder / "a", folder / "a", {makeExam(1), makeExam(5)});
  writeBatch(folder / "b", folder / "b", {makeExam(3), makeExam(2)});
  Listener listener;
  (void)mergeCatalogues({.out = folder / "ab", .sources = {folder / "a", folder / "b"}}, listener);
  (void)mergeCatalogues({.out = folder / "ba", .sources = {folder / "b", folder / "a"}}, listener);
  for (const char* name : {"index.json", "hips.csv", "problems.csv", "worklist.html"})
    EXPECT_EQ(textOf(folder / "ab" / name), textOf(folder / "ba" / name)) << name;
  EXPECT_EQ(dumpOf(folder / "ab"), dumpOf(folder / "ba"));
}

TEST_F(MergeTest, AScanUnderneathIsFilled) {
  const auto all = exams(6);
  {
    fs::create_directories(folder / "out");
    Catalogue scan(folder / "out", Catalogue::Access::readWrite);
    Store store(scan);
    for (const ExamRecord& exam : all) {
      const std::int64_t id = store.exam(exam.key, exam.studyInstanceUid, {}, exam.studyDate);
      for (InputRecord input : exam.inputs) {
        input.exam = id;
        input.state = InputState::waiting;
        input.sha256.clear();
        store.putInput(input, 1);
      }
    }
  }
  writeShards(folder / "out", all);
  Listener listener;
  const MergeReport report = mergeCatalogues({.out = folder / "out", .sources = {}}, listener);
  EXPECT_EQ(report.counts.renewed, 6);
  EXPECT_EQ(number(folder / "out", "SELECT count(*) FROM exams WHERE state = 'done'"), 6);
  EXPECT_EQ(number(folder / "out", "SELECT count(*) FROM inputs WHERE state = 'done' AND sha256 IS NOT NULL"), 12);
}

TEST_F(MergeTest, FoldersAreLinkedAndReviewsCopied) {
  writeBatch(folder / "a", folder / "a", {makeExam(1)});
  writeBatch(folder / "b", folder / "b", {makeExam(2)});
  Listener listener;
  (void)mergeCatalogues({.out = folder / "all", .sources = {folder / "a", folder / "b"}}, listener);
  const fs::path exam = folder / "all" / examFolder(makeExam(1).name);
  EXPECT_EQ(fs::hard_link_count(exam / "results.json"), 2u);
  EXPECT_EQ(fs::hard_link_count(exam / "reviewed/results.json"), 1u) << "two batches must not write into one file";
  EXPECT_EQ(textOf(exam / "reviewed/results.json"), "reviewed");

  (void)mergeCatalogues({.out = folder / "moved", .sources = {folder / "a"}, .move = true}, listener);
  EXPECT_FALSE(fs::exists(folder / "a" / examFolder(makeExam(1).name)));
  EXPECT_TRUE(fs::exists(folder / "moved" / examFolder(makeExam(1).name) / "exam.json"));
  // Again, although the folder is no longer where it was.
  const MergeReport again =
      mergeCatalogues({.out = folder / "moved", .sources = {folder / "a"}, .move = true}, listener);
  EXPECT_EQ(again.counts.kept, 1);
  EXPECT_THAT(listener.problems, IsEmpty());
}

TEST_F(MergeTest, OfTwoResultsTheLaterOneIsTakenAndTheOtherKept) {
  writeBatch(folder / "old", folder / "old", {makeExam(1, "2026-01-01T00:00:00Z", "s1"), makeExam(2)});
  writeBatch(folder / "new", folder / "new",
             {makeExam(1, "2026-02-01T00:00:00Z", "s2"), makeExam(2, "2026-03-01T00:00:00Z")});
  const fs::path exam = examFolder(makeExam(1).name);
  for (const bool newFirst : {false, true}) {
    const fs::path out = folder / (newFirst ? "out1" : "out2");
    Listener listener;
    const MergeReport report = mergeCatalogues(
        {.out = out, .sources = {folder / (newFirst ? "new" : "old"), folder / (newFirst ? "old" : "new")}}, listener);
    EXPECT_EQ(report.counts.differing, 1) << "the other exam's two results are the same";
    ASSERT_THAT(listener.differences, SizeIs(1));
    EXPECT_THAT(listener.differences[0], HasSubstr("taken: finished 2026-02-01T00:00:00Z"));
    EXPECT_THAT(listener.differences[0], HasSubstr("other: finished 2026-01-01T00:00:00Z"));
    EXPECT_EQ(number(out, "SELECT hips.severity FROM hips JOIN exams ON exams.id = exam WHERE key = '1.2.1'"), 2);
    EXPECT_EQ(number(out, "SELECT count(*) FROM images"), 4);
    EXPECT_THAT(textOf(out / exam / "results.json"), HasSubstr("s2"));
    EXPECT_EQ(fs::exists(out / "superseded" / exam.filename()), !newFirst);
  }
  EXPECT_THAT(textOf(folder / "out2/superseded" / exam.filename() / "results.json"), HasSubstr("s1"));
  EXPECT_THAT(textOf(folder / "old" / exam / "results.json"), HasSubstr("s1")) << "sources are left as they are";
}

TEST_F(MergeTest, AResultGoesBeforeAFailure) {
  ExamRecord failed = makeExam(1, "2026-09-01T00:00:00Z");
  failed.images.clear();
  failed.hips.clear();
  failed.error = "cannot be decoded";
  writeBatch(folder / "a", folder / "a", {makeExam(1)});
  writeBatch(folder / "b", folder / "b", {failed});
  Listener listener;
  (void)mergeCatalogues({.out = folder / "ab", .sources = {folder / "a", folder / "b"}}, listener);
  (void)mergeCatalogues({.out = folder / "ba", .sources = {folder / "b", folder / "a"}}, listener);
  for (const char* name : {"ab", "ba"}) {
    EXPECT_EQ(number(folder / name, "SELECT count(*) FROM exams WHERE state = 'done'"), 1);
    EXPECT_EQ(number(folder / name, "SELECT count(*) FROM images"), 2);
    EXPECT_EQ(number(folder / name, "SELECT count(*) FROM inputs WHERE state = 'done'"), 2);
  }
  EXPECT_THAT(listener.differences, IsEmpty());
}

TEST_F(MergeTest, NewerVersionsAreRefusedBeforeAnythingIsWritten) {
  writeBatch(folder / "a", folder / "a", {makeExam(1)});
  writeBatch(folder / "b", folder / "b", {makeExam(2)});
  {
    Database database(folder / "b/catalogue.sqlite", Database::Access::readWrite);
    database.run("PRAGMA user_version = " + std::to_string(schemaVersion + 1));
  }
  Listener listener;
  EXPECT_THROW((void)mergeCatalogues({.out = folder / "out", .sources = {folder / "a", folder / "b"}}, listener),
               InputError);
  EXPECT_FALSE(fs::exists(folder / "out"));
}

TEST_F(MergeTest, WhatCannotBeTakenIsTold) {
  writeBatch(folder / "a", folder / "a", {makeExam(1), makeExam(2)});
  fs::remove_all(folder / "a" / examFolder(makeExam(1).name));
  Listener listener;
  const MergeReport report = mergeCatalogues({.out = folder / "out", .sources = {folder / "a"}}, listener);
  EXPECT_EQ(report.counts.problems, 1);
  ASSERT_THAT(listener.problems, SizeIs(1));
  EXPECT_THAT(listener.problems[0], HasSubstr(makeExam(1).name));
  EXPECT_EQ(number(folder / "out", "SELECT count(*) FROM exams"), 1);

  // Another exam of the same name: 48 bits can meet.
  {
    Database database(folder / "out/catalogue.sqlite", Database::Access::readWrite);
    database.run("UPDATE exams SET key = 'another' WHERE key = '1.2.2'");
  }
  EXPECT_EQ(mergeCatalogues({.out = folder / "out", .sources = {folder / "a"}}, listener).counts.problems, 2);
  EXPECT_THAT(listener.problems.back(), HasSubstr("name of another exam"));
}

TEST_F(MergeTest, StoppedOrKilledItCanBeTakenUpAgain) {
  writeBatch(folder / "a", folder / "a", exams(5));
  Listener listener;
  listener.stopAfter = 3;
  EXPECT_TRUE(mergeCatalogues({.out = folder / "out", .sources = {folder / "a"}}, listener).stopped);
  EXPECT_EQ(number(folder / "out", "SELECT count(*) FROM exams"), 0) << "a source is taken whole or not at all";
  const std::string name = makeExam(4).name;
  const fs::path torn = (folder / "out" / examFolder(name)).parent_path() / ("." + name + ".merge");
  fs::create_directories(torn);
  std::ofstream(torn / "half") << "half";
  listener.stopAfter = 1000;
  EXPECT_EQ(mergeCatalogues({.out = folder / "out", .sources = {folder / "a"}}, listener).counts.added, 5);
  EXPECT_FALSE(fs::exists(torn));
  EXPECT_FALSE(fs::exists(folder / "out" / examFolder(name) / "half"));
  EXPECT_FALSE(fs::exists(folder / "out/superseded"));
}

TEST_F(MergeTest, OneMergeAtATime) {
  writeBatch(folder / "a", folder / "a", exams(1));
  fs::create_directories(folder / "out");
  const FolderLock lock(folder / "out");
  Listener listener;
  EXPECT_THROW((void)mergeCatalogues({.out = folder / "out", .sources = {folder / "a"}}, listener), OutputError);
}

TEST_F(MergeTest, ADamagedShardIsToldAndTheOthersJoined) {
  writeShards(folder, exams(60));
  const fs::path file = shardFolder(folder, 2) / "catalogue.sqlite";
  fs::resize_file(file, fs::file_size(file) / 2);
  const auto lost = lostShards(shardStates(folder));
  ASSERT_THAT(lost, SizeIs(1));
  EXPECT_EQ(lost[0].index, 2);
  EXPECT_EQ(lost[0].kind, ShardState::Kind::damaged);
  Listener listener;
  const MergeReport report = mergeCatalogues({.out = folder, .sources = {}}, listener);
  EXPECT_EQ(report.counts.sources, 3);
  EXPECT_GT(number(folder, "SELECT count(*) FROM exams"), 30);
}

TEST_F(MergeTest, TellsHowShardsStand) {
  using Kind = ShardState::Kind;
  const auto kinds = [&](std::optional<int> expected = {}) {
    std::vector<Kind> list;
    for (const ShardState& state : shardStates(folder, expected))
      list.push_back(state.kind);
    return list;
  };
  EXPECT_THAT(kinds(), IsEmpty());
  writeBatch(folder, shardFolder(folder, 1), {makeExam(1)}, {1, 4});
  writeBatch(folder, shardFolder(folder, 2), {}, {2, 4}, "running");
  writeBatch(folder, shardFolder(folder, 3), {}, {3, 4}, "stopped");
  EXPECT_THAT(kinds(), ElementsAre(Kind::finished, Kind::killed, Kind::stopped, Kind::missing));
  {
    const FolderLock atWork(shardFolder(folder, 2));
    EXPECT_THAT(kinds(), ElementsAre(Kind::finished, Kind::atWork, Kind::stopped, Kind::missing));
  }
  // Killed while it was making its catalogue.
  fs::create_directories(shardFolder(folder, 4));
  std::ofstream(shardFolder(folder, 4) / "catalogue.sqlite").flush();
  EXPECT_EQ(kinds()[3], Kind::killed);
  {
    Database blank(shardFolder(folder, 4) / "catalogue.sqlite", Database::Access::readWrite);
    blank.run("PRAGMA journal_mode = WAL");
    EXPECT_EQ(kinds()[3], Kind::killed);
  }
  fs::remove_all(shardFolder(folder, 4));
  EXPECT_THAT(kinds(5), ElementsAre(Kind::missing, Kind::missing, Kind::missing, Kind::missing, Kind::missing));
  EXPECT_THAT(lostShards(shardStates(folder)), SizeIs(3));
  // Divided in another way later on, and that one is whole.
  writeBatch(folder, shardFolder(folder, 1, 1), {makeExam(1)}, {1, 1});
  EXPECT_THAT(lostShards(shardStates(folder)), IsEmpty());
  {
    Catalogue catalogue(shardFolder(folder, 1, 1), Catalogue::Access::readWrite);
    catalogue.database().run("UPDATE exams SET state = 'waiting'");
  }
  EXPECT_THAT(lostShards(shardStates(folder)), SizeIs(4)) << "an exam was asked for again";
}

} // namespace
} // namespace hipcuff::batch
