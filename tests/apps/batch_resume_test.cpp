// hipcuff batch --resume after whatever may happen between two runs: it ends where one undisturbed run ends.
#include "batch_folders.h"
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Three small exams, one a folder.
class BatchResume : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    made = std::make_unique<TemporaryFolder>();
    const Ran ran = hipcuff({"phantom", "--out", made->path().string(), "--cases", "3", "--seed", "77", "--screen",
                             "400x300", "--frames", "3", "--jpeg", "--quiet"});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  static void TearDownTestSuite() { made.reset(); }

  void SetUp() override {
    for (const auto& entry : fs::recursive_directory_iterator(made->path()))
      if (entry.path().extension() == ".dcm") {
        const fs::path to = in / entry.path().lexically_relative(made->path());
        fs::create_directories(to.parent_path());
        fs::copy_file(entry.path(), to);
        pictures.push_back(to);
      }
    std::sort(pictures.begin(), pictures.end());
    ASSERT_GE(pictures.size(), 6U);
  }
  /// hipcuff batch, ended where it hangs.
  static Ran batch(const fs::path& from, const fs::path& to, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"timeout", "120", std::string(HIPCUFF_BIN_DIR) + "/hipcuff", "batch"};
    if (!from.empty())
      words.push_back(from.string());
    words.insert(words.end(), {"--out", to.string(), "--jobs", "2"});
    words.insert(words.end(), more.begin(), more.end());
    return runProgram(words, fixedTime);
  }
  Ran run(const std::vector<std::string>& more = {}) const { return batch(in, out, more); }
  Ran resume(std::vector<std::string> more = {}) const {
    more.emplace_back("--resume");
    return run(more);
  }
  /// What is left to do after an undisturbed run into another folder: nothing.
  std::vector<std::string> differencesFromOneRun(const std::vector<std::string>& more = {}) const {
    const fs::path whole = mine / "one-run";
    fs::remove_all(whole);
    (void)batch(in, whole, more);
    return differences(treeOf(whole), treeOf(out));
  }
  /// Statements on the batch's catalogue.
  void sql(const std::string& statements) const {
    const Ran ran = runProgram({"/usr/bin/python3", "-c",
                                "import sqlite3, sys\nd = sqlite3.connect(sys.argv[1])\nd.executescript(sys.argv[2])",
                                (out / "catalogue.sqlite").string(), statements});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  fs::path examOf(const fs::path& picture) const {
    for (const fs::path& exam : examFolders(out))
      if (readFile(exam / "exam.json").find(picture.string()) != std::string::npos)
        return exam;
    return {};
  }
  static void replaceAll(const fs::path& file, const std::string& from, const std::string& to) {
    std::string bytes = readFile(file);
    for (std::size_t at = bytes.find(from); at != std::string::npos; at = bytes.find(from, at + to.size()))
      bytes.replace(at, from.size(), to);
    writeFile(file, bytes);
  }

  inline static std::unique_ptr<TemporaryFolder> made;
  TemporaryFolder mine;
  fs::path in = mine / "in";
  fs::path out = mine / "out";
  std::vector<fs::path> pictures;
};

TEST_F(BatchResume, DeletedResultsOfAnExamThatIsLeftOutAreNotWaitedFor) {
  ASSERT_EQ(run().code, 0);
  fs::remove_all(examOf(pictures.front()));
  const Ran ran = resume({"--filter", "not path ~ \"*" + pictures.front().parent_path().filename().string() + "*\""});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("Analysed 0 exams"));
  EXPECT_THAT(resume().err, HasSubstr("Analysed 1 exam ("));
}

TEST_F(BatchResume, WhatCannotBeDecodedFailsEachTimeAndIsTriedAgainOnDemand) {
  const fs::path only = *std::find_if(pictures.begin(), pictures.end(),
                                      [](const fs::path& picture) { return picture.filename() == "long.dcm"; });
  for (const fs::path& picture : pictures)
    if (picture != only)
      fs::remove(picture);
  const std::string good = readFile(only);
  std::string bytes = good;
  for (std::size_t i = bytes.size() - 4000; i < bytes.size() - 200; ++i)
    bytes[i] = static_cast<char>(i * 7919);
  writeFile(only, bytes);
  const Ran first = run();
  EXPECT_EQ(first.code, 1) << first.err; // no input could be processed
  EXPECT_THAT(first.err, HasSubstr("1 input failed"));
  const Ran second = resume();
  EXPECT_EQ(second.code, 1) << second.err;
  EXPECT_THAT(second.err, HasSubstr("Analysed 0 exams: "));
  const Ran third = resume({"--retry-failed"});
  EXPECT_EQ(third.code, 1) << third.err;
  EXPECT_THAT(third.err, HasSubstr("Analysed 1 exam: "));
  writeFile(only, good);
  EXPECT_EQ(resume().code, 0);
  EXPECT_THAT(differencesFromOneRun(), IsEmpty());
}

TEST_F(BatchResume, WhatTheUserSaysOfInputsLaterIsInTheirRecordsToo) {
  ASSERT_EQ(run().code, 0);
  ASSERT_EQ(resume({"--side", "L"}).code, 0);
  EXPECT_THAT(differencesFromOneRun({"--side", "L"}), IsEmpty());
  EXPECT_THAT(resume({"--side", "L"}).err, HasSubstr("Analysed 0 exams (3"));
}

TEST_F(BatchResume, InputsThatComeBackAreTakenInWhereTheResultsAreNotOfThem) {
  ASSERT_EQ(run({"--frames", "1"}).code, 0);
  const fs::path aside = mine / "aside.dcm";
  fs::rename(pictures.back(), aside);
  ASSERT_EQ(resume({"--frames", "2"}).code, 0);
  fs::rename(aside, pictures.back());
  ASSERT_EQ(resume({"--frames", "2"}).code, 0);
  EXPECT_THAT(differencesFromOneRun({"--frames", "2"}), IsEmpty());
  // The same for what a filter left out meanwhile.
  ASSERT_EQ(resume({"--frames", "1", "--filter", "view = long"}).code, 0);
  ASSERT_EQ(resume({"--frames", "1"}).code, 0);
  EXPECT_THAT(differencesFromOneRun({"--frames", "1"}), IsEmpty());
}

TEST_F(BatchResume, CopiesInALaterRunAreSkippedAndTakeThePlaceOfWhatGoes) {
  ASSERT_EQ(run().code, 0);
  const Tree before = treeOf(out);
  const fs::path backup = mine / "backup";
  fs::copy(in, backup, fs::copy_options::recursive);
  fs::create_directory_symlink(in, mine / "link");
  for (const fs::path& other : {backup, fs::path(mine / "link")}) {
    const Ran ran = batch(other, out, {"--resume"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr("Analysed 0 exams (3 were done before)"));
    EXPECT_THAT(ran.err, HasSubstr(std::to_string(pictures.size()) + " inputs skipped"));
  }
  Tree after = treeOf(out);
  std::erase_if(after, [](const auto& entry) { return !entry.first.starts_with("studies/"); });
  for (const auto& [name, bytes] : after)
    EXPECT_EQ(before.at(name), bytes) << name;

  fs::remove_all(pictures.front().parent_path());
  const Ran moved = batch(backup, out, {"--resume"});
  EXPECT_THAT(moved.err, HasSubstr("Analysed 1 exam (2 were done before)"));
  EXPECT_THAT(readFile(examOf(backup / pictures.front().lexically_relative(in)) / "exam.json"),
              ::testing::Not(HasSubstr(pictures.front().string())));
}

// An instance UID that a careless export gave to all exams is no reason to leave exams out; and a copy is told without
// knowing of other exams, which may be on another machine.
TEST_F(BatchResume, AnInstanceInTwoExamsIsNoCopy) {
  ASSERT_EQ(run().code, 0);
  const auto uidOf = [this](const fs::path& picture) {
    const json record = json::parse(readFile(examOf(picture) / "exam.json"));
    for (const json& input : record.at("inputs"))
      if (input.at("path") == picture.string()) {
        std::string uid = input.at("sop_instance_uid");
        return uid.size() % 2 == 0 ? uid : uid + '\0'; // as it is in the file
      }
    return std::string();
  };
  const auto longIn = [this](bool first) {
    return *std::find_if(pictures.begin(), pictures.end(), [&](const fs::path& picture) {
      return picture.filename() == "long.dcm" && (picture.parent_path() == pictures.front().parent_path()) == first;
    });
  };
  const fs::path other = longIn(false);
  const std::string mineUid = uidOf(longIn(true));
  const std::string otherUid = uidOf(other);
  ASSERT_EQ(mineUid.size(), otherUid.size()) << mineUid << ' ' << otherUid;
  replaceAll(other, otherUid, mineUid);
  fs::remove_all(out);
  EXPECT_EQ(run().code, 0);
  std::size_t images = 0;
  for (const fs::path& exam : examFolders(out))
    images += json::parse(readFile(exam / "exam.json")).at("images").size();
  EXPECT_GE(images, pictures.size());
}

TEST_F(BatchResume, ItsOwnFilesAreNoInputsWhateverLinkLeadsToThem) {
  out = in / "out";
  ASSERT_EQ(run().code, 0);
  fs::create_directory_symlink(in, mine / "link");
  const Ran ran = batch(in, fs::path(mine / "link") / "out", {"--resume", "--verbose"});
  EXPECT_THAT(ran.err, HasSubstr("Analysed 0 exams (3 were done before)"));
  EXPECT_THAT(ran.errLinesWith("skipped:"), IsEmpty());
}

TEST_F(BatchResume, FilesThatCannotBeReadForATimeKeepTheirResults) {
  ASSERT_EQ(run().code, 0);
  const fs::path exam = examOf(pictures.front());
  const std::string record = readFile(exam / "exam.json");
  const fs::path aside = mine / "aside.dcm";
  fs::rename(pictures.front(), aside);
  fs::create_symlink(mine / "unmounted/disk.dcm", pictures.front());
  const Ran ran = resume();
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_THAT(ran.errLinesWith(pictures.front().string()), SizeIs(1));
  EXPECT_EQ(readFile(exam / "exam.json"), record);
  EXPECT_THAT(readFile(out / "problems.csv"), HasSubstr(pictures.front().string()));
  fs::remove(pictures.front());
  fs::rename(aside, pictures.front());
  EXPECT_EQ(resume().code, 0);
  EXPECT_THAT(differencesFromOneRun(), IsEmpty());
}

TEST_F(BatchResume, ARecoveryThatWasCutOffGoesOn) {
  ASSERT_EQ(run().code, 0);
  sql("DELETE FROM images; DELETE FROM hips; DELETE FROM inputs; DELETE FROM exams; "
      "INSERT INTO meta VALUES('recovering', '1');");
  // Inputs of which nothing is there any more: only their folders know.
  fs::remove_all(pictures.front().parent_path());
  EXPECT_THAT(resume().err, HasSubstr("Analysed 0 exams (3 were done before)"));
  // So does one whose file was made and nothing put in.
  fs::remove(out / "catalogue.sqlite");
  writeFile(out / "catalogue.sqlite", "");
  EXPECT_THAT(resume().err, HasSubstr("Analysed 0 exams (3 were done before)"));
}

TEST_F(BatchResume, WithoutItsCatalogueABatchIsABatchStill) {
  ASSERT_EQ(run().code, 0);
  const Tree before = treeOf(out);
  fs::remove(out / "catalogue.sqlite");
  const Ran ran = run();
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--resume"));
  EXPECT_THAT(differences(before, treeOf(out)), IsEmpty());
}

TEST_F(BatchResume, PathsOfAnyBytesSurviveALostCatalogue) {
  const fs::path strange = in / "b\xe9t\xe9 \xff\n\xc3";
  fs::create_directories(strange);
  ASSERT_EQ(runProgram({"/usr/bin/python3", "-c",
                        "import sys, zlib, struct, os\n"
                        "c = lambda k, d: struct.pack('>I', len(d)) + k + d + struct.pack('>I', zlib.crc32(k + d))\n"
                        "rows = b''.join(b'\\0' + bytes((x * y) % 200 for x in range(300)) for y in range(200))\n"
                        "open(os.fsencode(sys.argv[1]), 'wb').write(b'\\x89PNG\\r\\n\\x1a\\n' + c(b'IHDR', "
                        "struct.pack('>IIBBBBB', 300, 200, 8, 0, 0, 0, 0)) + c(b'IDAT', zlib.compress(rows)) + "
                        "c(b'IEND', b''))\n",
                        (strange / "a.png").string()})
                .code,
            0);
  ASSERT_EQ(run().code, 0);
  const Tree before = treeOf(out);
  fs::remove(out / "catalogue.sqlite");
  EXPECT_THAT(resume().err, HasSubstr("Analysed 0 exams (4 were done before)"));
  EXPECT_THAT(differences(before, treeOf(out)), IsEmpty());
}

TEST_F(BatchResume, ReviewsSurviveAKillWhileFoldersAreExchanged) {
  ASSERT_EQ(run().code, 0);
  const Tree before = treeOf(out);
  const std::vector<fs::path> exams = examFolders(out);
  // Both folders hold reviews: the viewer was used between the kill and this run.
  const std::string name = exams[0].filename().string();
  writeFile(exams[0] / "reviewed/a.json", "newer");
  writeFile(out / "work" / name / "reviewed/a.json", "older");
  // On a file system that cannot exchange folders, the exam lies aside for a moment.
  fs::rename(exams[1], out / "work" / (exams[1].filename().string() + "-old"));
  const Ran ran = resume();
  EXPECT_THAT(ran.err, HasSubstr("Analysed 0 exams (3 were done before)"));
  EXPECT_EQ(readFile(exams[0] / "reviewed/a.json"), "newer");
  EXPECT_EQ(readFile(out / "superseded" / (name + "-reviewed-1") / "a.json"), "older");
  EXPECT_FALSE(fs::exists(out / "work"));
  EXPECT_EQ(readFile(exams[1] / "results.json"),
            before.at((exams[1] / "results.json").lexically_relative(out).generic_string()));
}

TEST_F(BatchResume, InputsThatGoToAnotherShardLeaveTheirs) {
  const auto both = [&] {
    for (const char* part : {"1/2", "2/2"})
      EXPECT_EQ(resume({"--shard", part}).code, 0);
  };
  both();
  // Their studies get other UIDs; some exams are in the other shard with these.
  for (const fs::path& exam : examFolders(out)) {
    const json record = json::parse(readFile(exam / "exam.json"));
    const std::string uid = record.at("key").get<std::string>();
    std::string other = uid;
    other.back() = uid.back() == '7' ? '6' : '7';
    for (const json& input : record.at("inputs"))
      replaceAll(input.at("path").get<std::string>(), uid, other);
  }
  both();
  std::vector<std::string> inputs;
  for (const char* part : {"1-of-2", "2-of-2"}) {
    const Ran ran =
        hipcuff({"query", (out / "shards" / part).string(), "--of", "inputs", "state = done", "--format", "paths"});
    std::size_t from = 0;
    for (std::size_t at = ran.out.find('\n'); at != std::string::npos; at = ran.out.find('\n', from)) {
      inputs.push_back(ran.out.substr(from, at - from));
      from = at + 1;
    }
  }
  std::sort(inputs.begin(), inputs.end());
  EXPECT_EQ(std::adjacent_find(inputs.begin(), inputs.end()), inputs.end()) << "an input is in two shards";
  EXPECT_EQ(inputs.size(), pictures.size());
}

TEST_F(BatchResume, AScanIsUsedWholeOrNotAtAll) {
  const Ran none = batch({}, out, {"--shard", "1/1000", "--use-scan"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("--scan-only"));
  ASSERT_EQ(run({"--scan-only"}).code, 0);
  sql("UPDATE runs SET outcome = 'running'");
  const Ran half = batch({}, out, {"--shard", "1/2", "--use-scan"});
  EXPECT_EQ(half.code, 2);
  EXPECT_THAT(half.err, HasSubstr("has not come to its end"));
  ASSERT_EQ(resume({"--scan-only"}).code, 0);
  // What a filter left out first is taken later.
  int done = 0;
  for (const char* part : {"1/2", "2/2"}) {
    EXPECT_EQ(batch({}, out, {"--shard", part, "--use-scan", "--filter", "view = short"}).code, 0);
    EXPECT_EQ(batch({}, out, {"--shard", part, "--use-scan", "--resume"}).code, 0);
  }
  for (const fs::path& exam : examFolders(out))
    done += static_cast<int>(json::parse(readFile(exam / "exam.json")).at("inputs").size());
  EXPECT_EQ(done, static_cast<int>(pictures.size()));
}

// One long cine of large frames: helpers work over its frames, and each needs memory.
TEST(BatchMemory, TheLimitHoldsWithinOneCine) {
  const TemporaryFolder folder;
  ASSERT_EQ(hipcuff({"phantom", "--out", folder / "in", "--cases", "1", "--seed", "5", "--screen", "1600x1200",
                     "--frames", "16", "--quiet"})
                .code,
            0);
  const auto megabytes = [&](const std::string& out, const std::vector<std::string>& more) {
    std::vector<std::string> words{"/usr/bin/python3",
                                   "-c",
                                   "import resource, subprocess, sys\n"
                                   "code = subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL).returncode\n"
                                   "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)\n"
                                   "sys.exit(code)",
                                   std::string(HIPCUFF_BIN_DIR) + "/hipcuff",
                                   "batch",
                                   folder / "in",
                                   "--out",
                                   folder / out,
                                   "--jobs",
                                   "8",
                                   "--frames",
                                   "all"};
    words.insert(words.end(), more.begin(), more.end());
    const Ran ran = runProgram(words, fixedTime);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return std::stoi(ran.out);
  };
  const int limited = megabytes("limited", {"--limit-memory", "150M"});
  EXPECT_LT(limited, 150);
  EXPECT_GT(megabytes("free", {}), limited); // or this test shows nothing
  EXPECT_THAT(differences(treeOf(folder / "free"), treeOf(folder / "limited")), IsEmpty());
}

} // namespace
} // namespace hipcuff::test
