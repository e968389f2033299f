#include "hipcuff/core/error.h"
#include "hipcuff/ingest/walk.h"
#include "ingest_test.h"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

namespace hipcuff {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

class Walk : public IngestTest {
protected:
  /// One word an item: "+name" found, "-name" skipped, "!name" failed.
  [[nodiscard]] std::vector<std::string> walk(std::vector<fs::path> paths) {
    std::vector<std::string> out;
    InputWalker walker(std::move(paths));
    while (const auto item = walker.next()) {
      if (const auto* found = std::get_if<FoundInput>(&*item)) {
        out.push_back("+" + fs::relative(found->path, folder_).string());
      } else {
        const auto& outcome = std::get<InputOutcome>(*item);
        EXPECT_FALSE(outcome.problem.empty());
        out.push_back((outcome.kind == InputOutcome::Kind::failed ? "!" : "-") +
                      outcome.path.lexically_relative(folder_).string());
        problems_.push_back(outcome.problem);
      }
    }
    return out;
  }
  std::vector<std::string> problems_;
};

TEST_F(Walk, FoldersAreSortedAndRecursiveAndContentDecides) {
  write("b/2", bitmap());
  write("b/1.xyz", bitmap());
  write("b/deep/er/3.bmp", bitmap());
  write("a.bmp", bitmap());
  write("notes.txt", "nothing here");
  write("wrong.png", "text, whatever its name says");
  write("empty.dcm", "");
  write(".hidden.bmp", bitmap());
  write(".git/x.bmp", bitmap());
  EXPECT_THAT(walk({folder_}),
              ElementsAre("+a.bmp", "+b/1.xyz", "+b/2", "+b/deep/er/3.bmp", "!empty.dcm", "-notes.txt", "!wrong.png"));
}

TEST_F(Walk, WhatIsNamedAndIsNoPictureFailed) {
  const auto text = write("notes.txt", "nothing here");
  EXPECT_THAT(walk({text, folder_ / "missing", write("a", bitmap())}), ElementsAre("!notes.txt", "!missing", "+a"));
}

TEST_F(Walk, WhatHipCuffWroteItselfDoesNotComeBackAsPictures) {
  write("exam/long.dcm.bmp", bitmap());
  write("exam/long.mask.png", bitmap());
  write("out/results.json", "{\n\"schema\": \"hipcuff.results/1\",");
  write("out/masks/a.bmp", bitmap());
  EXPECT_THAT(walk({folder_}), ElementsAre("+exam/long.dcm.bmp", "-exam/long.mask.png", "-out"));
}

TEST_F(Walk, ALabelMaskThatIsNamedIsTaken) {
  const auto mask = write("long.mask.png", bitmap());
  EXPECT_THAT(walk({mask}), ElementsAre("+long.mask.png"));
}

TEST_F(Walk, NamedIsTold) {
  const auto path = write("a", bitmap());
  InputWalker walker({path});
  const auto item = walker.next();
  ASSERT_TRUE(item);
  EXPECT_TRUE(std::get<FoundInput>(*item).named);
  EXPECT_FALSE(walker.next());
  EXPECT_FALSE(walker.next());
}

TEST_F(Walk, LoopsOfLinksEndAndFilesComeOnce) {
  write("a/1.bmp", bitmap());
  fs::create_directory_symlink(folder_, folder_ / "a" / "up");
  fs::create_directory_symlink(folder_ / "a", folder_ / "b");
  fs::create_symlink(folder_ / "a" / "1.bmp", folder_ / "c.bmp");
  fs::create_symlink(folder_ / "dead", folder_ / "d.bmp");
  EXPECT_THAT(walk({folder_}), ElementsAre("+a/1.bmp", "!d.bmp"));
  fs::remove(folder_ / "d.bmp");
  EXPECT_THAT(walk({folder_ / "a" / "1.bmp", folder_ / "a", folder_ / "a" / "1.bmp"}),
              ElementsAre("+a/1.bmp", "-a/1.bmp"));
}

TEST_F(Walk, UnreadableFolderIsReportedAndTheRestGoesOn) {
  if (::geteuid() == 0)
    GTEST_SKIP() << "root may read everything";
  write("a/1.bmp", bitmap());
  write("b.bmp", bitmap());
  fs::permissions(folder_ / "a", fs::perms::none);
  EXPECT_THAT(walk({folder_}), ElementsAre("!a", "+b.bmp"));
  fs::permissions(folder_ / "a", fs::perms::owner_all);
}

TEST_F(Walk, PipesAreNotOpened) {
  ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_THAT(walk({folder_}), ElementsAre("-pipe"));
  EXPECT_THAT(walk({folder_ / "pipe"}), ElementsAre("!pipe"));
}

TEST_F(Walk, EmptyFolderGivesNothing) {
  EXPECT_THAT(walk({folder_}), IsEmpty());
}

// A directory made by a program that isn't ours, over one of the two files in the folder.
TEST_F(Walk, WhatADicomDirListsComesFirstAndOnce) {
  const fs::path picture = fs::path(HIPCUFF_SOURCE_DIR) / "testdata/normal-left-long/image.dcm";
  write("IMAGES/IM2", read(picture));
  const std::string make =
      "cd '" + folder_.string() + "' && dcmmkdir --general-purpose --recurse --input-directory . IMAGES 2>/dev/null";
  if (std::system(make.c_str()) != 0 || !fs::exists(folder_ / "DICOMDIR"))
    GTEST_SKIP() << "dcmmkdir (package dcmtk) is not here";
  write("IMAGES/IM1", read(picture));
  EXPECT_THAT(walk({folder_}), ElementsAre("+IMAGES/IM2", "+IMAGES/IM1"));
  EXPECT_THAT(walk({folder_ / "DICOMDIR"}), ElementsAre("+IMAGES/IM2"));
  fs::rename(folder_ / "DICOMDIR", folder_ / "renamed.dcm");
  EXPECT_THAT(walk({folder_ / "renamed.dcm"}), ElementsAre("+IMAGES/IM2")) << "content decides, not the name";
}

TEST_F(Walk, BrokenDicomDirIsReportedAndItsFolderStillListed) {
  std::string fake(128, '\0');
  fake += "DICM";
  fake += "1.2.840.10008.1.3.10";
  fake += std::string(200, '\0');
  write("DICOMDIR", fake);
  write("a.bmp", bitmap());
  const auto items = walk({folder_});
  EXPECT_THAT(items, testing::Contains("+a.bmp"));
  EXPECT_THAT(items, testing::Contains(testing::AnyOf("!DICOMDIR", "-DICOMDIR")));
}

TEST(SeenSopInstances, TellTheSecondFile) {
  SeenInstances seen;
  EXPECT_FALSE(seen.seenBefore("1.2.3", "a.dcm"));
  EXPECT_EQ(seen.seenBefore("1.2.3", "b.dcm"), fs::path("a.dcm"));
  EXPECT_FALSE(seen.seenBefore("1.2.4", "c.dcm"));
  EXPECT_FALSE(seen.seenBefore("", "a.png"));
  EXPECT_FALSE(seen.seenBefore("", "b.png"));
}

} // namespace
} // namespace hipcuff
