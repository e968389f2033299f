// hipcuff deidentify as a user runs it.
#include "program.h"

#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

const fs::path testdata = HIPCUFF_SOURCE_DIR "/testdata";

class Deidentify : public testing::Test {
protected:
  void SetUp() override {
    fs::create_directories(folder / "in/Featherstone_Wilhelmina");
    for (const char* name : {"normal-left-long", "full-right-short", "tendinosis-left-long"})
      fs::copy_file(testdata / name / "image.dcm", folder / ("in/Featherstone_Wilhelmina/" + std::string(name)));
  }

  Ran run(const std::vector<std::string>& more = {}, const std::string& out = "out",
          const std::vector<std::string>& before = {}) const {
    std::vector<std::string> words = {"deidentify", folder / "in",         "--out",        folder / out,
                                      "--secret",   folder / "the-secret", "--without-ocr"};
    words.insert(words.end(), more.begin(), more.end());
    return hipcuff(words, {.before = before});
  }

  std::map<std::string, std::string> tree(const std::string& name) const {
    std::map<std::string, std::string> out;
    if (fs::exists(folder / name))
      for (const auto& entry : fs::recursive_directory_iterator(folder / name))
        if (entry.is_regular_file())
          out[fs::relative(entry.path(), folder / name).string()] = readFile(entry.path());
    return out;
  }

  TemporaryFolder folder;
};

TEST_F(Deidentify, OneCommandAndASecondThatDoesNothing) {
  Ran ran = run();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("3 files in "));
  EXPECT_THAT(ran.err, HasSubstr("Made the secret"));
  EXPECT_THAT(ran.err, Not(HasSubstr("Featherstone"))) << "names in paths are no talk";
  const auto before = tree("out");
  EXPECT_EQ(before.size(), 4U);
  for (const auto& [path, bytes] : before)
    EXPECT_THAT(path, Not(HasSubstr("Featherstone")));
  ran = run({"--jobs", "2"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("(0 new)"));
  EXPECT_THAT(ran.err, Not(HasSubstr("Made the secret")));
  EXPECT_EQ(tree("out"), before);
  EXPECT_TRUE(fs::exists(folder / "out-quarantine/contact-sheet.html"));
}

TEST_F(Deidentify, WhatStaysInQuarantineChangesTheExitCode) {
  writeFile(folder / "in/damaged.dcm", readFile(testdata / "normal-left-long/image.dcm").substr(0, 5000));
  const Ran ran = run();
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("1 file in quarantine: 1 damaged."));
  EXPECT_EQ(tree("out").size(), 4U);
  EXPECT_THAT(readFile(folder / "out-quarantine/quarantine.csv"), HasSubstr("damaged.dcm"));
}

TEST_F(Deidentify, AnOriginalThatIsGoneIsTold) {
  EXPECT_EQ(run().code, 0);
  fs::remove(folder / "in/Featherstone_Wilhelmina/normal-left-long");
  const Ran ran = run();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("have no original any more"));
}

TEST_F(Deidentify, KilledAtAnyMomentItLeavesWholeFilesAndGoesOn) {
  EXPECT_EQ(run({}, "whole").code, 0);
  const auto whole = tree("whole");
  for (const char* after : {"0.15", "0.3", "0.45", "0.6"}) {
    (void)run({}, "out", {"timeout", "-s", "KILL", after});
    for (const auto& [path, bytes] : tree("out"))
      EXPECT_TRUE(whole.contains(path) && (path == "report.json" || whole.at(path) == bytes)) << path;
  }
  const Ran ran = run();
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(tree("out"), whole);
}

TEST_F(Deidentify, WrongUsageIsOneLine) {
  const auto refused = [&](const std::vector<std::string>& words, int code, const std::string& said) {
    const Ran ran = hipcuff(words);
    EXPECT_EQ(ran.code, code) << ran.err;
    EXPECT_THAT(ran.err, HasSubstr(said));
    EXPECT_THAT(ran.errLinesWith("hipcuff: "), testing::SizeIs(1)) << ran.err;
  };
  const std::string in = folder / "in", out = folder / "out";
  refused({"deidentify", in, "--out", folder / "in/out"}, 2, "lie within one another");
  refused({"deidentify", in, "--out", out, "--keep", "names"}, 2, "'names' is nothing that can be kept");
  refused({"deidentify", in, "--out", out, "--key", folder / "out/key.csv"}, 2, "handed over");
  refused({"deidentify", in, "--out", out, "--secret", folder / "out/secret", "--without-ocr"}, 2, "handed over");
  writeFile(folder / "open", "0123456789abcdef0123456789abcdef");
  fs::permissions(folder / "open", fs::perms(0644));
  refused({"deidentify", in, "--out", out, "--secret", folder / "open", "--without-ocr"}, 1, "chmod 600");
  EXPECT_FALSE(fs::exists(out));
}

TEST_F(Deidentify, RandomSecretIsToldAndNotContinued) {
  const std::vector<std::string> words = {"deidentify", folder / "in", "--out", folder / "out", "--without-ocr"};
  const Ran ran = hipcuff(words);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("random secret"));
  const Ran again = hipcuff(words);
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("--secret"));
}

TEST_F(Deidentify, NothingToHandOverIsAFailure) {
  fs::remove_all(folder / "in");
  fs::create_directories(folder / "in");
  writeFile(folder / "in/notes.txt", "nothing");
  const Ran ran = run();
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.err, HasSubstr("no DICOM object"));
}

} // namespace
} // namespace hipcuff::test
