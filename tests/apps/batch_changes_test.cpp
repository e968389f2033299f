// hipcuff batch over inputs that change, in parts, and with a catalogue that is damaged.
#include "batch_fixture.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Inputs of its own, which a test may change.
class BatchChanges : public Batch {
protected:
  void SetUp() override {
    fs::copy(*shared / "in", in, fs::copy_options::recursive);
    fs::remove(in / "broken.dcm");
    ASSERT_EQ(again({}).code, 0);
  }
  Ran again(std::vector<std::string> more) {
    std::vector<std::string> all{"batch", in.string(), "--out", out.string()};
    all.insert(all.end(), more.begin(), more.end());
    return hipcuff(all, fixedTime);
  }
  /// The pictures of the exam in the folder, the first of them in order.
  std::vector<fs::path> picturesOf(const std::string& hip) const {
    std::vector<fs::path> all;
    for (const auto& entry : fs::directory_iterator(in / hip))
      if (entry.path().extension() == ".dcm")
        all.push_back(entry.path());
    std::sort(all.begin(), all.end());
    return all;
  }
  std::string firstHip() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(in))
      if (entry.is_directory())
        names.push_back(entry.path().filename());
    return *std::min_element(names.begin(), names.end());
  }
  TemporaryFolder mine;
  fs::path in = mine / "in";
  fs::path out = mine / "out";
};

TEST_F(BatchChanges, ChangedInputIsDoneAgainAndATouchedOneIsNot) {
  const Tree before = treeOf(out);
  const fs::path picture = picturesOf(firstHip()).front();
  fs::last_write_time(picture, fs::file_time_type::clock::now());
  EXPECT_THAT(again({"--resume"}).err, HasSubstr("Analysed 0 exams (12 were done before)"));
  EXPECT_THAT(differences(before, treeOf(out)), IsEmpty());

  // A pixel of it; the size stays.
  {
    std::fstream file(picture, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-2000, std::ios::end);
    file.put('\x7f');
  }
  EXPECT_THAT(again({"--resume"}).err, HasSubstr("Analysed 1 exam (11 were done before)"));
}

TEST_F(BatchChanges, AddedAndRemovedInputs) {
  const std::string hip = firstHip();
  const fs::path last = picturesOf(hip).back();
  const fs::path aside = mine / "aside.dcm";
  fs::rename(last, aside);
  const Ran gone = again({"--resume"});
  EXPECT_THAT(gone.err, HasSubstr("1 inputs of earlier runs are no longer there"));
  EXPECT_THAT(gone.err, HasSubstr("Analysed 0 exams"));
  fs::rename(aside, last);
  EXPECT_THAT(again({"--resume"}).err, HasSubstr("Analysed 0 exams (12"));

  // The same exam with one picture fewer from the beginning, and then with it: as if it had always been there.
  fs::rename(last, aside);
  fs::remove_all(out);
  ASSERT_EQ(again({}).code, 0);
  fs::rename(aside, last);
  EXPECT_THAT(again({"--resume"}).err, HasSubstr("Analysed 1 exam (11"));
}

TEST_F(BatchChanges, ACopyIsSkippedWhereverItLies) {
  const fs::path picture = picturesOf(firstHip()).front();
  fs::copy(picture, in / "zz-copy.dcm");
  const Ran ran = again({"--resume", "--verbose"});
  EXPECT_THAT(ran.err, HasSubstr("same SOP instance as " + picture.string()));
  EXPECT_THAT(ran.err, HasSubstr("Analysed 0 exams"));
}

TEST_F(BatchChanges, WhatAPersonSavedStaysWithItsExam) {
  const fs::path exam = examFolders(out).front();
  writeFile(exam / "reviewed/results.json", "a person's work");
  EXPECT_THAT(again({"--resume", "--frames", "1"}).err, HasSubstr("Analysed 12 exams"));
  EXPECT_EQ(readFile(exam / "reviewed/results.json"), "a person's work");
  // Killed while the folders were exchanged: the old one with the review lies in the work folder.
  fs::create_directories(out / "work" / exam.filename());
  fs::rename(exam / "reviewed", out / "work" / exam.filename() / "reviewed");
  (void)again({"--resume", "--frames", "1"});
  EXPECT_EQ(readFile(exam / "reviewed/results.json"), "a person's work");
  EXPECT_FALSE(fs::exists(out / "work"));
}

// People keep results beside pictures, or in the very folder.
TEST_F(BatchChanges, ItsOwnFilesAreNoInputs) {
  out = in;
  writeFile(out / ".hips.csv.77-123.tmp", "torn"); // of a run that was killed
  ASSERT_EQ(again({}).code, 0);
  EXPECT_FALSE(fs::exists(out / ".hips.csv.77-123.tmp"));
  const Ran ran = again({"--resume", "--verbose"});
  EXPECT_THAT(ran.err, HasSubstr("Analysed 0 exams (12 were done before)"));
  EXPECT_THAT(ran.errLinesWith("studies"), IsEmpty());
  EXPECT_THAT(ran.errLinesWith("catalogue"), IsEmpty());
}

TEST_F(BatchChanges, WhatFailedIsSaidAgain) {
  writeFile(in / "torn.dcm", readFile(picturesOf(firstHip()).front()).substr(0, 5000));
  EXPECT_EQ(again({"--resume"}).code, 3);
  const Ran ran = again({"--resume"});
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("1 input failed"));
}

TEST_F(BatchChanges, DeletedResultsAreMadeAgain) {
  const Tree before = treeOf(out);
  fs::remove_all(examFolders(out).front());
  EXPECT_THAT(again({"--resume"}).err, HasSubstr("Analysed 1 exam (11"));
  EXPECT_THAT(differences(before, treeOf(out)), IsEmpty());
}

TEST_F(BatchChanges, DamagedCatalogueIsMadeAnewWithoutAnalysing) {
  const Tree before = treeOf(out);
  const fs::path catalogue = out / "catalogue.sqlite";
  const auto middle = static_cast<std::streamoff>(fs::file_size(catalogue) / 2);
  {
    std::fstream file(catalogue, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(middle);
    file << std::string(20000, '\x11');
  }
  const Ran ran = again({"--resume"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("The catalogue was damaged"));
  EXPECT_THAT(ran.err, HasSubstr("Analysed 0 exams (12 were done before)"));
  EXPECT_TRUE(fs::exists(out / "catalogue.damaged-1.sqlite"));
  EXPECT_THAT(differences(before, treeOf(out)), IsEmpty());
  // Lost altogether.
  fs::remove(catalogue);
  EXPECT_THAT(again({"--resume"}).err, HasSubstr("Analysed 0 exams (12 were done before)"));
  EXPECT_THAT(differences(before, treeOf(out)), IsEmpty());
}

TEST_F(BatchChanges, DiskFullIsSaidAndLosesNothing) {
  fs::remove_all(out);
  // No file may grow beyond some blocks: the pictures' reports do.
  const Ran full = runProgram({"bash", "-c", "ulimit -f 40; trap '' XFSZ; exec \"$@\"", "bash",
                               std::string(HIPCUFF_BIN_DIR) + "/hipcuff", "batch", in.string(), "--out", out.string()},
                              fixedTime);
  EXPECT_EQ(full.code, 1) << full.err;
  EXPECT_THAT(full.errLinesWith("free some space"), SizeIs(1)) << full.err;
  const Ran ran = again({"--resume"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  fs::path other = mine / "other";
  std::swap(out, other);
  ASSERT_EQ(again({}).code, 0);
  EXPECT_THAT(differences(treeOf(out), treeOf(other)), IsEmpty());
}

TEST_F(BatchChanges, FilterTakesSomeOfTheInputs) {
  fs::remove_all(out);
  ASSERT_EQ(again({"--filter", "view = short"}).code, 0);
  for (const fs::path& exam : examFolders(out))
    for (const json& image : json::parse(readFile(exam / "exam.json")).at("images"))
      EXPECT_EQ(image.at("view"), "short");
  // Without it all are taken, and each exam that has more is done again.
  EXPECT_THAT(again({"--resume"}).err, HasSubstr("Analysed 12 exams"));
  EXPECT_EQ(again({"--resume", "--filter", "vieww = short"}).code, 2);
}

TEST_F(BatchChanges, ShardsTogetherAreTheWhole) {
  const Tree before = treeOf(out);
  const fs::path parts = mine / "parts";
  for (int i = 1; i <= 3; ++i) {
    const Ran ran =
        hipcuff({"batch", in.string(), "--out", parts.string(), "--shard", std::to_string(i) + "/3"}, fixedTime);
    EXPECT_EQ(ran.code, 0) << ran.err;
  }
  const Ran merged = hipcuff({"merge", parts.string()}, fixedTime);
  EXPECT_EQ(merged.code, 0) << merged.err;
  Tree tree = treeOf(parts);
  std::erase_if(tree, [](const auto& entry) { return entry.first.starts_with("shards/"); });
  EXPECT_THAT(differences(before, tree), IsEmpty());
}

TEST_F(BatchChanges, ShardsOfOneScanAreTheWholeToo) {
  const fs::path parts = mine / "parts";
  EXPECT_EQ(hipcuff({"batch", in.string(), "--out", parts.string(), "--scan-only"}).code, 0);
  int found = 0;
  for (int i = 1; i <= 2; ++i) {
    const Ran ran =
        hipcuff({"batch", "--out", parts.string(), "--shard", std::to_string(i) + "/2", "--use-scan"}, fixedTime);
    EXPECT_EQ(ran.code, 0) << ran.err;
  }
  Tree tree = treeOf(parts);
  for (const auto& [name, bytes] : treeOf(out))
    if (name.starts_with("studies/")) {
      found += name.ends_with("exam.json") ? 1 : 0;
      EXPECT_EQ(tree[name], bytes) << name;
    }
  EXPECT_EQ(found, exams);
}

TEST_F(BatchChanges, LittleMemoryGivesTheSame) {
  const Tree before = treeOf(out);
  fs::remove_all(out);
  EXPECT_EQ(again({"--limit-memory", "64M", "--jobs", "4"}).code, 0);
  EXPECT_THAT(differences(before, treeOf(out)), IsEmpty());
  EXPECT_EQ(again({"--resume", "--limit-memory", "many"}).code, 2);
}

TEST_F(BatchChanges, WithoutPicturesNoPixelIsWritten) {
  fs::remove_all(out);
  EXPECT_EQ(again({"--no-pictures"}).code, 0);
  for (const auto& [name, bytes] : treeOf(out)) {
    EXPECT_EQ(name.find("pictures/"), std::string::npos) << name;
    EXPECT_FALSE(name.ends_with(".jpg")) << name;
    EXPECT_EQ(bytes.find("data:image/"), std::string::npos) << name;
  }
}

} // namespace
} // namespace hipcuff::test
