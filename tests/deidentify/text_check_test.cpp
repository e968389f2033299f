// The look at pixels that go out: likeness of words, the OCR program as a child, what it finds.
#include "planting.h"
#include "temporary_folder.h"
#include "text_likeness.h"

#include "hipcuff/core/error.h"
#include "hipcuff/deidentify/pixel_check.h"
#include "hipcuff/ingest/open.h"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>

namespace hipcuff::deidentify {
namespace {

using test::cineOf;
using test::Packing;

const std::filesystem::path program = HIPCUFF_BIN_DIR "/hipcuff-ocr";

std::u32string form(const char* text) {
  return readingForm(text);
}

TEST(TextLikeness, ReadingFormMakesOneOfWhatLooksAlike) {
  EXPECT_EQ(form("MÜLLER, Jörg"), form("muller JORG"));
  EXPECT_EQ(form("Ł0ND0N"), form("London"));
  EXPECT_EQ(form("02/23/1931"), form("oz231931"));
  EXPECT_EQ(form("ＡＢＣ"), form("abc"));
  EXPECT_EQ(form("ИВАНОВ"), form("иванов"));
  EXPECT_EQ(form("Dvořák ŠŽ"), form("dvorak sz"));
  EXPECT_EQ(form("山田 太郎"), form("山田太郎"));
  EXPECT_NE(form("miller"), form("muller"));
}

TEST(TextLikeness, FindsAWordWithErrorsAnywhere) {
  const auto like = [](const char* text, const char* wanted) {
    const std::u32string w = form(wanted);
    return findLike(form(text), w, errorsFor(w.size()));
  };
  EXPECT_TRUE(like("xx MILLER yy", "miller").found);
  const Likeness inexact = like("abc M1LIER xyz", "miller");
  EXPECT_TRUE(inexact.found);
  EXPECT_EQ(inexact.begin, 3U);
  EXPECT_EQ(inexact.end, 9U);
  EXPECT_TRUE(like("MI LER", "miller").found) << "a letter is lost";
  EXPECT_FALSE(like("MULTER", "miller").found) << "two are wrong";
  EXPECT_FALSE(like("Kin", "Kim").found) << "short words must be exact";
  EXPECT_TRUE(like("ID 4711O815", "47110815").found);
  EXPECT_FALSE(like("", "miller").found);
}

/// A stand-in for hipcuff-ocr.
std::filesystem::path script(const test::TemporaryFolder& folder, const std::string& body) {
  const auto path = folder.path() / "ocr";
  std::ofstream(path) << "#!/bin/sh\n" << body << '\n';
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

PictureReader::Outcome readBy(const std::filesystem::path& path) {
  PictureReader reader(path, {}, {.startSeconds = 0.5, .pictureSeconds = 0.5});
  auto first = reader.read(GreyImage(200, 200, 255));
  const auto second = reader.read(GreyImage(200, 200, 255));
  EXPECT_FALSE(second.read) << "what is broken stays so";
  EXPECT_EQ(second.why, first.why);
  return first;
}

TEST(PictureReader, AProgramThatFailsIsNeverTakenForAnEmptyPicture) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(readBy(folder.path() / "missing").why, testing::HasSubstr("can't be started"));
  EXPECT_THAT(readBy(script(folder, "exit 7")).why, testing::HasSubstr("ended with code 7"));
  EXPECT_THAT(readBy(script(folder, "kill -SEGV $$")).why, testing::HasSubstr("signal 11"));
  EXPECT_THAT(readBy(script(folder, "echo what is all this about")).why, testing::HasSubstr("isn't hipcuff-ocr"));
  EXPECT_THAT(readBy(script(folder, "exec sleep 100")).why, testing::HasSubstr("too long"));
  // Says hello and dies on the first picture; says hello and never answers; answers with too many words.
  const std::string hello = R"(printf 'HCO1\001\000\000\000x')";
  EXPECT_THAT(readBy(script(folder, hello + "; head -c 10 >/dev/null; exit 3")).why, testing::HasSubstr("code 3"));
  EXPECT_THAT(readBy(script(folder, hello + "; exec sleep 100")).why, testing::HasSubstr("too long"));
  EXPECT_THAT(readBy(script(folder, hello + R"(; printf 'WRD1\377\377\377\377'; exec sleep 100)")).why,
              testing::HasSubstr("no answer"));
}

TEST(PixelCheck, WithoutAReaderNothingIsKnown) {
  const Cine cine = openCine(HIPCUFF_SOURCE_DIR "/testdata/normal-left-long/image.dcm");
  const PixelCheck check = checkPixels(cine, {}, nullptr);
  EXPECT_EQ(check.state, PixelState::notRead);
  EXPECT_FALSE(check.why.empty());
  const test::TemporaryFolder folder;
  PictureReader dead(script(folder, "exit 1"));
  EXPECT_EQ(checkPixels(cine, {}, &dead).state, PixelState::notRead);
}

class PixelCheckByOcr : public testing::Test {
protected:
  void SetUp() override {
    if (!std::filesystem::exists(program))
      GTEST_SKIP() << "hipcuff-ocr was not built (libtesseract-dev)";
  }
  static dicom::Identity identity() {
    return {{{dicom::IdentityKind::name, "miller", {}}, {dicom::IdentityKind::id, "47110815", {}}}};
  }
  /// A simulated pane without anything around it.
  static RgbImage bare(const Cine& cine) {
    const RgbImage whole = cine.source->frame(0);
    RgbImage out(whole.width, whole.height);
    const PixelBox pane = cine.regions.front().box;
    for (int y = pane.y0; y <= pane.y1; ++y)
      std::copy_n(whole.row(y) + 3 * pane.x0, 3 * pane.width(), out.row(y) + 3 * pane.x0);
    return out;
  }
  static void write(RgbImage& picture, const char* text, int height, int x, int y) {
    const GreyImage ink = test::drawText(text, height, true, 0);
    for (int v = 0; v < ink.height; ++v)
      for (int u = 0; u < ink.width; ++u)
        for (int c = 0; c < 3; ++c)
          picture.at(x + u, y + v, c) = std::max(picture.at(x + u, y + v, c), ink.at(u, v));
  }
  const Cine exam_ = openCine(HIPCUFF_SOURCE_DIR "/testdata/normal-left-long/image.dcm");
  PictureReader reader_{program};
};

TEST_F(PixelCheckByOcr, TissueAloneIsClean) {
  const PixelCheck check = checkPixels(cineOf({bare(exam_)}, exam_, Packing::lossless), identity(), &reader_);
  EXPECT_EQ(check.state, PixelState::clean) << (check.left.empty() ? check.why : check.left.front().text);
  EXPECT_THAT(check.by, testing::StartsWith("tesseract"));
  EXPECT_EQ(check.framesRead, 1);
}

TEST_F(PixelCheckByOcr, TellsWordsFromThePatients) {
  RgbImage picture = bare(exam_);
  write(picture, "HOSPITAL", 16, 20, 10);
  const Cine plain = cineOf({picture}, exam_, Packing::lossless);
  const PixelCheck words = checkPixels(plain, identity(), &reader_);
  ASSERT_EQ(words.state, PixelState::wordsLeft);
  EXPECT_EQ(words.left.front().text, "HOSPITAL");
  EXPECT_NEAR(words.left.front().box.x0, 21, 3);
  EXPECT_NEAR(words.left.front().box.y0, 10, 3);
  write(picture, "Miler", 16, 20, 40); // a letter short
  const PixelCheck left = checkPixels(cineOf({picture}, exam_, Packing::lossless), identity(), &reader_);
  EXPECT_EQ(left.state, PixelState::identityLeft);
  EXPECT_THAT(left.left, testing::Contains(testing::Field(&WordLeft::identity, dicom::IdentityKind::name)));
  EXPECT_THAT(left.left, testing::Contains(testing::Field(&WordLeft::text, "HOSPITAL")));
}

TEST_F(PixelCheckByOcr, ReadsLettersOverTissueAndInLaterFrames) {
  std::vector<RgbImage> frames(4, bare(exam_));
  const PixelBox pane = exam_.regions.front().box;
  write(frames[2], "47110815", 20, pane.x0 + 60, pane.y0 + 70);
  const PixelCheck check = checkPixels(cineOf(frames, exam_, Packing::lossless), identity(), &reader_);
  ASSERT_EQ(check.state, PixelState::identityLeft);
  EXPECT_EQ(check.left.front().frame, 2);
  EXPECT_EQ(check.framesCompared, 4);
}

} // namespace
} // namespace hipcuff::deidentify
