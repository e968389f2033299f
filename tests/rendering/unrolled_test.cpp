// A round tendon laid out flat.
#include "curved_tendon.h"
#include "hipcuff/rendering/unrolled.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace hipcuff {
namespace {

class Unrolled : public testing::TestWithParam<bool> {};
INSTANTIATE_TEST_SUITE_P(Arrives, Unrolled, testing::Values(true, false));

TEST_P(Unrolled, ARoundBandComesOutFlat) {
  const ImageResult image = test::curvedTendon(GetParam());
  const auto flat = unrolled(image, *image.picture, 7);
  ASSERT_TRUE(flat);
  const RgbImage& picture = flat->scene.picture;
  EXPECT_EQ(picture.width, 361); // 18 mm
  EXPECT_NEAR(flat->topHeightMm, test::curvedThicknessMm + 4, 0.051);
  EXPECT_NEAR(flat->heightMm(picture.height - 1), -2, 0.051);
  for (const double height : {-1.0, 0.5, 1.5, 2.5, 3.5, 4.5, 6.5}) {
    const int y = static_cast<int>(std::lround(flat->toUnrolled(0, height).y));
    for (int x = 0; x < picture.width; ++x)
      ASSERT_NEAR(picture.at(x, y), test::greyAtHeight(height), 1) << x << " at " << height << " mm";
  }
  // The step from bone to tendon lies at height 0, to a picture pixel.
  for (int x = 0; x < picture.width; x += 30) {
    int y = picture.height - 1;
    while (y > 0 && picture.at(x, y) < 40)
      --y;
    EXPECT_NEAR(flat->heightMm(y), 0, 0.08) << x;
  }
}

TEST_P(Unrolled, ASpotLiesWhereItsPositionAndHeightSay) {
  ImageResult image = test::curvedTendon(GetParam());
  RgbImage spotted(image.columns, image.rows, 0);
  const Point mm = test::onCurve(13.3, 3.1, GetParam());
  for (int y = 0; y < spotted.height; ++y)
    for (int x = 0; x < spotted.width; ++x)
      if (distance(Point{x * image.scale.x, y * image.scale.y}, mm) < 0.3)
        spotted.at(x, y) = 255;
  const auto flat = unrolled(image, spotted, 7);
  ASSERT_TRUE(flat);
  Point middle{};
  double sum = 0;
  for (int y = 0; y < flat->scene.picture.height; ++y)
    for (int x = 0; x < flat->scene.picture.width; ++x) {
      sum += flat->scene.picture.at(x, y);
      middle = middle + Point{double(x), double(y)} * flat->scene.picture.at(x, y);
    }
  ASSERT_GT(sum, 0);
  middle = middle * (1 / sum);
  EXPECT_NEAR(flat->positionMm(middle.x), 13.3, 0.06);
  EXPECT_NEAR(flat->heightMm(middle.y), 3.1, 0.06);
}

TEST_P(Unrolled, PlacesGoThereAndBack) {
  const ImageResult image = test::curvedTendon(GetParam());
  for (const double position : {-1.0, 0.0, 0.1, 7.7, 17.99, 18.0, 19.5})
    for (const double height : {-1.5, 0.0, 2.2, 6.0}) {
      const auto mm = pointAt(image.anatomy.tendon, {position, height});
      ASSERT_TRUE(mm);
      const auto place = placeOn(image.anatomy.tendon, *mm);
      ASSERT_TRUE(place);
      EXPECT_NEAR(place->positionMm, position, 1e-3) << height;
      EXPECT_NEAR(place->heightMm, height, 1e-3) << position;
    }
}

TEST_P(Unrolled, TheSceneFollows) {
  const ImageResult image = test::curvedTendon(GetParam());
  const auto flat = unrolled(image, *image.picture, 7);
  ASSERT_TRUE(flat);
  const OverlayScene& scene = flat->scene;
  EXPECT_EQ(scene.title, "Unrolled along the cortex");
  ASSERT_TRUE(scene.mmPerPx);
  EXPECT_EQ(*scene.mmPerPx, (Spacing{0.05, 0.05}));
  EXPECT_TRUE(scene.ruler.upwards);
  EXPECT_NEAR(scene.ruler.zeroPx, flat->toUnrolled(0, 0).y, 1e-9);
  int inferred = 0;
  for (const OverlayLine& line : scene.lines) {
    const double height = line.role == OverlayRole::superficialBorder ? test::curvedThicknessMm : 0;
    for (const Point p : line.px)
      EXPECT_NEAR(flat->heightMm(p.y), height, 1e-6);
    inferred += line.inferred ? 1 : 0;
  }
  EXPECT_EQ(inferred, 1);
  ASSERT_EQ(scene.regions.size(), 1U);
  const auto [left, right] = std::minmax_element(scene.regions[0].px.begin(), scene.regions[0].px.end(),
                                                 [](Point a, Point b) { return a.x < b.x; });
  EXPECT_NEAR(flat->positionMm(left->x), 9, 0.01);
  EXPECT_NEAR(flat->positionMm(right->x), 12, 0.01);
  EXPECT_TRUE(scene.regions[0].counted);
  ASSERT_EQ(scene.zones.size(), 1U);
  EXPECT_EQ(scene.zones[0].angleDeg, 12.0);
  EXPECT_NEAR(flat->positionMm(scene.zones[0].px.front().x), 12.5, 0.01);
  ASSERT_EQ(scene.facets.size(), 1U);
  EXPECT_NEAR(flat->positionMm(scene.facets[0].beginPx.x), 2, 0.01);
  EXPECT_TRUE(scene.facets[0].beginShown);
  EXPECT_FALSE(scene.facets[0].endShown); // its end lies beyond the tendon
}

TEST(UnrolledEdges, NothingToUnroll) {
  ImageResult image = test::curvedTendon();
  EXPECT_FALSE(unrolled(image, RgbImage(), 7));
  image.anatomy.tendon.stations.resize(1);
  EXPECT_FALSE(unrolled(image, *image.picture, 7));
  EXPECT_FALSE(placeOn(image.anatomy.tendon, {3, 3}));
  image.anatomy.tendon.stations.clear();
  EXPECT_FALSE(unrolled(image, *image.picture, 7));
}

TEST(UnrolledEdges, WithoutMillimetresThereIsNoScale) {
  ImageResult image = test::curvedTendon();
  image.mmPerPx.reset();
  const auto flat = unrolled(image, *image.picture, 7);
  ASSERT_TRUE(flat);
  EXPECT_FALSE(flat->scene.mmPerPx);
}

TEST(UnrolledEdges, OutsideOfThePictureIsBlack) {
  ImageResult image = test::curvedTendon();
  for (TendonStation& s : image.anatomy.tendon.stations)
    s.cortexMm.x -= 8; // partly left of the picture
  const RgbImage white(image.columns, image.rows, 255);
  const auto flat = unrolled(image, white, 7);
  ASSERT_TRUE(flat);
  EXPECT_EQ(flat->scene.picture.at(0, 100), 0);
  EXPECT_EQ(flat->scene.picture.at(flat->scene.picture.width - 1, 100), 255);
}

} // namespace
} // namespace hipcuff
