// Truth must agree with itself: borders, thickness, masks and tears describe one and the same hip.
#include "hipcuff/phantom/phantom.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace hipcuff::phantom {
namespace {

struct Case {
  Pathology pathology;
  View view;
};

class TruthOf : public testing::TestWithParam<Case> {
protected:
  static constexpr int seeds = 6;
  [[nodiscard]] HipRecipe recipe(int seed, int frames = 1) const {
    RecipeWishes wishes;
    wishes.pathology = GetParam().pathology;
    wishes.view = GetParam().view;
    wishes.frames = frames;
    return drawRecipe(static_cast<std::uint64_t>(seed), wishes);
  }
};

Point toPx(const Truth& t, Point mm) {
  return {t.regionPx.x0 + mm.x / t.mmPerPx.x, t.regionPx.y0 + mm.y / t.mmPerPx.y};
}

TEST_P(TruthOf, ThicknessIsTheDistanceOfTheBorders) {
  for (int seed = 0; seed < seeds; ++seed) {
    const HipSimulator simulator(recipe(seed, 4));
    for (const int frame : {0, 1, 3}) {
      const Truth t = simulator.truth(frame);
      ASSERT_GT(t.stations.size(), 20U) << "seed " << seed;
      for (const TruthStation& s : t.stations) {
        EXPECT_NEAR(norm(s.normal), 1.0, 1e-9);
        EXPECT_LT(s.normal.y, 0) << "the normal points towards the skin";
        EXPECT_NEAR(distance(s.superficialMm, s.cortexMm), s.thicknessMm, 1e-9);
        // Along the normal, not only at that distance.
        const Point end = s.cortexMm + s.normal * s.thicknessMm;
        EXPECT_NEAR(distance(end, s.superficialMm), 0, 0.02) << "seed " << seed << " at " << s.positionMm;
        EXPECT_LT(distance(s.cortexMm, t.cortex.mm), 0.06);
        EXPECT_LE(s.remainingMm, s.thicknessMm + 1e-9);
        EXPECT_GE(s.remainingMm, 0);
      }
    }
  }
}

TEST_P(TruthOf, PixelsAndMillimetresAgreeAndLieInTheRegion) {
  for (int seed = 0; seed < seeds; ++seed) {
    const HipRecipe r = recipe(seed);
    const Truth t = HipSimulator(r).truth();
    EXPECT_EQ(t.regionPx, r.screen.region);
    EXPECT_GE(t.regionPx.x0, 0);
    EXPECT_LT(t.regionPx.x1, r.screen.columns);
    EXPECT_LT(t.regionPx.y1, r.screen.rows);
    ASSERT_EQ(t.cortex.px.size(), t.cortex.mm.size());
    for (std::size_t i = 0; i < t.cortex.px.size(); ++i) {
      EXPECT_NEAR(distance(toPx(t, t.cortex.mm[i]), t.cortex.px[i]), 0, 1e-9);
      EXPECT_GE(t.cortex.px[i].x, t.regionPx.x0);
      EXPECT_LE(t.cortex.px[i].y, t.regionPx.y1);
      if (i > 0) {
        EXPECT_GE(t.cortex.px[i].x, t.cortex.px[i - 1].x - 1e-9) << "left to right";
      }
    }
  }
}

TEST_P(TruthOf, MaskMatchesThePolygons) {
  for (int seed = 0; seed < seeds; ++seed) {
    const HipRecipe r = recipe(seed);
    const Truth t = HipSimulator(r).truth();
    ASSERT_EQ(t.labels.width, r.screen.columns);
    ASSERT_EQ(t.labels.height, r.screen.rows);
    double tendon = 0;
    double lesion = 0;
    for (const std::uint8_t label : t.labels.data) {
      ASSERT_LE(label, 2);
      tendon += label == 1;
      lesion += label == 2;
    }
    EXPECT_GT(tendon + lesion, 0);
    if (!isTear(r.pathology)) {
      EXPECT_EQ(lesion, 0);
      EXPECT_TRUE(t.discontinuities.empty());
      // Area under the thickness profile, bent surface left aside.
      double area = 0;
      for (std::size_t i = 1; i < t.stations.size(); ++i)
        area += 0.5 * (t.stations[i].thicknessMm + t.stations[i - 1].thicknessMm) *
                (t.stations[i].positionMm - t.stations[i - 1].positionMm);
      EXPECT_NEAR(tendon * t.mmPerPx.x * t.mmPerPx.y / area, 1.0, 0.12) << "seed " << seed;
      continue;
    }
    ASSERT_EQ(t.discontinuities.size(), 1U);
    double inside = 0;
    for (int y = t.regionPx.y0; y <= t.regionPx.y1; ++y)
      for (int x = t.regionPx.x0; x <= t.regionPx.x1; ++x) {
        const bool in = contains(t.discontinuities[0].polygon.px, {static_cast<double>(x), static_cast<double>(y)});
        inside += in;
        if (in) {
          ASSERT_EQ(t.labels.at(x, y), 2) << "seed " << seed;
        }
      }
    EXPECT_EQ(inside, lesion);
    EXPECT_GT(lesion, 10);
  }
}

TEST_P(TruthOf, TearIsTheOneThatWasOrdered) {
  if (!isTear(GetParam().pathology)) {
    EXPECT_TRUE(HipSimulator(recipe(0)).truth().discontinuities.empty());
    return;
  }
  for (int seed = 0; seed < seeds; ++seed) {
    const HipRecipe r = recipe(seed);
    const Truth t = HipSimulator(r).truth();
    const TruthDiscontinuity& d = t.discontinuities.at(0);
    EXPECT_NEAR(d.lengthMm, d.endMm - d.beginMm, 1e-9);
    if (r.pathology == Pathology::fullThickness) {
      EXPECT_EQ(d.kind, DiscontinuityKind::fullThickness);
      EXPECT_EQ(d.depthFraction, 1.0);
      ASSERT_TRUE(d.gapMm.has_value());
      if (r.view == View::shortAxis) {
        EXPECT_FALSE(d.retractionMm.has_value()) << "not seen across the tendon";
      } else if (d.retractionMm) {
        EXPECT_NEAR(*d.gapMm, std::max(2.0, *d.retractionMm), 1e-9);
      }
      for (const TruthStation& s : t.stations)
        EXPECT_EQ(s.inGap, s.positionMm > d.beginMm && s.positionMm < d.endMm);
      continue;
    }
    EXPECT_FALSE(d.gapMm.has_value());
    EXPECT_FALSE(d.retractionMm.has_value());
    // Ragged edges take up to a quarter of what was ordered.
    EXPECT_LE(d.depthFraction, r.tear.depthFraction + 0.02);
    EXPECT_GE(d.depthFraction, 0.70 * std::min(r.tear.depthFraction, 0.84)) << "seed " << seed;
    double most = 0;
    for (const TruthStation& s : t.stations) {
      EXPECT_FALSE(s.inGap);
      most = std::max(most, (s.thicknessMm - s.remainingMm) / s.thicknessMm);
    }
    EXPECT_NEAR(most, d.depthFraction, 0.06);
    // It touches the borders that its name says.
    double toBone = 1e9;
    double toSkin = 1e9;
    for (const Point& p : d.polygon.mm) {
      toBone = std::min(toBone, distance(p, t.deep.mm));
      toSkin = std::min(toSkin, distance(p, t.superficial.mm));
    }
    EXPECT_EQ(toBone < 0.1, r.pathology == Pathology::undersurface) << toBone;
    EXPECT_EQ(toSkin < 0.1, r.pathology == Pathology::bursal) << toSkin;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Hips, TruthOf,
    testing::Values(Case{Pathology::normal, View::longAxis}, Case{Pathology::normal, View::shortAxis},
                    Case{Pathology::tendinosis, View::longAxis}, Case{Pathology::undersurface, View::longAxis},
                    Case{Pathology::undersurface, View::shortAxis}, Case{Pathology::bursal, View::longAxis},
                    Case{Pathology::intrasubstance, View::longAxis}, Case{Pathology::fullThickness, View::longAxis},
                    Case{Pathology::fullThickness, View::shortAxis}),
    [](const auto& one) {
      return std::string(toString(one.param.pathology)) + (one.param.view == View::longAxis ? "_long" : "_short");
    });

TEST(Truth, FlippingMirrorsEverything) {
  RecipeWishes wishes;
  wishes.view = View::longAxis;
  wishes.pathology = Pathology::undersurface;
  HipRecipe r = drawRecipe(5, wishes);
  r.screen.flip = false;
  const Truth a = HipSimulator(r).truth();
  r.screen.flip = true;
  const Truth b = HipSimulator(r).truth();
  ASSERT_EQ(a.stations.size(), b.stations.size());
  EXPECT_TRUE(a.arrivesFromLeft);
  EXPECT_FALSE(b.arrivesFromLeft);
  const double width = (r.screen.region.width() - 1) * r.screen.mmPerPx;
  for (std::size_t i = 0; i < a.stations.size(); ++i) {
    EXPECT_NEAR(a.stations[i].cortexMm.x, width - b.stations[i].cortexMm.x, 1e-9);
    EXPECT_NEAR(a.stations[i].thicknessMm, b.stations[i].thicknessMm, 1e-9);
  }
}

TEST(Truth, TearStaysInACineWhileTheAngleChanges) {
  RecipeWishes wishes;
  wishes.view = View::longAxis;
  wishes.pathology = Pathology::undersurface;
  wishes.frames = 8;
  const HipSimulator simulator(drawRecipe(8, wishes));
  const Truth first = simulator.truth(0);
  double least = 90;
  double most = 0;
  for (int i = 0; i < 8; ++i) {
    const Truth t = simulator.truth(i);
    EXPECT_NEAR(t.discontinuities.at(0).depthMm, first.discontinuities.at(0).depthMm, 1e-9);
    EXPECT_NEAR(area(t.discontinuities[0].polygon.mm), area(first.discontinuities[0].polygon.mm), 0.02);
    least = std::min(least, t.fibreAngleDeg);
    most = std::max(most, t.fibreAngleDeg);
  }
  EXPECT_GT(most - least, 3.0);
  EXPECT_THROW((void)simulator.truth(8), std::out_of_range);
  EXPECT_THROW((void)simulator.render(-1), std::out_of_range);
}

TEST(Recipe, VariesWithTheSeedAndKeepsWishes) {
  double lowest = 99;
  double highest = 0;
  int left = 0;
  int flipped = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    RecipeWishes wishes;
    wishes.pathology = Pathology::tendinosis;
    const HipRecipe r = drawRecipe(seed, wishes);
    EXPECT_EQ(r.pathology, Pathology::tendinosis);
    lowest = std::min(lowest, r.geometry.apexDepthMm);
    highest = std::max(highest, r.geometry.apexDepthMm);
    left += r.side == Side::left;
    flipped += r.screen.flip;
    EXPECT_GT(r.probe.depthMm, r.geometry.apexDepthMm + 5);
  }
  EXPECT_GT(highest - lowest, 12);
  EXPECT_NEAR(left, 100, 30);
  EXPECT_NEAR(flipped, 60, 30);
}

} // namespace
} // namespace hipcuff::phantom
