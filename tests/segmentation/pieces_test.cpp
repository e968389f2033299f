#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/facets.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/optimal_path.h"
#include "hipcuff/segmentation/working_grid.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <numbers>

namespace hipcuff {
namespace {

Frame frame(int width, int height, double mm) {
  Frame f;
  f.pixels = GreyImage(width, height);
  f.usable = Mask(width, height, 255);
  f.box = {0, 0, width - 1, height - 1};
  f.scale = {mm, mm};
  f.nominal = false;
  f.probe.kind = ProbeGeometry::Kind::linear;
  return f;
}

TEST(WorkingGrid, KeepsARampWhereItWasWhenShrinkingAndEnlarging) {
  for (const double mm : {0.04, 0.1, 0.17}) {
    Frame f = frame(200, 150, mm);
    for (int y = 0; y < 150; ++y)
      for (int x = 0; x < 200; ++x)
        f.pixels.at(x, y) = static_cast<std::uint8_t>(x);
    const WorkingFrame w = makeWorkingFrame(f);
    EXPECT_DOUBLE_EQ(w.gridMm, 0.1);
    EXPECT_LE((w.grey.width - 1) * 0.1, f.widthMm() + 1e-9);
    EXPECT_GT(w.grey.width * 0.1, f.widthMm() - 1e-9);
    for (int i = 10; i < w.grey.width - 10; i += 7) // a ramp is its own average
      EXPECT_NEAR(w.grey.at(i, 20), i * 0.1 / mm, 0.15) << mm;
  }
}

TEST(WorkingGrid, LetsNoFineStripesThrough) {
  Frame f = frame(400, 100, 0.02); // stripes of 0.04 mm on a grid of 0.1 mm
  for (int y = 0; y < 100; ++y)
    for (int x = 0; x < 400; ++x)
      f.pixels.at(x, y) = x % 2 == 0 ? 200 : 0;
  const WorkingFrame w = makeWorkingFrame(f);
  for (int i = 3; i < w.grey.width - 3; ++i)
    EXPECT_NEAR(w.grey.at(i, 5), 100, 12);
}

TEST(WorkingGrid, MaskedPixelsNeverLeakIntoUsablePoints) {
  Frame f = frame(200, 200, 0.05);
  for (int y = 80; y < 100; ++y)
    for (int x = 80; x < 120; ++x) {
      f.pixels.at(x, y) = 255;
      f.usable.at(x, y) = 0;
    }
  const WorkingFrame w = makeWorkingFrame(f);
  int masked = 0;
  for (std::size_t i = 0; i < w.grey.data.size(); ++i) {
    masked += w.usable.data[i] == 0 ? 1 : 0;
    if (w.usable.data[i] != 0) {
      EXPECT_EQ(w.grey.data[i], 0.0F);
    }
  }
  EXPECT_GT(masked, 150);
  EXPECT_LT(masked, 400);
}

TEST(WorkingGrid, IsBoundedAndRefusesNonsense) {
  Frame f = frame(1000, 10, 1.0); // a metre
  EXPECT_LE(makeWorkingFrame(f).grey.width, maxGridPoints);
  f.scale.x = 0;
  EXPECT_THROW((void)makeWorkingFrame(f), std::invalid_argument);
  f.scale.x = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW((void)makeWorkingFrame(f), std::invalid_argument);
  f = frame(10, 10, 0.1);
  f.usable = Mask(5, 5, 255);
  EXPECT_THROW((void)makeWorkingFrame(f), std::invalid_argument);
  EXPECT_THROW((void)makeWorkingFrame(Frame{}), std::invalid_argument);
  EXPECT_EQ(makeWorkingFrame(frame(1, 1, 0.1)).grey.width, 1);
}

TEST(OptimalPath, IsNowhereWhereNothingPays) {
  const FloatImage reward(40, 20, -0.5F);
  for (const int row : optimalPath(reward, {}))
    EXPECT_EQ(row, -1);
}

TEST(OptimalPath, FollowsALineBridgesAGapAndEnds) {
  FloatImage reward(100, 60, -0.3F);
  for (int x = 20; x < 80; ++x)
    if (x < 45 || x > 50)
      reward.at(x, 10 + x / 2) = 1.0F;
  const std::vector<int> path = optimalPath(reward, {2, 0.1F, 3.0F, true});
  for (int x = 0; x < 20; ++x)
    EXPECT_EQ(path[static_cast<std::size_t>(x)], -1);
  for (int x = 20; x < 80; ++x)
    EXPECT_NEAR(path[static_cast<std::size_t>(x)], 10 + x / 2, x >= 45 && x <= 50 ? 3 : 0) << x;
  for (int x = 80; x < 100; ++x)
    EXPECT_EQ(path[static_cast<std::size_t>(x)], -1);
}

TEST(OptimalPath, FindsTwoLinesSideBySide) {
  FloatImage reward(100, 60, -1.0F);
  for (int x = 0; x < 40; ++x)
    reward.at(x, 10) = 1.0F;
  for (int x = 60; x < 100; ++x)
    reward.at(x, 45) = 1.0F;
  const std::vector<int> path = optimalPath(reward, {2, 0.1F, 3.0F, true});
  EXPECT_EQ(path[20], 10);
  EXPECT_EQ(path[50], -1);
  EXPECT_EQ(path[80], 45);
}

TEST(OptimalPath, TotalsArePathsThroughThePoint) {
  FloatImage reward(30, 10, 0.0F);
  for (int x = 0; x < 30; ++x)
    reward.at(x, 4) = 1.0F;
  PathCosts costs;
  costs.mayBeAbsent = false;
  const FloatImage totals = pathTotals(reward, costs);
  EXPECT_NEAR(totals.at(15, 4), 30, 1e-4);
  EXPECT_LT(totals.at(15, 6), 29.5F); // leaves the line and comes back
  EXPECT_NEAR(totals.at(15, 6), 30 - 2 * 2 * costs.perRow - 1, 1e-3);
}

TEST(Facets, BendIsFoundWhereItIs) {
  Polyline line;
  for (int i = 0; i <= 300; ++i) { // 20 mm rising 6 degrees, 10 mm falling 16
    const double s = i * 0.1;
    const double rise = std::tan(6 * std::numbers::pi / 180);
    const double fall = std::tan(16 * std::numbers::pi / 180);
    line.push_back({s, s < 20 ? 30 - rise * s : 30 - rise * 20 + fall * (s - 20)});
  }
  const std::vector<Facet> facets = splitFacets(line, 3);
  ASSERT_EQ(facets.size(), 2U);
  EXPECT_NEAR(facets[0].slopeDegrees, -6, 0.5);
  EXPECT_NEAR(facets[1].slopeDegrees, 16, 0.5);
  EXPECT_NEAR(facets[0].end.apexMm.x, 20, 0.3);
  EXPECT_NEAR(facets[1].begin.apexMm.x, 20, 0.3);
  EXPECT_LE(facets[0].endMm.x, 20); // the face ends where the bend begins
  EXPECT_GT(facets[0].endMm.x, 18.5);
  EXPECT_EQ(facets[0].segment, 3U);
  EXPECT_EQ(facets[0].kind, FacetKind::unknown);
}

TEST(Facets, SlightCurvatureIsOneFaceAndNothingIsNone) {
  Polyline line;
  for (int i = 0; i <= 200; ++i)
    line.push_back({i * 0.1, 20 + 0.3 * std::pow((i - 100) / 100.0, 2)});
  EXPECT_EQ(splitFacets(line, 0).size(), 1U);
  EXPECT_TRUE(splitFacets({}, 0).empty());
  EXPECT_TRUE(splitFacets({{1, 1}}, 0).empty());
}

TEST(Facets, OnlyJustifiedNamesAreGiven) {
  Cortex cortex;
  cortex.segments.resize(1);
  cortex.facets = {{FacetKind::unknown, 0, {0, 10}, {10, 5}, -27},
                   {FacetKind::unknown, 0, {10, 5}, {20, 5}, 0},
                   {FacetKind::unknown, 0, {20, 5}, {30, 12}, 35}};
  Tendon tendon;
  for (int i = 0; i < 20; ++i) {
    TendonStation station;
    station.cortexMm = {11.0 + 0.4 * i, 5};
    tendon.stations.push_back(station);
  }
  nameFacets(cortex, tendon, View::shortAxis);
  EXPECT_EQ(cortex.facets[0].kind, FacetKind::unknown);
  EXPECT_EQ(cortex.facets[1].kind, FacetKind::lateral);
  nameFacets(cortex, tendon, View::shortAxis, false);
  EXPECT_EQ(cortex.facets[0].kind, FacetKind::posterior);
  EXPECT_EQ(cortex.facets[2].kind, FacetKind::anterior);
}

TEST(Segmentation, PicturesOfNothingGiveNothing) {
  for (const int grey : {0, 90, 255}) {
    Frame f = frame(300, 250, 0.1);
    std::fill(f.pixels.data.begin(), f.pixels.data.end(), static_cast<std::uint8_t>(grey));
    const WorkingFrame w = makeWorkingFrame(f);
    const Cortex cortex = BoneSurfaceSegmenter().segment(f, w);
    EXPECT_TRUE(cortex.segments.empty());
    EXPECT_EQ(cortex.confidence, 0.0);
    EXPECT_FALSE(LayerTendonSegmenter().segment(f, w, cortex, View::longAxis).found());
  }
}

/// Tissue with fine texture over a bright line `depthAt(x)` px deep.
template <typename DepthAt>
void paintBone(Frame& f, DepthAt depthAt) {
  for (int x = 0; x < f.pixels.width; ++x) {
    const double depth = depthAt(x);
    for (int y = 0; y < f.pixels.height; ++y) {
      const double d = y - depth;
      double grey = d < 0 ? 60 + (x / 4 * 7919 + y / 2 * 104729) % 41 : 12;
      grey = std::max(grey, 230 * std::exp(-0.5 * d * d / 9));
      f.pixels.at(x, y) = static_cast<std::uint8_t>(grey);
    }
  }
}

TEST(BoneSurface, LinearAndSteeredProbesSeeTheSameLine) {
  for (const Point beam : {Point{0, 1}, normalized({0.2, 1})}) {
    Frame f = frame(400, 300, 0.1);
    f.probe.linearDirection = beam;
    paintBone(f, [](int x) { return 150 + 0.001 * (x - 200) * (x - 200); });
    const Cortex cortex = BoneSurfaceSegmenter().segment(f, makeWorkingFrame(f));
    ASSERT_EQ(cortex.segments.size(), 1U);
    EXPECT_GT(cortex.segments[0].confidence, 0.6);
    double worst = 0;
    for (const Point p : cortex.segments[0].ridgeMm)
      worst = std::max(worst, std::abs(p.y - (15 + 0.01 * (p.x - 20) * (p.x - 20))));
    EXPECT_LT(worst, 0.12);
    // The leading edge of a Gaussian line of sigma 0.3 mm lies about one sigma above its crest.
    const Point edge = cortex.segments[0].interfaceMm[cortex.segments[0].interfaceMm.size() / 2];
    const double crest = 15 + 0.01 * (edge.x - 20) * (edge.x - 20);
    EXPECT_NEAR(crest - edge.y, 0.3, 0.15);
    EXPECT_GT(length(cortex.segments[0].ridgeMm), 30);
  }
}

TEST(BoneSurface, SectorBeamsAreFollowed) {
  Frame f = frame(500, 400, 0.1);
  f.probe.kind = ProbeGeometry::Kind::sector;
  f.probe.apexPx = {250, -150};
  for (int y = 0; y < 400; ++y)
    for (int x = 0; x < 500; ++x) {
      const double r = std::hypot(x - 250.0, y + 150.0);
      if (r < 160 || std::abs(std::atan2(x - 250.0, y + 150.0)) > 0.5)
        f.usable.at(x, y) = 0;
      const double d = r - 330; // a bone around the probe
      const double tissue = d < 0 ? 60 + (x / 4 * 7919 + y / 2 * 104729) % 41 : 12;
      f.pixels.at(x, y) = static_cast<std::uint8_t>(std::max(tissue, 230 * std::exp(-0.5 * d * d / 9)));
    }
  const Cortex cortex = BoneSurfaceSegmenter().segment(f, makeWorkingFrame(f));
  ASSERT_FALSE(cortex.segments.empty());
  double total = 0;
  for (const CortexSegment& segment : cortex.segments) {
    total += length(segment.ridgeMm);
    for (const Point p : segment.ridgeMm)
      EXPECT_NEAR(distance(p, {25, -15}), 33, 0.25);
  }
  EXPECT_GT(total, 20);
}

} // namespace
} // namespace hipcuff
