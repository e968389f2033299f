#include "hipcuff/core/frame.h"
#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace hipcuff {
namespace {

TEST(Points, CrossIsPositiveClockwiseOnTheScreen) {
  EXPECT_GT(cross({1, 0}, {0, 1}), 0); // right, then down
  EXPECT_EQ(normalized({0, 0}), (Point{0, 0}));
  EXPECT_DOUBLE_EQ(norm(normalized({3, 4})), 1.0);
}

TEST(Polylines, LengthAndResampling) {
  const Polyline line{{0, 0}, {3, 0}, {3, 4}};
  EXPECT_DOUBLE_EQ(length(line), 7.0);
  const Polyline points = resampled(line, 2);
  ASSERT_EQ(points.size(), 5U); // 0, 2, 4, 6, end
  EXPECT_EQ(points[1], (Point{2, 0}));
  EXPECT_EQ(points[2], (Point{3, 1}));
  EXPECT_EQ(points.back(), (Point{3, 4}));
  EXPECT_TRUE(resampled({}, 1).empty());
}

TEST(Polylines, ResamplingDoesNotDoubleTheEnd) {
  EXPECT_EQ(resampled({{0, 0}, {4, 0}}, 2).size(), 3U);
}

TEST(Polylines, DistanceAndRay) {
  const Polyline line{{0, 0}, {10, 0}};
  EXPECT_DOUBLE_EQ(distance({5, 2}, line), 2.0);
  EXPECT_DOUBLE_EQ(distance({13, 4}, line), 5.0);
  EXPECT_EQ(distance({1, 1}, Polyline{}), std::numeric_limits<double>::infinity());
  ASSERT_TRUE(rayHit({5, 3}, {0, -1}, line));
  EXPECT_DOUBLE_EQ(*rayHit({5, 3}, {0, -1}, line), 3.0);
  EXPECT_FALSE(rayHit({5, 3}, {0, 1}, line));
  EXPECT_FALSE(rayHit({11, 3}, {0, -1}, line));
}

TEST(Polygons, AreaAndContains) {
  const Polyline square{{0, 0}, {4, 0}, {4, 4}, {0, 4}};
  EXPECT_DOUBLE_EQ(area(square), 16.0);
  EXPECT_DOUBLE_EQ(area({square.rbegin(), square.rend()}), 16.0);
  EXPECT_TRUE(contains(square, {1, 3}));
  EXPECT_FALSE(contains(square, {5, 3}));
  EXPECT_FALSE(contains({}, {0, 0}));
}

TEST(Boxes, AreInclusive) {
  const PixelBox box{2, 3, 4, 3};
  EXPECT_EQ(box.width(), 3);
  EXPECT_EQ(box.height(), 1);
  EXPECT_FALSE(box.empty());
  EXPECT_TRUE(intersection(box, {5, 0, 9, 9}).empty());
  EXPECT_EQ(intersection(box, {3, 0, 9, 9}), (PixelBox{3, 3, 4, 3}));
  EXPECT_TRUE(PixelBox{}.empty());
}

TEST(Images, GreyOfGreyIsTheSame) {
  GreyImage grey(256, 1);
  for (int v = 0; v < 256; ++v)
    grey.at(v, 0) = static_cast<std::uint8_t>(v);
  EXPECT_EQ(toGrey(toRgb(grey)), grey);
}

TEST(Images, LumaFollowsBt601) {
  RgbImage image(3, 1);
  image.at(0, 0, 0) = 255;
  image.at(1, 0, 1) = 255;
  image.at(2, 0, 2) = 255;
  const GreyImage grey = toGrey(image);
  EXPECT_EQ(grey.at(0, 0), 76);
  EXPECT_EQ(grey.at(1, 0), 150);
  EXPECT_EQ(grey.at(2, 0), 29);
}

TEST(Images, CropIsInclusiveAndRefusesToLeaveThePicture) {
  GreyImage image(4, 3);
  image.at(2, 1) = 7;
  const GreyImage part = crop(image, {2, 1, 3, 2});
  EXPECT_EQ(part.width, 2);
  EXPECT_EQ(part.height, 2);
  EXPECT_EQ(part.at(0, 0), 7);
  EXPECT_THROW((void)crop(image, {2, 1, 4, 2}), std::out_of_range);
  EXPECT_THROW((void)crop(image, {-1, 0, 1, 1}), std::out_of_range);
  EXPECT_THROW((void)crop(image, PixelBox{}), std::out_of_range);
}

TEST(Frames, KeepMillimetresAndPixelsApart) {
  Pane pane;
  pane.box = {10, 20, 29, 59};
  pane.usable = Mask(20, 40, 255);
  pane.mmPerPx = Spacing{0.1, 0.2};
  const Frame frame = makeFrame(RgbImage(100, 100), pane, 3);
  EXPECT_FALSE(frame.nominal);
  EXPECT_EQ(frame.index, 3);
  EXPECT_EQ(frame.toFullPixels({1, 2}), (Point{20, 30}));
  EXPECT_EQ(frame.toMm({20, 30}), (Point{1, 2}));
  pane.mmPerPx.reset();
  const Frame guessed = makeFrame(RgbImage(100, 100), pane, 0);
  EXPECT_TRUE(guessed.nominal);
  EXPECT_DOUBLE_EQ(guessed.scale.y, nominalDepthMm / 40);
}

TEST(Frames, BeamsOfASectorLeaveTheApex) {
  Frame frame;
  frame.box = {0, 0, 99, 99};
  frame.probe.kind = ProbeGeometry::Kind::sector;
  frame.probe.apexPx = {50, -50};
  const Point beam = frame.beamAt({100, 0});
  EXPECT_NEAR(beam.x, std::sqrt(0.5), 1e-9);
  EXPECT_NEAR(beam.y, std::sqrt(0.5), 1e-9);
}

} // namespace
} // namespace hipcuff
