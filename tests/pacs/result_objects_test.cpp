#include "hipcuff/pacs/result_objects.h"

#include "program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>

namespace hipcuff::test {
namespace {

namespace fs = std::filesystem;
using testing::SizeIs;

/// Counts, and wants to stop after so many steps.
class Counting final : public Progress {
public:
  explicit Counting(std::int64_t most = 1'000'000)
      : most_(most) {}
  void start(const std::string&, std::int64_t total) override { total_ = total; }
  void advance(std::int64_t steps) override { done_ += steps; }
  void finish() override { finished_ = true; }
  void say(const std::string&) override {}
  [[nodiscard]] bool stopRequested() const override { return done_ >= most_; }

  std::int64_t total_ = 0;
  std::int64_t done_ = 0;
  bool finished_ = false;

private:
  std::int64_t most_;
};

/// Three images of one study, and one of another.
class Objects : public testing::Test {
protected:
  static void SetUpTestSuite() {
    shared = std::make_unique<TemporaryFolder>();
    const fs::path testdata = fs::path(HIPCUFF_SOURCE_DIR) / "testdata";
    fs::create_directories(*shared / "in");
    for (const char* name : {"normal-left-long", "bursal-left-long", "full-left-long", "full-right-short"}) {
      const std::string file = *shared / ("in/" + std::string(name) + ".dcm");
      fs::copy_file(testdata / name / "image.dcm", file);
      if (std::string(name) == "full-right-short")
        continue;
      ASSERT_EQ(runProgram({"dcmodify", "--no-backup", "--insert", "StudyInstanceUID=1.2.826.0.1.3680043.9.7",
                            "--insert", "PatientID=ONE", file})
                    .code,
                0);
    }
    const Ran ran = hipcuff({"analyze", *shared / "in", "--out", *shared / "out", "--no-overlays", "--quiet"});
    ASSERT_EQ(ran.code, 0) << ran.err;
  }
  static void TearDownTestSuite() { shared.reset(); }

  void SetUp() override { fs::copy(*shared / "out", folder / "out", fs::copy_options::recursive); }

  [[nodiscard]] pacs::ResultObjects written(Progress& progress) const {
    return pacs::writeResultObjects(folder / "out", {.kinds = {dicom::ObjectKind::sr, dicom::ObjectKind::gsps}},
                                    progress);
  }
  [[nodiscard]] std::map<std::string, std::string> files() const {
    std::map<std::string, std::string> out;
    for (const auto& entry : fs::directory_iterator(folder / "out/dicom"))
      if (entry.path().extension() == ".dcm")
        out[entry.path().filename()] = readFile(entry.path());
    return out;
  }

  inline static std::unique_ptr<TemporaryFolder> shared;
  TemporaryFolder folder;
};

TEST_F(Objects, ImagesAreCounted) {
  Counting all;
  const auto made = written(all);
  EXPECT_FALSE(made.stopped);
  EXPECT_THAT(made.objects, SizeIs(6));
  EXPECT_EQ(all.total_, 4);
  EXPECT_EQ(all.done_, 4);
  EXPECT_TRUE(all.finished_);
}

TEST_F(Objects, StoppingIsBetweenTwoImagesAndTheNextRunGoesOn) {
  Counting two(2);
  const auto part = written(two);
  EXPECT_TRUE(part.stopped);
  EXPECT_EQ(two.done_, 2);
  EXPECT_TRUE(two.finished_);
  const auto first = files();
  EXPECT_THAT(first, SizeIs(part.objects.size()));
  for (const auto& object : part.objects)
    EXPECT_NE(object.kind, dicom::ObjectKind::sr) << "of a study that was not finished";

  Counting all;
  const auto whole = written(all);
  EXPECT_FALSE(whole.stopped);
  EXPECT_THAT(whole.objects, SizeIs(6));
  EXPECT_THAT(whole.removed, SizeIs(0));
  for (const auto& [name, bytes] : first)
    EXPECT_EQ(files()[name], bytes) << name;
}

TEST_F(Objects, StoppedARunRemovesNothing) {
  Counting all;
  ASSERT_THAT(written(all).objects, SizeIs(6));
  const auto before = files();
  Counting one(1);
  const auto part = written(one);
  EXPECT_TRUE(part.stopped);
  EXPECT_EQ(files(), before);
  Counting again;
  const auto whole = written(again);
  EXPECT_EQ(files(), before);
  for (const auto& object : whole.objects)
    EXPECT_TRUE(object.alreadyThere) << object.path;
}

} // namespace
} // namespace hipcuff::test
