// The tissue map and the truth describe one and the same picture.
#include "hipcuff/phantom/phantom.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

namespace hipcuff::phantom {
namespace {

HipRecipe recipe(std::uint64_t seed, Pathology pathology, View view, bool flip) {
  RecipeWishes wishes;
  wishes.pathology = pathology;
  wishes.view = view;
  wishes.frames = 4;
  HipRecipe r = drawRecipe(seed, wishes);
  r.screen.flip = flip;
  return r;
}

TissueKind kindAt(const Raster<std::uint8_t, 1>& map, int x, int y) {
  return static_cast<TissueKind>(map.at(x, y));
}

/// Whether the nearest change of label lies further than one pixel away: borders are drawn between pixels.
bool inner(const Mask& labels, int x, int y) {
  for (int v = -2; v <= 2; ++v)
    for (int u = -2; u <= 2; ++u)
      if (labels.at(x + u, y + v) != labels.at(x, y))
        return false;
  return true;
}

TEST(TissueMap, AgreesWithTheLabelsInEveryView) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const auto pathology = static_cast<Pathology>(seed % 6);
    const View view = seed % 4 < 2 ? View::longAxis : View::shortAxis;
    const HipSimulator simulator(recipe(seed, pathology, view, seed % 3 == 0));
    for (const int frame : {0, 1}) {
      const Truth t = simulator.truth(frame);
      const auto map = simulator.tissueMap(frame);
      ASSERT_EQ(map.width, t.labels.width);
      ASSERT_EQ(map.height, t.labels.height);
      int tendon = 0;
      int tendonAgrees = 0;
      int torn = 0;
      int tornAgrees = 0;
      for (int y = 2; y < map.height - 2; ++y)
        for (int x = 2; x < map.width - 2; ++x) {
          if (!t.regionPx.contains(x, y)) {
            ASSERT_EQ(kindAt(map, x, y), TissueKind::none);
            continue;
          }
          if (t.labels.at(x, y) == 0 || !inner(t.labels, x, y))
            continue;
          const TissueKind kind = kindAt(map, x, y);
          if (t.labels.at(x, y) == 2) {
            ++torn;
            tornAgrees += kind == TissueKind::tear;
          } else {
            ++tendon;
            tendonAgrees += kind == TissueKind::gluteusMediusTendon || kind == TissueKind::degeneratedTendon ||
                            kind == TissueKind::calcification;
            EXPECT_NE(kind == TissueKind::degeneratedTendon && pathology != Pathology::tendinosis, true);
          }
        }
      ASSERT_GT(tendon + torn, 200) << "seed " << seed;
      EXPECT_GE(tendonAgrees, 0.985 * tendon) << "seed " << seed << " frame " << frame;
      EXPECT_GE(tornAgrees, 0.985 * torn) << "seed " << seed << " frame " << frame;
    }
  }
}

TEST(TissueMap, EverythingBelowTheCortexIsBone) {
  const HipSimulator simulator(recipe(3, Pathology::normal, View::shortAxis, true));
  const Truth t = simulator.truth(1);
  const auto map = simulator.tissueMap(1);
  ASSERT_GT(t.cortex.px.size(), 50U);
  for (const Point& p : t.cortex.px) {
    const int x = static_cast<int>(std::lround(p.x));
    for (int y = static_cast<int>(p.y) + 6; y <= t.regionPx.y1; ++y)
      ASSERT_EQ(kindAt(map, x, y), TissueKind::bone) << x << ", " << y;
    if (p.y - 6 > t.regionPx.y0) {
      ASSERT_NE(kindAt(map, x, static_cast<int>(p.y) - 6), TissueKind::bone);
    }
  }
  EXPECT_THROW((void)simulator.tissueMap(4), std::out_of_range);
}

TEST(TissueMap, FootprintIsToldFromTheFreeTendon) {
  const HipSimulator simulator(recipe(4, Pathology::normal, View::longAxis, false));
  const Truth t = simulator.truth(0);
  const auto map = simulator.tissueMap(0);
  const double edge = t.stations.front().cortexMm.x / t.mmPerPx.x + t.regionPx.x0;
  int freeLeft = 0;
  int freeRight = 0;
  for (int y = 0; y < map.height; ++y)
    for (int x = 0; x < map.width; ++x)
      if (kindAt(map, x, y) == TissueKind::freeTendon)
        ++(x < edge + 20 ? freeLeft : freeRight);
  EXPECT_GT(freeLeft, 400);
  EXPECT_LT(freeRight, freeLeft / 2);
}

} // namespace
} // namespace hipcuff::phantom
