// Text burned into pictures: what goes, what stays, what is a doubt.
#include "planting.h"

#include "hipcuff/deidentify/burned_in_text.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/screen/screen_finder.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <random>

namespace hipcuff::deidentify {
namespace {

using test::cineOf;
using test::Packing;

const std::filesystem::path exams = HIPCUFF_SOURCE_DIR "/testdata";

/// A simulated exam: header, side panel, ruler and grey bar around one pane.
struct Exam {
  Cine cine = openCine(exams / "normal-left-long" / "image.dcm");
  RgbImage picture = cine.source->frame(0);
  PixelBox pane = cine.regions.front().box;
};

void write(RgbImage& picture, const std::string& text, int height, int x, int y, int grey = 255) {
  const GreyImage ink = test::drawText(text, height, true, 0);
  for (int v = 0; v < ink.height; ++v)
    for (int u = 0; u < ink.width; ++u)
      for (int c = 0; c < 3; ++c)
        if (x + u >= 0 && y + v >= 0 && x + u < picture.width && y + v < picture.height) {
          std::uint8_t& value = picture.at(x + u, y + v, c);
          value = static_cast<std::uint8_t>((value * (255 - ink.at(u, v)) + grey * ink.at(u, v)) / 255);
        }
}

void fill(RgbImage& picture, const PixelBox& box, int grey) {
  for (int y = box.y0; y <= box.y1; ++y)
    std::fill(picture.row(y) + 3 * box.x0, picture.row(y) + 3 * (box.x1 + 1), static_cast<std::uint8_t>(grey));
}

bool masked(const PixelFindings& found, const PixelBox& box) {
  for (int y = box.y0; y <= box.y1; ++y)
    for (int x = box.x0; x <= box.x1; ++x)
      if (std::none_of(found.masks.begin(), found.masks.end(),
                       [&](const dicom::MaskBox& mask) { return !mask.frame && mask.box.contains(x, y); }))
        return false;
  return true;
}

std::vector<DoubtKind> kinds(const PixelFindings& found) {
  std::vector<DoubtKind> out;
  for (const Doubt& doubt : found.doubts)
    out.push_back(doubt.kind);
  return out;
}

PixelFindings find(const Cine& cine, const TextOptions& options = {}) {
  return findBurnedInText(cine, ScreenFinder(), options);
}

TEST(TextFind, TheHeaderGoesAndTheBModeAreaStays) {
  const Exam exam;
  const PixelFindings found = find(exam.cine);
  EXPECT_TRUE(masked(found, {5, 5, 90, 18})) << "the header's text";
  EXPECT_TRUE(found.doubts.empty());
  EXPECT_EQ(found.maskedShareOfBmode, 0);
  EXPECT_FALSE(found.kept.empty()) << "the grey bar";
  EXPECT_EQ(found.framesRead, 1);
}

TEST(TextFind, SimulatedExamsRaiseNoDoubt) {
  int looked = 0;
  for (const auto& entry : std::filesystem::directory_iterator(exams))
    for (const char* name : {"image.dcm", "cine.dcm"})
      if (const auto file = entry.path() / name; std::filesystem::exists(file)) {
        const PixelFindings found = find(openCine(file));
        EXPECT_TRUE(found.doubts.empty()) << file << ": " << found.doubts.front().reason;
        EXPECT_LE(found.maskedShareOfBmode, 0.01) << file;
        ++looked;
      }
  EXPECT_GE(looked, 10);
}

TEST(TextFind, EvenFaintTextOutsideGoesThatOneFrameOnlyShows) {
  const Exam exam;
  std::vector<RgbImage> frames(9, exam.picture);
  write(frames[7], "MÜLLER", 18, 300, 20, 6); // six grey steps over black
  const PixelFindings found = find(cineOf(frames, exam.cine, Packing::lossless));
  EXPECT_TRUE(masked(found, {302, 24, 360, 32}));
  EXPECT_TRUE(found.doubts.empty());
  EXPECT_EQ(found.framesRead, 9);
}

TEST(TextFind, MasksDontShowTheShapeOfTheLetters) {
  Exam exam;
  fill(exam.picture, {0, 0, exam.picture.width - 1, 28}, 90); // a grey bar, on which black boxes are seen
  write(exam.picture, "IVY", 26, 250, 1);
  const PixelFindings found = find(cineOf({exam.picture}, exam.cine, Packing::lossless));
  EXPECT_TRUE(masked(found, {250, 2, 290, 26})) << "the letters and what is between them";
}

TEST(TextFind, RulersStayAndTheirNumbersGo) {
  Exam exam;
  fill(exam.picture, {0, 0, exam.picture.width - 1, exam.picture.height - 1}, 0);
  const RgbImage tissue = exam.cine.source->frame(0);
  for (int y = exam.pane.y0; y <= exam.pane.y1; ++y)
    std::copy_n(tissue.row(y) + 3 * exam.pane.x0, 3 * exam.pane.width(), exam.picture.row(y) + 3 * exam.pane.x0);
  const int x = exam.pane.x1 + 30;
  for (int i = 0; i < 8; ++i) {
    fill(exam.picture, {x, 80 + 40 * i, x + 7, 81 + 40 * i}, 200);
    write(exam.picture, std::to_string(i), 14, x + 20, 74 + 40 * i);
  }
  const PixelFindings found = find(cineOf({exam.picture}, exam.cine, Packing::lossless));
  for (int i = 0; i < 8; ++i) {
    EXPECT_THAT(found.kept, testing::Contains(PixelBox{x, 80 + 40 * i, x + 7, 81 + 40 * i}));
    EXPECT_FALSE(masked(found, {x, 80 + 40 * i, x + 7, 81 + 40 * i}));
    EXPECT_TRUE(masked(found, {x + 22, 77 + 40 * i, x + 26, 83 + 40 * i}));
  }
  // At uneven distances they are no ruler.
  fill(exam.picture, {x, 0, exam.picture.width - 1, exam.picture.height - 1}, 0);
  for (const int y : {80, 100, 133, 190, 211, 270})
    fill(exam.picture, {x, y, x + 7, y + 1}, 200);
  EXPECT_TRUE(find(cineOf({exam.picture}, exam.cine, Packing::lossless)).kept.empty());
}

TEST(TextFind, TextOverTissueIsADoubtWithItsFrame) {
  const Exam exam;
  std::vector<RgbImage> frames(6, exam.picture);
  write(frames[4], "Miller A", 18, exam.pane.x0 + 120, exam.pane.y0 + 60);
  const PixelFindings found = find(cineOf(frames, exam.cine, Packing::lossless));
  ASSERT_EQ(kinds(found), std::vector{DoubtKind::textOverTissue});
  EXPECT_EQ(found.doubts[0].frame, 4);
  const PixelBox box = found.doubts[0].box;
  EXPECT_TRUE(box.contains(exam.pane.x0 + 124, exam.pane.y0 + 68));
  EXPECT_LT(box.height(), 40);
  EXPECT_EQ(found.maskedShareOfBmode, 0);
  EXPECT_EQ(found.doubts[0].reason.find("Miller"), std::string::npos);
}

TEST(TextFind, TextOverTissueIsMaskedWhereThatIsAllowedAndSmall) {
  Exam exam;
  write(exam.picture, "MED", 13, exam.pane.x0 + 120, exam.pane.y0 + 60);
  const Cine cine = cineOf({exam.picture}, exam.cine, Packing::lossless);
  const PixelFindings found = find(cine, {.maskTissue = true});
  EXPECT_TRUE(found.doubts.empty());
  EXPECT_GT(found.maskedShareOfBmode, 0);
  EXPECT_LE(found.maskedShareOfBmode, 0.01);
  EXPECT_TRUE(masked(found, {exam.pane.x0 + 122, exam.pane.y0 + 62, exam.pane.x0 + 145, exam.pane.y0 + 68}));
  // The same text where less may change: it stays, and is a doubt.
  const PixelFindings strict = find(cine, {.maskTissue = true, .mostOfBmode = 1e-4});
  EXPECT_THAT(kinds(strict), testing::Contains(DoubtKind::textOverTissue));
  EXPECT_EQ(strict.maskedShareOfBmode, 0);
}

TEST(TextFind, TextOverBlackInThePaneIsMaskedWithoutADoubt) {
  Exam exam;
  const PixelBox hole{exam.pane.x0 + 60, exam.pane.y1 - 60, exam.pane.x0 + 260, exam.pane.y1 - 10};
  fill(exam.picture, hole, 0);
  write(exam.picture, "Yamada", 14, hole.x0 + 60, hole.y0 + 15, 180);
  const PixelFindings found = find(cineOf({exam.picture}, exam.cine, Packing::lossless));
  EXPECT_TRUE(found.doubts.empty());
  EXPECT_TRUE(masked(found, {hole.x0 + 61, hole.y0 + 17, hole.x0 + 105, hole.y0 + 25}));
  EXPECT_GT(found.maskedShareOfBmode, 0);
}

TEST(TextFind, CalipersAreNoWords) {
  Exam exam;
  for (const int x : {100, 220}) {
    const int cx = exam.pane.x0 + x;
    const int cy = exam.pane.y0 + 150;
    fill(exam.picture, {cx - 7, cy, cx + 7, cy}, 255);
    fill(exam.picture, {cx, cy - 7, cx, cy + 7}, 255);
  }
  EXPECT_TRUE(find(cineOf({exam.picture}, exam.cine, Packing::lossless)).doubts.empty());
}

TEST(TextFind, StillTextShowsThroughMovingTissue) {
  const Exam exam;
  // Tissue that moves: each frame is another exam's, with the same faint word.
  std::vector<RgbImage> frames;
  std::mt19937 random(5);
  for (int i = 0; i < 12; ++i) {
    RgbImage frame = exam.picture;
    const int shift = static_cast<int>(random() % 60);
    for (int y = exam.pane.y0; y <= exam.pane.y1; ++y)
      for (int x = exam.pane.x0; x <= exam.pane.x1; ++x)
        for (int c = 0; c < 3; ++c)
          frame.at(x, y, c) = exam.picture.at(exam.pane.x0 + (x - exam.pane.x0 + shift) % exam.pane.width(), y, c);
    write(frame, "MILLER", 14, exam.pane.x0 + 100, exam.pane.y0 + 60, 120);
    frames.push_back(std::move(frame));
  }
  const PixelFindings found = find(cineOf(frames, exam.cine, Packing::lossless));
  EXPECT_THAT(kinds(found), testing::Contains(DoubtKind::textOverTissue));
}

TEST(TextFind, WithoutAPaneNothingIsSure) {
  const Exam exam;
  RgbImage page(400, 300);
  write(page, "REPORT OF ANNA MILLER", 20, 40, 40);
  Cine cine = cineOf({page}, exam.cine, Packing::lossless);
  cine.regions.clear();
  const PixelFindings found = find(cine);
  EXPECT_THAT(kinds(found), testing::Contains(DoubtKind::noPane));
  EXPECT_TRUE(masked(found, {44, 48, 240, 54}));
}

TEST(TextFind, TissueThatNoPaneHasIsADoubt) {
  Exam exam;
  // Two panes, of which the file declares one.
  RgbImage wide(exam.picture.width + exam.pane.width() + 40, exam.picture.height);
  for (int y = 0; y < wide.height; ++y)
    std::copy_n(exam.picture.row(y), 3 * exam.picture.width, wide.row(y));
  for (int y = exam.pane.y0; y <= exam.pane.y1; ++y)
    std::copy_n(exam.picture.row(y) + 3 * exam.pane.x0, 3 * exam.pane.width(),
                wide.row(y) + 3 * (exam.picture.width + 20));
  const PixelFindings found = find(cineOf({wide}, exam.cine, Packing::lossless));
  EXPECT_THAT(kinds(found), testing::Contains(DoubtKind::unsurePane));
}

class Broken final : public FrameSource {
public:
  explicit Broken(RgbImage good)
      : good_(std::move(good)) {}
  RgbImage frame(int index) override {
    if (index == 3)
      throw InputError("cine.dcm", "frame 4 is broken", {});
    return good_;
  }
  [[nodiscard]] std::unique_ptr<FrameSource> clone() const override { return std::make_unique<Broken>(good_); }

private:
  RgbImage good_;
};

TEST(TextFind, AFrameThatNobodyCanReadIsADoubt) {
  const Exam exam;
  Cine cine = cineOf(std::vector<RgbImage>(6, exam.picture), exam.cine, Packing::lossless);
  cine.source = std::make_shared<Broken>(exam.picture);
  const PixelFindings found = find(cine);
  ASSERT_EQ(kinds(found), std::vector{DoubtKind::unreadFrame});
  EXPECT_EQ(found.doubts[0].frame, 3);
  EXPECT_EQ(found.framesRead, 5);
}

TEST(TextFind, LossyBlocksAtThePanesEdgeAreCounted) {
  const Exam exam;
  RgbImage picture = exam.picture;
  write(picture, "Smith", 12, exam.pane.x0 + 60, exam.pane.y0 - 14);
  const PixelFindings lossy = find(cineOf({test::packed(picture, Packing::jpeg90)}, exam.cine, Packing::jpeg90));
  EXPECT_TRUE(masked(lossy, {exam.pane.x0 + 62, exam.pane.y0 - 11, exam.pane.x0 + 90, exam.pane.y0 - 5}));
  EXPECT_GT(lossy.maskedShareOfBmode, 0) << "blocks of 16 reach into the pane";
  EXPECT_EQ(find(cineOf({picture}, exam.cine, Packing::lossless)).maskedShareOfBmode, 0);
}

TEST(TextFind, TheShareCountsEachPixelOnce) {
  Mask bmode(10, 10);
  for (int y = 0; y < 10; ++y)
    std::fill(bmode.row(y), bmode.row(y) + 5, std::uint8_t{255});
  EXPECT_EQ(shareOfBmode(bmode, {}), 0);
  EXPECT_DOUBLE_EQ(shareOfBmode(bmode, {{{0, 0, 9, 0}, {}}, {{3, 0, 12, 1}, 2}}), (5 + 2) / 50.0);
  EXPECT_EQ(shareOfBmode(Mask(10, 10), {{{0, 0, 9, 9}, {}}}), 0);
}

} // namespace
} // namespace hipcuff::deidentify
