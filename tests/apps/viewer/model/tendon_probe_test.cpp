#include "model/tendon_probe.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/screen.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/phantom/phantom.h"

#include <gtest/gtest.h>

#include <cmath>

namespace hipcuff::viewer {
namespace {

/// A flat tendon 4 mm thick over a straight cortex at 20 mm depth, 10 mm long, a station every quarter of a
/// millimetre; 0.1 by 0.2 mm a pixel; a gap from 6 to 7 mm.
ImageResult flat() {
  ImageResult image;
  image.regionPx = PixelBox{100, 50, 499, 249};
  image.mmPerPx = image.scale = Spacing{0.1, 0.2};
  for (int i = 0; i <= 40; ++i) {
    TendonStation s;
    s.positionMm = 0.25 * i;
    s.cortexMm = {5 + s.positionMm, 20};
    s.deepMm = s.cortexMm;
    s.normal = {0, -1};
    s.superficialMm = {s.cortexMm.x, 16};
    s.superficialByHand = i == 4;
    image.anatomy.tendon.stations.push_back(s);
    if (s.positionMm <= 6 || s.positionMm >= 7)
      image.measurements.thickness.profile.push_back({s.positionMm, 4 + s.positionMm / 100, 3.5, 4.5, 4});
  }
  Discontinuity gap;
  gap.polygonMm = {{11, 16}, {12, 16}, {12, 20}, {11, 20}};
  Discontinuity inside;
  inside.polygonMm = {{11.3, 17}, {11.6, 17}, {11.6, 18}, {11.3, 18}};
  image.measurements.discontinuities = {gap, inside};
  return image;
}

Point px(double x, double y) {
  return {100 + x / 0.1, 50 + y / 0.2};
}

TEST(TendonProbe, InsideTheTendon) {
  const ImageResult image = flat();
  const auto found = probe(image, px(7, 18));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->positionMm, 2, 1e-9);
  EXPECT_EQ(found->station, 8U);
  EXPECT_NEAR(found->heightMm, 2, 1e-9);
  ASSERT_TRUE(found->thickness);
  EXPECT_NEAR(found->thickness->valueMm, 4.02, 1e-9);
  EXPECT_EQ(found->cortexPx, px(7, 20));
  EXPECT_EQ(found->superficialPx, px(7, 16));
  EXPECT_FALSE(found->byHand);
  EXPECT_TRUE(probe(image, px(6, 18))->byHand);
}

TEST(TendonProbe, MarginIsInMillimetresOnAllSides) {
  const ImageResult image = flat();
  EXPECT_TRUE(probe(image, px(7, 20.9))) << "below the cortex";
  EXPECT_FALSE(probe(image, px(7, 21.1)));
  EXPECT_TRUE(probe(image, px(7, 15.1))) << "above it";
  EXPECT_FALSE(probe(image, px(7, 14.9)));
  EXPECT_TRUE(probe(image, px(7, 14.9), 1.2));
  EXPECT_FALSE(probe(image, px(7, 15.9), 0));
  EXPECT_TRUE(probe(image, px(4.6, 18))) << "beside its end";
  EXPECT_FALSE(probe(image, px(4.4, 18)));
  EXPECT_FALSE(probe(image, px(15.6, 18)));
}

TEST(TendonProbe, InAGapNothingIsMeasured) {
  const auto found = probe(flat(), px(11.5, 18));
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->positionMm, 6.5, 1e-9);
  EXPECT_FALSE(found->thickness) << "not the next one's";
}

TEST(TendonProbe, WithoutMillimetresThereIsNoThickness) {
  ImageResult image = flat();
  image.mmPerPx.reset();
  const auto found = probe(image, px(7, 18));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->thickness);
}

TEST(TendonProbe, ByPosition) {
  const ImageResult image = flat();
  EXPECT_EQ(probeAt(image, 2.1)->station, 8U);
  EXPECT_EQ(probeAt(image, -0.4)->station, 0U);
  EXPECT_FALSE(probeAt(image, -0.6));
  EXPECT_FALSE(probeAt(image, 10.6));
  EXPECT_FALSE(probeAt(ImageResult{}, 1));
  EXPECT_FALSE(probe(ImageResult{}, {3, 3}));
}

TEST(TendonProbe, TheSmallestOutlineOfSeveral) {
  const ImageResult image = flat();
  EXPECT_EQ(discontinuityAt(image, px(11.1, 19)), 0U);
  EXPECT_EQ(discontinuityAt(image, px(11.45, 17.5)), 1U);
  EXPECT_FALSE(discontinuityAt(image, px(10.5, 17.5)));
  EXPECT_FALSE(discontinuityAt(ImageResult{}, {3, 3}));
}

TEST(TendonProbe, OnASimulatedHipEachStationIsFoundAtItsOwnPlace) {
  phantom::RecipeWishes wishes;
  wishes.pathology = phantom::Pathology::normal;
  wishes.view = View::longAxis;
  const phantom::HipSimulator simulator(phantom::drawRecipe(3, wishes));
  const phantom::Truth truth = simulator.truth();
  Pane pane;
  pane.box = truth.regionPx;
  pane.usable = Mask(pane.box.width(), pane.box.height(), 255);
  pane.mmPerPx = truth.mmPerPx;
  pane.calibrationOrigin = CalibrationOrigin::ultrasoundRegion;
  FrameResult frame =
      analyzeFrame(simulator.renderRgb(), pane, 0, View::longAxis, {}, builtinStages(), builtinCriteria());
  ImageResult image;
  image.regionPx = pane.box;
  image.mmPerPx = pane.mmPerPx;
  image.scale = *pane.mmPerPx;
  image.anatomy = std::move(frame.anatomy);
  image.measurements = std::move(frame.measurements);
  const auto& stations = image.anatomy.tendon.stations;
  ASSERT_GT(stations.size(), 20U);
  int measured = 0;
  for (const TendonStation& s : stations) {
    const Point middle = (s.cortexMm + s.superficialMm) * 0.5;
    const auto found = probe(image, image.toFullPixels(middle));
    ASSERT_TRUE(found);
    // Normals fan out: a neighbour may be as near.
    EXPECT_NEAR(found->positionMm, s.positionMm, 0.5);
    EXPECT_NEAR(found->heightMm, distance(s.cortexMm, s.superficialMm) / 2, 0.2);
    if (found->thickness) {
      ++measured;
      EXPECT_NEAR(found->thickness->valueMm, distance(s.cortexMm, s.superficialMm), 0.6);
      EXPECT_LE(found->thickness->lowerMm, found->thickness->valueMm);
      EXPECT_GE(found->thickness->upperMm, found->thickness->valueMm);
    }
  }
  EXPECT_GT(measured, static_cast<int>(stations.size() * 3 / 4));
}

} // namespace
} // namespace hipcuff::viewer
