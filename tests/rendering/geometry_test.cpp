// Strokes, labels and reading: what needs no display.
#include "hipcuff/core/error.h"
#include "hipcuff/core/png.h"
#include "hipcuff/core/version.h"
#include "hipcuff/rendering/overlay_renderer.h"
#include "label_placer.h"
#include "overlay_layout.h"
#include "sample_scene.h"
#include "stroke_geometry.h"
#include "temporary_folder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace hipcuff::drawing {
namespace {

double eightPixelsALetter(const std::string& words, double) {
  return 8.0 * static_cast<double>(words.size());
}

TEST(Dashes, CoverTheShareOfTheLineThatThePatternSays) {
  const Polyline line{{0, 0}, {30, 0}, {30, 40}, {100, 40}};
  double drawn = 0;
  for (const Polyline& piece : dashed(line, {4, 6})) {
    EXPECT_LE(length(piece), 4 + 1e-9);
    drawn += length(piece);
  }
  EXPECT_NEAR(drawn, length(line) * 0.4, 1e-9); // 140 long: 14 whole periods
}

TEST(Dashes, OfNothingAreNothing) {
  EXPECT_TRUE(dashed({}, {4, 6}).empty());
  EXPECT_TRUE(dashed({{1, 1}}, {4, 6}).empty());
  EXPECT_TRUE(dashed({{1, 1}, {1, 1}}, {4, 6}).empty());
}

TEST(Ticks, StandOnTheBonesSide) {
  const auto ticks = ticksBelow({{0, 100}, {50, 80}, {120, 95}}, 10, 6);
  ASSERT_EQ(ticks.size(), 13U);
  for (const Polyline& tick : ticks) {
    EXPECT_GT(tick[1].y, tick[0].y);
    EXPECT_NEAR(length(tick), 6, 1e-9);
  }
}

TEST(Hatches, StayInsideAConcavePolygon) {
  const Polyline u{{0, 0}, {10, 0}, {10, 20}, {30, 20}, {30, 0}, {40, 0}, {40, 40}, {0, 40}};
  double total = 0;
  for (const double angle : {0.0, 45.0, 135.0}) {
    const auto lines = hatched(u, angle, 3);
    ASSERT_FALSE(lines.empty());
    for (const Polyline& line : lines) {
      const Point middle = (line[0] + line[1]) * 0.5;
      EXPECT_TRUE(contains(u, middle) || length(line) < 1e-6) << middle.x << ' ' << middle.y;
      total += length(line);
    }
  }
  // Lines 3 apart fill a third of the area with length, at each of three angles.
  EXPECT_NEAR(total, area(u), area(u) * 0.1);
}

TEST(Labels, AvoidWhatTheyMustNotCoverAndEachOther) {
  LabelPlacer placer({0, 0, 200, 200});
  placer.keepClear(Rect{0, 0, 200, 120});
  const auto first = placer.place({100, 100}, 60, 20);
  const auto second = placer.place({100, 100}, 60, 20);
  ASSERT_TRUE(first && second);
  EXPECT_GE(first->y0, 120);
  EXPECT_GE(second->y0, 120);
  EXPECT_FALSE(first->overlaps(*second));
  EXPECT_FALSE(placer.place({100, 100}, 300, 20)); // wider than the area
}

TEST(Labels, LieOffTheTendonAndTheDefects) {
  const OverlayScene scene = test::sampleScene(true);
  const DisplayList list = layOut(scene, eightPixelsALetter);
  const auto label =
      std::find_if(list.texts.begin(), list.texts.end(), [](const Text& t) { return t.words == "undersurface 62 %"; });
  ASSERT_NE(label, list.texts.end());
  for (double x = label->x; x < label->x + eightPixelsALetter(label->words, 15); x += 4) {
    const double px = (x - list.pictureLeft) / list.zoom;
    const double top = (label->y - 9 - list.pictureTop) / list.zoom;
    const double bottom = (label->y + 9 - list.pictureTop) / list.zoom;
    EXPECT_TRUE(top > test::cortexY(px) || bottom < test::cortexY(px) - test::thicknessAt(px)) << x;
  }
}

TEST(Layout, ScaleBarIsAsLongAsItSays) {
  OverlayScene scene = test::sampleScene(false);
  scene.mmPerPx = Spacing{0.08, 0.1};
  const DisplayList list = layOut(scene, eightPixelsALetter);
  const auto words = std::find_if(list.texts.begin(), list.texts.end(), [&](const Text& t) {
    return t.words.ends_with(" mm") && t.y > list.pictureTop + 600;
  });
  ASSERT_NE(words, list.texts.end());
  const double mm = std::stod(words->words);
  const double expected = mm / 0.08 * list.zoom;
  EXPECT_TRUE(std::any_of(list.strokes.begin(), list.strokes.end(), [&](const Stroke& s) {
    return s.points.size() == 2 && std::abs(length(s.points) - expected) < 1e-6 && s.points[0].y == s.points[1].y;
  })) << mm;
}

TEST(Layout, WithoutCalibrationThereIsNoMillimetre) {
  const DisplayList list = layOut(test::crowdedScene(), eightPixelsALetter);
  bool said = false;
  for (const Text& text : list.texts) {
    EXPECT_FALSE(text.words.ends_with("mm")) << text.words;
    said = said || text.words.starts_with("no scale");
  }
  EXPECT_TRUE(said);
}

TEST(Layout, EveryPictureSaysThatItIsNotForDiagnosis) {
  std::string all;
  for (const Text& text : layOut(test::sampleScene(true), eightPixelsALetter).texts)
    all += text.words + " ";
  EXPECT_NE(all.find(notice), std::string::npos);
}

TEST(Layout, ScaleBarsAreRound) {
  EXPECT_DOUBLE_EQ(roundScaleBarMm(20, 160), 10);
  EXPECT_DOUBLE_EQ(roundScaleBarMm(10, 160), 20);
  EXPECT_DOUBLE_EQ(roundScaleBarMm(33, 160), 5);
  EXPECT_DOUBLE_EQ(roundScaleBarMm(200, 160), 1);
}

TEST(Zoom, IsWholeAndNeverBelowOne) {
  EXPECT_EQ(overlayZoom(400, 300), 2);
  EXPECT_EQ(overlayZoom(640, 480), 2);
  EXPECT_EQ(overlayZoom(800, 600), 1);
  EXPECT_EQ(overlayZoom(4000, 3000), 1);
  EXPECT_EQ(overlayZoom(100, 1000), 1); // would be 7000 tall
  EXPECT_EQ(overlayZoom(0, 0), 1);
}

TEST(Names, SayDepthAndDoubt) {
  OverlayRegion region;
  region.kind = DiscontinuityKind::undersurface;
  EXPECT_EQ(regionLabel(region), "undersurface");
  region.depthFraction = 0.624;
  EXPECT_EQ(regionLabel(region), "undersurface 62 %");
  region.suspectedAnisotropy = true;
  EXPECT_EQ(regionLabel(region), "undersurface 62 % (anisotropy?)");
  region.suspectedAnisotropy = false;
  region.counted = false;
  EXPECT_EQ(regionLabel(region), "undersurface 62 % (not counted as a tear)");
  region = OverlayRegion();
  region.kind = DiscontinuityKind::fullThickness;
  region.depthFraction = 1;
  EXPECT_EQ(regionLabel(region), "full thickness");
}

class PngFile : public testing::Test {
protected:
  test::TemporaryFolder folder_;
};

TEST_F(PngFile, ComesBackAsItWent) {
  const RgbImage image = test::samplePicture(37, 23);
  EXPECT_EQ(readPng(folder_.write("a.png", encodePng(image)), 100), image);
}

TEST_F(PngFile, BrokenOnesAreNamed) {
  const std::string bytes = encodePng(test::samplePicture(64, 64));
  EXPECT_THROW((void)readPng(folder_ / "none.png", 100), InputError);
  EXPECT_THROW((void)readPng(folder_.write("empty.png", ""), 100), InputError);
  EXPECT_THROW((void)readPng(folder_.write("text.png", "this is no picture"), 100), InputError);
  EXPECT_THROW((void)readPng(folder_.write("cut.png", bytes.substr(0, bytes.size() / 2)), 100), InputError);
  EXPECT_THROW((void)readPng(folder_.write("large.png", bytes), 63), InputError);
}

} // namespace
} // namespace hipcuff::drawing
