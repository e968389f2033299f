// What the sonographer's part of a drawn recipe leaves to be seen.
#include "hipcuff/phantom/phantom.h"

#include <gtest/gtest.h>

namespace hipcuff::phantom {
namespace {

/// Mean grey of the tendon less that of what fills its tear, within one picture.
double step(const HipRecipe& r) {
  const HipSimulator simulator(r);
  const auto map = simulator.tissueMap(0);
  const RgbImage picture = simulator.renderRgb(0);
  double sum[2] = {};
  int count[2] = {};
  for (int y = 0; y < map.height; ++y)
    for (int x = 0; x < map.width; ++x) {
      const auto kind = static_cast<TissueKind>(map.at(x, y));
      if (kind != TissueKind::tear && kind != TissueKind::gluteusMediusTendon && kind != TissueKind::degeneratedTendon)
        continue;
      const int which = kind == TissueKind::tear;
      sum[which] += picture.at(x, y, 1);
      ++count[which];
    }
  EXPECT_GT(count[0], 50);
  EXPECT_GT(count[1], 10);
  return sum[0] / std::max(1, count[0]) - sum[1] / std::max(1, count[1]);
}

TEST(Legible, ATornTendonShowsItsGap) {
  int shown = 0;
  constexpr int all = 24;
  for (std::uint64_t seed = 0; seed < all; ++seed) {
    RecipeWishes wishes;
    wishes.pathology = Pathology::intrasubstance; // away from the bone's bright line
    wishes.confounder = Confounder::none;
    HipRecipe r = drawRecipe(4100 + seed, wishes);
    r.tear.depthFraction = 0.5;
    r.tear.lengthMm = 8;
    shown += step(r) > 8;
  }
  EXPECT_GE(shown, 20) << "of " << all << "; one granulation in ten may be as bright as the tendon";
}

TEST(Legible, GainIsTurnedUpUntilTheTendonStandsOutAndNotBeyond) {
  RecipeWishes wishes;
  wishes.pathology = Pathology::normal;
  wishes.confounder = Confounder::none;
  HipRecipe r = drawRecipe(4200, wishes);
  const double good = r.processing.gainDb;
  makeLegible(r);
  EXPECT_DOUBLE_EQ(r.processing.gainDb, good) << "done once, nothing is left to do";
  r.processing.gainDb = good - 40;
  HipRecipe dark = r;
  makeLegible(r);
  EXPECT_GT(r.processing.gainDb, good - 40);
  EXPECT_LE(r.processing.gainDb, good - 40 + 12) << "what is far too dark stays so";
  dark.notGradable = NotGradable::tooDark;
  makeLegible(dark);
  EXPECT_DOUBLE_EQ(dark.processing.gainDb, good - 40);
}

TEST(Legible, GranulationIsDarkerThanTendonAtTheAngleOfTheBeam) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    RecipeWishes wishes;
    wishes.pathology = Pathology::undersurface;
    HipRecipe r = drawRecipe(4300 + seed, wishes);
    r.tear.fluid = false;
    r.echo.lesionDb = r.echo.tendonDb;
    const bool isoechoic = [&] {
      makeLegible(r);
      return r.echo.lesionDb == r.echo.tendonDb;
    }();
    if (isoechoic)
      continue;
    EXPECT_LE(r.echo.lesionDb, r.echo.tendonDb - 10) << seed;
  }
}

} // namespace
} // namespace hipcuff::phantom
