#include "label_mask.h"

#include "sample_results.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace hipcuff::report {
namespace {

std::ptrdiff_t count(const GreyImage& image, int value) {
  return std::count(image.data.begin(), image.data.end(), value);
}

TEST(FillPolygon, TakesPixelsWhoseCentreIsInside) {
  GreyImage image(10, 8);
  fillPolygon(image, {{1.5, 2.5}, {4.5, 2.5}, {4.5, 5.5}, {1.5, 5.5}}, Label::tendon);
  EXPECT_EQ(count(image, 1), 9);
  for (int y = 3; y <= 5; ++y)
    for (int x = 2; x <= 4; ++x)
      EXPECT_EQ(image.at(x, y), 1) << x << "," << y;
}

TEST(FillPolygon, TwoThatShareAnEdgeNeitherOverlapNorLeaveAGap) {
  GreyImage image(10, 4);
  fillPolygon(image, {{0, 0}, {4, 0}, {4, 4}, {0, 4}}, Label::tendon);
  fillPolygon(image, {{4, 0}, {10, 0}, {10, 4}, {4, 4}}, Label::discontinuity);
  EXPECT_EQ(count(image, 1), 16);
  EXPECT_EQ(count(image, 2), 24);
}

TEST(FillPolygon, SelfCrossingOutlinesHaveNoHoles) {
  GreyImage image(12, 12);
  // The overlap of two loops winds twice: even-odd would leave it out.
  fillPolygon(image, {{0.5, 0.5}, {8.5, 0.5}, {8.5, 8.5}, {4.5, 8.5}, {4.5, 4.5}, {10.5, 4.5}, {10.5, 2.5}, {0.5, 2.5}},
              Label::tendon);
  EXPECT_EQ(image.at(6, 6), 1);
  EXPECT_EQ(image.at(2, 1), 1);
}

TEST(FillPolygon, OutsideAndNonsenseAreIgnored) {
  GreyImage image(5, 5);
  fillPolygon(image, {{-10, -10}, {2.5, -10}, {2.5, 2.5}, {-10, 2.5}}, Label::tendon);
  EXPECT_EQ(count(image, 1), 9);
  GreyImage other(5, 5);
  fillPolygon(other, {{-1e12, -1e12}, {1e12, -1e12}, {1e12, 1e12}, {-1e12, 1e12}}, Label::tendon);
  EXPECT_EQ(count(other, 1), 25);
  GreyImage untouched(5, 5);
  fillPolygon(untouched, {{0, 0}, {std::numeric_limits<double>::quiet_NaN(), 4}, {4, 4}}, Label::tendon);
  fillPolygon(untouched, {{0, 0}, {4, 4}}, Label::tendon);
  fillPolygon(untouched, {{50, 50}, {60, 50}, {60, 60}}, Label::tendon);
  EXPECT_EQ(count(untouched, 0), 25);
}

TEST(LabelMask, IsFullSizeAndCoversTheTendonsArea) {
  const ImageResult image = test::tornHip();
  const GreyImage mask = labelMask(image);
  EXPECT_EQ(mask.width, 640);
  EXPECT_EQ(mask.height, 480);
  // Area by pixels against area by the shoelace formula, in mm2.
  Polyline outline = image.anatomy.tendon.superficialMm();
  const Polyline deep = image.anatomy.tendon.deepMm();
  outline.insert(outline.end(), deep.rbegin(), deep.rend());
  const double pixels = static_cast<double>(count(mask, 1) + count(mask, 2)) * 0.01;
  EXPECT_NEAR(pixels, area(outline), 0.02 * area(outline));
  double torn = 0;
  for (const Discontinuity& d : image.measurements.discontinuities)
    torn += area(d.polygonMm);
  EXPECT_NEAR(static_cast<double>(count(mask, 2)) * 0.01, torn, 0.04 * torn);
  // In the place: mid tear, just above the cortex, in full-image pixels.
  const Point px = image.toFullPixels(image.anatomy.tendon.stations[20].cortexMm + Point{0, -0.5});
  EXPECT_EQ(mask.at(static_cast<int>(px.x), static_cast<int>(px.y)), 2);
}

TEST(LabelMask, ScalesThatDifferInXAndY) {
  ImageResult image = test::normalHip();
  image.scale = {0.1, 0.2};
  image.mmPerPx = image.scale;
  const GreyImage mask = labelMask(image);
  Polyline outline = image.anatomy.tendon.superficialMm();
  const Polyline deep = image.anatomy.tendon.deepMm();
  outline.insert(outline.end(), deep.rbegin(), deep.rend());
  EXPECT_NEAR(static_cast<double>(count(mask, 1)) * 0.02, area(outline), 0.02 * area(outline));
}

} // namespace
} // namespace hipcuff::report
