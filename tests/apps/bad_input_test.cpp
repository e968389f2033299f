// Bad input and bad surroundings, through the whole command: one clear line each, the documented exit code, and the
// rest of the run goes on.
#include "dicom_bytes.h"
#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

namespace hipcuff::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double longSeconds = 60; ///< far beyond what any of these may take, with sanitizers and on a busy machine

class BadInput : public ::testing::Test {
protected:
  void SetUp() override { writeFile(good(), ultrasoundFile({})); }

  [[nodiscard]] std::string good() const { return folder / "good.dcm"; }
  [[nodiscard]] std::string out() const { return folder / "results"; }
  [[nodiscard]] nlohmann::json results() const { return nlohmann::json::parse(readFile(out() + "/results.json")); }

  /// Analyses the good file and a bad one: the bad one gets one line, the good one its result.
  void oneLineAndGoOn(const std::string& bad, const std::string& reason) {
    const Ran both = hipcuff::test::hipcuff({"analyze", bad, good(), "--out", out(), "--no-overlays", "--quiet"});
    EXPECT_EQ(both.code, 3) << both.err;
    ASSERT_EQ(both.errLines().size(), 1u) << both.err;
    EXPECT_THAT(both.err, HasSubstr(bad));
    EXPECT_THAT(both.err, HasSubstr(reason));
    EXPECT_LT(both.seconds, longSeconds);
    EXPECT_THAT(both.out, HasSubstr("good.dcm"));
    EXPECT_THAT(readFile(out() + "/results.json"), HasSubstr("1.2.3.4.1")) << "the good one has its result";
    // Alone: nothing could be processed.
    const Ran alone = hipcuff::test::hipcuff({"analyze", bad, "--out", out(), "--no-overlays", "--quiet"});
    EXPECT_EQ(alone.code, 1) << alone.err;
    EXPECT_EQ(alone.errLines().size(), 1u) << alone.err;
    // info says the same in its own run.
    const Ran info = hipcuff::test::hipcuff({"info", bad, good(), "--quiet"});
    EXPECT_EQ(info.code, 3) << info.err;
    EXPECT_EQ(info.errLines().size(), 1u) << info.err;
  }

  /// The file is used as far as it goes, and the result says what is wrong with it.
  nlohmann::json goesOnWithMessage(const std::string& file, const std::string& message) {
    const Ran ran = hipcuff::test::hipcuff({"analyze", file, "--out", out(), "--no-overlays", "--quiet"});
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_LT(ran.seconds, longSeconds);
    const nlohmann::json image = results().at("studies").at(0).at("images").at(0);
    EXPECT_THAT(image.at("quality").at("messages").dump(), HasSubstr(message));
    return image;
  }

  std::string file(const std::string& name, const UltrasoundFile& wishes) {
    UltrasoundFile changed = wishes;
    changed.sopInstanceUid = "1.2.3.4.2";
    writeFile(folder / name, ultrasoundFile(changed));
    return folder / name;
  }

  TemporaryFolder folder;
};

TEST_F(BadInput, GoodFileIsGood) {
  const Ran ran = hipcuff::test::hipcuff({"analyze", good(), "--out", out(), "--no-overlays", "--quiet"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.err, "");
  EXPECT_THAT(ran.out, HasSubstr("not_gradable"));
  EXPECT_THAT(ran.out, Not(HasSubstr("SECRET")));
  EXPECT_THAT(readFile(out() + "/results.json"), Not(HasSubstr("SECRET")));
  EXPECT_THAT(readFile(out() + "/report.html"), Not(HasSubstr("SECRET")));
}

TEST_F(BadInput, MissingFile) {
  oneLineAndGoOn(folder / "nothing-here.dcm", "");
}

TEST_F(BadInput, EmptyFile) {
  writeFile(folder / "empty.dcm", "");
  oneLineAndGoOn(folder / "empty.dcm", "empty");
}

TEST_F(BadInput, TextFile) {
  writeFile(folder / "text.dcm", "This is a letter, not a picture.\n");
  oneLineAndGoOn(folder / "text.dcm", "");
}

TEST_F(BadInput, NoPixels) {
  oneLineAndGoOn(file("no-pixels.dcm", {.pixels = false}), "pixel");
}

TEST_F(BadInput, TruncatedPixels) {
  // The length field promises a whole picture; the file ends before.
  oneLineAndGoOn(file("truncated.dcm", {.pixelBytes = 1000, .pixelLength = 320 * 240}), "");
}

TEST_F(BadInput, PixelsShorterThanTheHeaderAsks) {
  oneLineAndGoOn(file("short.dcm", {.pixelBytes = 1000}), "");
}

TEST_F(BadInput, WrongLength) {
  // The first element of the data set runs far beyond the end of the file.
  std::string bytes = ultrasoundFile({.sopInstanceUid = "1.2.3.4.2"});
  const std::size_t at = bytes.find(std::string("\x08\0\x60\0CS", 6));
  ASSERT_NE(at, std::string::npos);
  bytes[at + 6] = '\xF0';
  bytes[at + 7] = '\xFF';
  writeFile(folder / "length.dcm", bytes.substr(0, 2000));
  oneLineAndGoOn(folder / "length.dcm", "");
}

TEST_F(BadInput, FewerFramesThanDeclared) {
  const std::string path =
      file("frames.dcm", {.sopClassUid = "1.2.840.10008.5.1.4.1.1.3.1", .frames = "10", .pixelBytes = 3 * 320 * 240});
  const auto image = goesOnWithMessage(path, "10");
  EXPECT_EQ(image.at("source").at("frames"), 3);
}

TEST_F(BadInput, BrokenRegionSequence) {
  // The picture stands without its scale; what is wrong is said, and no millimetre is made up.
  const auto image = goesOnWithMessage(file("regions.dcm", {.regions = "broken"}), "egion");
  EXPECT_EQ(image.at("grade").at("class"), "not_gradable");
}

TEST_F(BadInput, DeeplyNestedSequence) {
  // 100000 levels: what recursion pays for with the stack. The picture behind them may be used or refused, out loud.
  for (const bool inRegions : {false, true}) {
    const std::string path = file("nested.dcm", {.nested = 100000, .nestInRegions = inRegions});
    const Ran ran = hipcuff::test::hipcuff({"analyze", path, good(), "--out", out(), "--no-overlays", "--quiet"});
    EXPECT_LT(ran.seconds, longSeconds);
    EXPECT_THAT(ran.out, HasSubstr("good.dcm"));
    if (ran.code == 3) {
      EXPECT_EQ(ran.errLines().size(), 1u) << ran.err;
      EXPECT_THAT(ran.err, HasSubstr("nested.dcm"));
    } else {
      EXPECT_EQ(ran.code, 0) << ran.err;
      const nlohmann::json all = results();
      for (const auto& image : all.at("studies").at(0).at("images"))
        if (image.at("source").at("sop_instance_uid") == "1.2.3.4.2") {
          EXPECT_THAT(image.at("quality").at("messages").dump(), HasSubstr("nest"));
        }
    }
  }
}

TEST_F(BadInput, ZeroFrames) {
  oneLineAndGoOn(file("zero.dcm", {.sopClassUid = "1.2.840.10008.5.1.4.1.1.3.1", .frames = "0", .pixelBytes = 0}), "");
}

TEST_F(BadInput, HugePictureWithFewBytes) {
  // Limits are checked before memory is taken: 4 GB must not be asked for.
  const std::string path = file("huge.dcm", {.rows = 65535, .columns = 65535, .pixelBytes = 64, .regions = "none"});
  oneLineAndGoOn(path, "65535");
  const Ran capped = runProgram({"sh", "-c", "ulimit -v 2000000; exec \"$0\" \"$@\"",
                                 std::string(HIPCUFF_BIN_DIR) + "/hipcuff", "info", path, "--quiet"});
#ifndef __SANITIZE_ADDRESS__ // address sanitizer needs terabytes of address space
  EXPECT_EQ(capped.code, 1) << capped.err;
  EXPECT_EQ(capped.errLines().size(), 1u) << capped.err;
#endif
}

TEST_F(BadInput, UnreadableFolder) {
  const std::string locked = folder / "locked";
  writeFile(locked + "/inside.dcm", ultrasoundFile({.sopInstanceUid = "1.2.3.4.2"}));
  std::filesystem::permissions(locked, std::filesystem::perms::none);
  RunOptions options;
  if (::geteuid() == 0) {
    if (runProgram({"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "true"}).code != 0)
      GTEST_SKIP() << "running as root without setpriv: permissions don't bind root";
    options.before = {"setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"};
    std::filesystem::permissions(folder.path(), std::filesystem::perms::others_all, std::filesystem::perm_options::add);
  }
  const Ran ran =
      hipcuff::test::hipcuff({"analyze", locked, good(), "--out", out(), "--no-overlays", "--quiet"}, options);
  std::filesystem::permissions(locked, std::filesystem::perms::owner_all);
  EXPECT_EQ(ran.code, 3) << ran.err;
  EXPECT_EQ(ran.errLines().size(), 1u) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr(locked));
}

TEST_F(BadInput, FolderWithoutAnyPicture) {
  writeFile(folder / "letters/a.txt", "a letter");
  const Ran ran = hipcuff::test::hipcuff({"analyze", folder / "letters", "--out", out(), "--quiet"});
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_EQ(ran.errLines().size(), 1u) << ran.err;
}

TEST_F(BadInput, OutputFolderNotWritable) {
  RunOptions options;
  std::string target = "/proc/hipcuff-results"; // nobody can make that one, root neither
  const Ran proc = hipcuff::test::hipcuff({"analyze", good(), "--out", target, "--quiet"}, options);
  EXPECT_EQ(proc.code, 1) << proc.err;
  EXPECT_EQ(proc.errLines().size(), 1u) << proc.err;
  EXPECT_THAT(proc.err, HasSubstr(target));
  EXPECT_EQ(proc.out, "") << "said before any work";
  writeFile(folder / "afile", "in the way");
  const Ran inTheWay = hipcuff::test::hipcuff({"analyze", good(), "--out", folder / "afile", "--quiet"});
  EXPECT_EQ(inTheWay.code, 1) << inTheWay.err;
  EXPECT_EQ(inTheWay.errLines().size(), 1u) << inTheWay.err;
  EXPECT_EQ(readFile(folder / "afile"), "in the way");
  const Ran phantom = hipcuff::test::hipcuff({"phantom", "--cases", "1", "--out", target, "--quiet"});
  EXPECT_EQ(phantom.code, 1) << phantom.err;
  EXPECT_EQ(phantom.errLines().size(), 1u) << phantom.err;
}

TEST_F(BadInput, DiskFull) {
  const std::string small = folder / "small";
  std::filesystem::create_directory(small);
  if (::geteuid() != 0 || runProgram({"mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", small}).code != 0)
    GTEST_SKIP() << "a full disk needs a small tmpfs, and mounting takes root";
  const Ran ran = hipcuff::test::hipcuff({"analyze", good(), "--out", small, "--no-overlays", "--quiet"});
  const bool halfWritten =
      std::filesystem::exists(small + "/results.json") || std::filesystem::exists(small + "/report.html");
  EXPECT_EQ(runProgram({"umount", small}).code, 0);
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_EQ(ran.errLines().size(), 1u) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr(small));
  EXPECT_FALSE(halfWritten) << "files appear whole or not at all";
}

TEST_F(BadInput, StandardOutputFull) {
  if (!std::filesystem::exists("/dev/full"))
    GTEST_SKIP() << "no /dev/full here";
  const Ran ran = runProgram(
      {"sh", "-c", "\"$0\" info \"$1\" --quiet >/dev/full", std::string(HIPCUFF_BIN_DIR) + "/hipcuff", good()});
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.errLines().size(), 1u) << ran.err;
}

TEST_F(BadInput, SameInstanceTwice) {
  std::filesystem::copy_file(good(), folder / "zcopy.dcm");
  const Ran ran = hipcuff::test::hipcuff({"analyze", good(), folder / "zcopy.dcm", "--out", out(), "--no-overlays"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  ASSERT_EQ(ran.errLinesWith("zcopy.dcm").size(), 1u) << ran.err;
  EXPECT_THAT(ran.errLinesWith("zcopy.dcm").front(), HasSubstr("good.dcm"));
  EXPECT_EQ(results().at("studies").at(0).at("images").size(), 1u);
}

TEST_F(BadInput, NoDisplayAndNoXvfb) {
  const RunOptions bare{.environment = {{"DISPLAY", ""},
                                        {"WAYLAND_DISPLAY", ""},
                                        {"PATH", "/nonexistent"},
                                        {"HIPCUFF_XVFB", "/nonexistent/Xvfb"}},
                        .before = {}};
  const Ran ran = hipcuff::test::hipcuff({"analyze", good(), "--out", out()}, bare);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.errLinesWith("overlay").size(), 1u) << ran.err;
  EXPECT_TRUE(std::filesystem::exists(out() + "/results.json"));
  EXPECT_TRUE(std::filesystem::exists(out() + "/results.csv"));
  EXPECT_TRUE(std::filesystem::exists(out() + "/report.html"));
}

TEST_F(BadInput, WrongUsage) {
  const std::vector<std::vector<std::string>> wrong = {
      {"analyze", good()},
      {"analyze", "--out", out()},
      {"analyze", good(), "--out", out(), "--frames", "some"},
      {"analyze", good(), "--out", out(), "--frames", "0"},
      {"analyze", good(), "--out", out(), "--mm-per-px", "-1"},
      {"analyze", good(), "--out", out(), "--mm-per-px", "0.05,"},
      {"analyze", good(), "--out", out(), "--side", "both"},
      {"phantom", "--out", out()},
      {"phantom", "--out", out(), "--cases", "0"},
      {"info"},
      {"inof", good()},
  };
  for (const auto& words : wrong) {
    const Ran ran = hipcuff::test::hipcuff(words);
    EXPECT_EQ(ran.code, 2) << ::testing::PrintToString(words) << ran.err;
    EXPECT_EQ(ran.errLines().size(), 1u) << ran.err;
    EXPECT_EQ(ran.out, "");
  }
  EXPECT_FALSE(std::filesystem::exists(out())) << "wrong usage leaves no folder behind";
}

TEST_F(BadInput, BadCriteriaFile) {
  writeFile(folder / "criteria.json", "{\"name\": ");
  const Ran ran =
      hipcuff::test::hipcuff({"analyze", good(), "--out", out(), "--criteria", folder / "criteria.json", "--quiet"});
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_EQ(ran.errLines().size(), 1u) << ran.err;
  EXPECT_THAT(ran.err, HasSubstr("criteria.json"));
}

} // namespace
} // namespace hipcuff::test
