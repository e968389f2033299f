// From known tissue to discontinuities: where, of which kind, how deep; and what must not count. Whether the tissue is
// told rightly is for tests/accuracy.
#include "synthetic_hip.h"

#include "hipcuff/grading/criteria.h"
#include "hipcuff/measurement/defect_detector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

using namespace hipcuff;
using namespace hipcuff::test;

namespace {

std::vector<Discontinuity> found(const SyntheticHip& hip) {
  const SyntheticPicture picture = render(hip);
  return DefectDetector().detect(picture.frame, picture.working, picture.anatomy, builtinCriteria());
}

std::vector<Discontinuity> counted(const SyntheticHip& hip) {
  std::vector<Discontinuity> out;
  for (const Discontinuity& d : found(hip))
    if (!d.suspectedAnisotropy && d.confidence >= builtinCriteria().value("tear_confidence_min"))
      out.push_back(d);
  return out;
}

SyntheticHip torn(double low, double high, double dB = -45) {
  SyntheticHip hip;
  hip.tears.push_back({7, 13, low, high, dB});
  return hip;
}

TEST(DefectDetector, IntactTendonsAreLeftAlone) {
  int called = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    SyntheticHip hip;
    hip.seed = seed;
    hip.thicknessMm = 3.0 + 0.3 * static_cast<double>(seed % 8);
    hip.fibreDb = seed % 2 ? 6 : 2;
    called += counted(hip).empty() ? 0 : 1;
  }
  EXPECT_EQ(called, 0) << "of 12 intact tendons";
}

TEST(DefectDetector, UndersurfaceTearHasItsPlaceAndDepth) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    SyntheticHip hip = torn(0, 0.5);
    hip.seed = seed;
    const auto tears = counted(hip);
    ASSERT_EQ(tears.size(), 1u);
    EXPECT_EQ(tears[0].kind, DiscontinuityKind::undersurface);
    EXPECT_NEAR(tears[0].depthFraction, 0.5, 0.1);
    EXPECT_NEAR(tears[0].depthMm, 2.5, 0.5);
    EXPECT_NEAR(tears[0].lengthMm, 6, 1.2);
    EXPECT_NEAR(tears[0].beginMm, 7, 0.8);
    EXPECT_FALSE(tears[0].complete);
    EXPECT_FALSE(tears[0].gapMm);
    EXPECT_FALSE(tears[0].retractionMm);
  }
}

TEST(DefectDetector, RetractedStumpIsFoundBeyondTheFootprint) {
  SyntheticHip hip;
  hip.angleDegrees = 0; // a long-axis picture
  hip.tears.push_back({0, 9, 0, 1, -45});
  SyntheticPicture picture = render(hip);
  const TendonStation& edge = picture.anatomy.tendon.stations.front();
  constexpr double beyondMm = 5;
  const WorkingFrame& w = picture.working;
  for (int y = 0; y < w.grey.height; ++y)
    for (int x = 0; x < w.grey.width; ++x) {
      const Point p = w.toMm({double(x), double(y)});
      if (p.x > edge.cortexMm.x - beyondMm && p.x < edge.cortexMm.x && p.y < edge.cortexMm.y &&
          p.y > edge.cortexMm.y - hip.thicknessMm)
        picture.working.grey.at(x, y) = 2;
    }
  const auto tears = DefectDetector().detect(picture.frame, picture.working, picture.anatomy, builtinCriteria());
  ASSERT_FALSE(tears.empty());
  const Discontinuity& gap = tears.front();
  ASSERT_EQ(gap.kind, DiscontinuityKind::fullThickness);
  EXPECT_NEAR(gap.beginMm, -beyondMm, 0.8);
  EXPECT_NEAR(gap.lengthMm, 9 + beyondMm, 1.2);
  ASSERT_TRUE(gap.retractionMm) << "both stumps are seen";
  EXPECT_DOUBLE_EQ(*gap.retractionMm, gap.lengthMm);
  const auto outermost = std::min_element(gap.polygonMm.begin(), gap.polygonMm.end(),
                                          [](const Point& a, const Point& b) { return a.x < b.x; });
  EXPECT_NEAR(outermost->x, edge.cortexMm.x - beyondMm, 0.8) << "the outline goes as far";
}

TEST(DefectDetector, BursalTearTouchesTheSuperficialBorder) {
  const auto tears = counted(torn(0.6, 1));
  ASSERT_EQ(tears.size(), 1u);
  EXPECT_EQ(tears[0].kind, DiscontinuityKind::bursal);
  EXPECT_NEAR(tears[0].depthFraction, 0.4, 0.1);
}

TEST(DefectDetector, IntrasubstanceTearTouchesNeither) {
  const auto tears = counted(torn(0.3, 0.7));
  ASSERT_EQ(tears.size(), 1u);
  EXPECT_EQ(tears[0].kind, DiscontinuityKind::intrasubstance);
  EXPECT_NEAR(tears[0].depthFraction, 0.4, 0.1);
}

TEST(DefectDetector, FullThicknessGapHasStumpsAndBareBone) {
  const auto tears = counted(torn(0, 1));
  ASSERT_EQ(tears.size(), 1u);
  EXPECT_EQ(tears[0].kind, DiscontinuityKind::fullThickness);
  EXPECT_DOUBLE_EQ(tears[0].depthFraction, 1);
  ASSERT_TRUE(tears[0].gapMm);
  EXPECT_NEAR(*tears[0].gapMm, 6, 1.2);
  ASSERT_TRUE(tears[0].retractionMm); // a stump is seen on either side
  EXPECT_EQ(tears[0].bareFacet, true);
}

TEST(DefectDetector, RetractionNeedsBothStumps) {
  SyntheticHip hip;
  hip.tears.push_back({12, 40, 0, 1, -45}); // to the end of the footprint: no distal stump
  const auto tears = counted(hip);
  ASSERT_FALSE(tears.empty());
  EXPECT_EQ(tears[0].kind, DiscontinuityKind::fullThickness);
  EXPECT_FALSE(tears[0].retractionMm);
}

TEST(DefectDetector, OutlineLiesAroundTheTear) {
  const auto tears = counted(torn(0.3, 0.7));
  ASSERT_EQ(tears.size(), 1u);
  EXPECT_NEAR(area(tears[0].polygonMm), 6 * 2.0, 4.0);
  const SyntheticPicture picture = render(torn(0.3, 0.7));
  const TendonStation& middle = picture.anatomy.tendon.stations[40]; // position 10 mm
  EXPECT_TRUE(contains(tears[0].polygonMm, middle.cortexMm + middle.normal * 2.5));
  EXPECT_FALSE(contains(tears[0].polygonMm, middle.cortexMm + middle.normal * 4.5));
}

TEST(DefectDetector, DoubtIsNoTear) {
  SyntheticPicture picture = render(torn(0, 0.5));
  auto tissue = std::make_shared<TissueBand>(*picture.anatomy.tendon.tissue);
  FloatImage& tear = tissue->probability[static_cast<std::size_t>(TissueClass::tear)];
  FloatImage& tendon = tissue->probability[static_cast<std::size_t>(TissueClass::tendon)];
  for (std::size_t i = 0; i < tear.data.size(); ++i) {
    const float doubt = 0.7F * tear.data[i]; // likelier intact than torn, nearly everywhere
    tear.data[i] -= doubt;
    tendon.data[i] += doubt;
  }
  picture.anatomy.tendon.tissue = tissue;
  EXPECT_TRUE(DefectDetector().detect(picture.frame, picture.working, picture.anatomy, builtinCriteria()).empty());
}

TEST(DefectDetector, NothingIsSaidWithoutATissueMap) {
  SyntheticPicture picture = render(torn(0, 1));
  picture.anatomy.tendon.tissue.reset();
  EXPECT_TRUE(DefectDetector().detect(picture.frame, picture.working, picture.anatomy, builtinCriteria()).empty());
}

TEST(DefectDetector, ObliqueDarknessIsMarked) {
  SyntheticHip hip = torn(0, 0.5, -12);
  hip.angleDegrees = 12;
  ASSERT_FALSE(found(hip).empty());
  for (const Discontinuity& d : found(hip))
    EXPECT_TRUE(d.suspectedAnisotropy) << toString(d.kind) << " contrast is that of angle, not fluid";
}

TEST(DefectDetector, FluidCountsAtAnyAngle) {
  SyntheticHip hip = torn(0, 0.5, -60);
  hip.angleDegrees = 12;
  const auto tears = counted(hip);
  ASSERT_EQ(tears.size(), 1u);
  EXPECT_EQ(tears[0].kind, DiscontinuityKind::undersurface);
  EXPECT_DOUBLE_EQ(tears[0].fibreAngleDeg.value_or(0), 12);
}

TEST(DefectDetector, NothingWithoutATendon) {
  SyntheticPicture picture = render(torn(0, 1));
  picture.anatomy.tendon.stations.clear();
  EXPECT_TRUE(DefectDetector().detect(picture.frame, picture.working, picture.anatomy, builtinCriteria()).empty());
}

TEST(DefectDetector, SlopedAndCurvedFootprintsToo) {
  for (const double slope : {-20.0, 20.0}) {
    SyntheticHip hip = torn(0, 0.5);
    hip.slopeDegrees = slope;
    hip.curvaturePerMm = 0.02;
    const auto tears = counted(hip);
    ASSERT_EQ(tears.size(), 1u) << slope;
    EXPECT_EQ(tears[0].kind, DiscontinuityKind::undersurface);
    EXPECT_NEAR(tears[0].depthFraction, 0.5, 0.12);
  }
}

} // namespace
