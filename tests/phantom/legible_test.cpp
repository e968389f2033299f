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

/// A granulation as bright as the tendon, in a dark picture: what no eye could see.
HipRecipe hidden(std::uint64_t seed, Pathology pathology) {
  RecipeWishes wishes;
  wishes.pathology = pathology;
  wishes.confounder = Confounder::none;
  HipRecipe r = drawRecipe(seed, wishes);
  r.tear.fluid = false;
  r.tear.depthFraction = 0.5;
  r.tear.lengthMm = 8;
  r.echo.lesionDb = r.echo.tendonDb;
  r.processing.gainDb -= 6;
  return r;
}

TEST(Legible, AHiddenGapIsMadeToShow) {
  int tried = 0;
  int shown = 0;
  for (std::uint64_t seed = 4100; seed < 4112; ++seed) {
    HipRecipe r = hidden(seed, Pathology::intrasubstance); // away from the bone's bright line
    const double before = step(r);
    makeLegible(r);
    if (r.echo.lesionDb == r.echo.tendonDb)
      continue; // one in ten may stay as bright
    ++tried;
    const double after = step(r);
    shown += after > 8 && after > before + 5;
  }
  EXPECT_GE(tried, 8);
  EXPECT_GE(shown, 0.8 * tried);
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
  int bright = 0;
  for (std::uint64_t seed = 4300; seed < 4400; ++seed) {
    HipRecipe r = hidden(seed, Pathology::undersurface);
    makeLegible(r);
    if (r.echo.lesionDb == r.echo.tendonDb)
      ++bright;
    else
      EXPECT_LE(r.echo.lesionDb, r.echo.tendonDb - 10) << seed;
  }
  EXPECT_GE(bright, 2);
  EXPECT_LE(bright, 22) << "about one in ten of 100";
}

} // namespace
} // namespace hipcuff::phantom
