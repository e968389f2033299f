// The beam model by itself, and what it must show of a hip.
#include "beam.h"
#include "insonify.h"
#include "random.h"
#include "scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace hipcuff::phantom {
namespace {

FloatImage homogeneousPatch(double steerDeg) {
  BeamSetup setup;
  setup.widthMm = 30;
  setup.depthMm = 30;
  setup.steerDeg = steerDeg;
  setup.perMm2 = 600; // some 25 to a resolution cell: fully developed
  LineGrid grid(setup);
  Rng rng(77);
  const auto count = static_cast<int>(setup.perMm2 * 50 * 34);
  for (int i = 0; i < count; ++i)
    grid.deposit({static_cast<float>(rng.uniform(-10, 40)), static_cast<float>(rng.uniform(-1, 33)),
                  static_cast<float>(rng.normal(0, 1))},
                 1.0F);
  grid.focus();
  return grid.envelope();
}

struct Moments {
  double mean = 0;
  double sd = 0;
  double power = 0;
};

Moments momentsOf(const FloatImage& image, int margin) {
  double n = 0;
  double sum = 0;
  double square = 0;
  for (int y = margin; y < image.height - margin; ++y)
    for (int x = margin; x < image.width - margin; ++x) {
      const double v = image.at(x, y);
      n += 1;
      sum += v;
      square += v * v;
    }
  return {sum / n, std::sqrt(square / n - sum / n * sum / n), square / n};
}

TEST(Beam, FullyDevelopedSpeckleIsRayleigh) {
  for (const double steer : {0.0, 5.0}) {
    const Moments m = momentsOf(homogeneousPatch(steer), 30);
    // A Rayleigh envelope's mean over its standard deviation is sqrt(pi / (4 - pi)) = 1.913.
    EXPECT_NEAR(m.mean / m.sd, 1.913, 0.15);
    EXPECT_NEAR(10 * std::log10(m.power), 0.0, 0.7) << "0 dB tissue";
  }
}

TEST(Beam, WiderAwayFromTheFocusAndLeadingEdgeAtTheReflector) {
  BeamSetup setup;
  setup.focusMm = 12;
  setup.depthMm = 40;
  const auto widthAt = [&](double depth) {
    LineGrid grid(setup);
    grid.deposit({20.0F, static_cast<float>(depth), 1.0F}, 1.0F);
    grid.focus();
    const FloatImage e = grid.envelope();
    const auto peak = std::max_element(e.data.begin(), e.data.end()) - e.data.begin();
    const int row = static_cast<int>(peak) / e.width;
    const int column = static_cast<int>(peak) % e.width;
    int wide = 0;
    for (int x = 0; x < e.width; ++x)
      wide += e.at(x, row) > 0.5F * e.at(column, row);
    int leading = row;
    while (leading > 0 && e.at(column, leading) > 0.5F * e.at(column, row))
      --leading;
    EXPECT_NEAR(leading * grid.step(), depth, 1.6 * grid.step());
    return wide * grid.pitch();
  };
  const double focus = widthAt(12);
  EXPECT_NEAR(focus, 1.2 * 1.54 / setup.frequencyMHz * setup.fNumber, 0.2);
  EXPECT_GT(widthAt(38), 1.15 * focus);
}

HipRecipe hip(View view, Pathology pathology, std::uint64_t seed) {
  RecipeWishes wishes;
  wishes.view = view;
  wishes.pathology = pathology;
  wishes.confounder = Confounder::none;
  HipRecipe r = drawRecipe(seed, wishes);
  r.shadows.clear();
  r.screen.flip = false;
  r.geometry.facetAngleDeg = 1;
  r.geometry.facetBulgeMm = 0.05;
  r.probe.tiltDeg = 0;
  r.processing.tgcError = 0;
  r.processing.noiseDb = -200;
  r.processing.hazeFloorDb = -200;
  r.processing.tgcSlidersDb = {};
  r.artefacts = {};
  r.calcifications.clear();
  r.geometry.fasciaSplitMm = 0;
  r.echo.fatStyle = FatStyle::plain;
  return r;
}

FloatImage picture(const HipRecipe& r) {
  const Scene scene(r);
  return Insonifier(r, scene).decibels(0);
}

double meanPowerDb(const FloatImage& db, const HipRecipe& r, double y0, double y1) {
  double sum = 0;
  int n = 0;
  for (int y = static_cast<int>(y0 / r.screen.mmPerPx); y < static_cast<int>(y1 / r.screen.mmPerPx); ++y)
    for (int x = 0; x < db.width; ++x) {
      sum += std::pow(10.0, static_cast<double>(db.at(x, y)) / 10);
      ++n;
    }
  return 10 * std::log10(sum / n);
}

TEST(Hip, GainCompensationEvensOutDepthAndItsErrorShows) {
  HipRecipe r = hip(View::longAxis, Pathology::normal, 3);
  r.geometry.fatMm = 24; // a thick even layer to measure in
  r.geometry.apexDepthMm = 32;
  r.probe.depthMm = 45;
  r.screen.mmPerPx = 0.1;
  r.screen.region = {100, 50, 500, 499};
  const FloatImage even = picture(r);
  const double shallow = meanPowerDb(even, r, 5, 9);
  const double deep = meanPowerDb(even, r, 18, 22);
  EXPECT_NEAR(deep - shallow, 0, 3.5);
  r.processing.tgcError = -0.3;
  const FloatImage wrong = picture(r);
  const double change = (meanPowerDb(wrong, r, 18, 22) - meanPowerDb(wrong, r, 5, 9)) - (deep - shallow);
  // 13 mm of fat, two ways, 0.3 of the loss at the effective frequency.
  const double expected = -0.3 * 2 * 1.3 * 0.63 * 0.55 * r.probe.frequencyMHz;
  EXPECT_NEAR(change, expected, 0.4 * std::abs(expected));
}

TEST(Hip, CortexIsBrightAtItsInterfaceAndCastsAShadow) {
  for (const std::uint64_t seed : {2ULL, 9ULL, 14ULL}) {
    HipRecipe r = hip(View::longAxis, Pathology::normal, seed);
    r.echo.cortexDb = 30; // an even cortex, brighter than any fascia beside it
    r.echo.cortexDropoutDb = 0;
    r.echo.fasciaDb = 12;
    const FloatImage db = picture(r);
    const Truth t = HipSimulator(r).truth();
    double crest = 0;
    double offset = 0;
    double above = 0;
    double below = 0;
    int n = 0;
    for (std::size_t i = 0; i < t.cortex.mm.size(); ++i) {
      if (t.cortexIncidenceDeg[i] > 12)
        continue;
      const int x = static_cast<int>(std::lround(t.cortex.mm[i].x / r.screen.mmPerPx));
      const auto at = [&](double mm) {
        const int y = static_cast<int>(std::lround((t.cortex.mm[i].y + mm) / r.screen.mmPerPx));
        return y >= 0 && y < db.height ? static_cast<double>(db.at(x, y)) : 0.0;
      };
      double best = -999;
      double where = 0;
      for (double mm = -1.0; mm <= 1.0; mm += 0.5 * r.screen.mmPerPx)
        if (at(mm) > best) {
          best = at(mm);
          where = mm;
        }
      crest += best;
      offset += where;
      for (const double mm : {1.2, 1.5, 1.8})
        above += at(-mm) / 3;
      for (const double mm : {4.0, 4.5, 5.0})
        below += at(mm) / 3;
      ++n;
    }
    ASSERT_GT(n, 20);
    EXPECT_GT((crest - above) / n, 9) << "seed " << seed;
    EXPECT_LT((below - above) / n, -10) << "seed " << seed;
    EXPECT_GT(offset / n, -0.05) << "the crest lies behind the leading edge";
    EXPECT_LT(offset / n, 0.35);
  }
}

double tendonLevel(HipRecipe r, double tiltDeg) {
  r.probe.tiltDeg = tiltDeg;
  const FloatImage db = picture(r);
  const Truth t = HipSimulator(r).truth();
  double sum = 0;
  int n = 0;
  for (const TruthStation& s : t.stations)
    for (double share = 0.35; share < 0.8; share += 0.05) {
      const Point p = s.cortexMm + s.normal * (share * s.thicknessMm);
      const int x = static_cast<int>(std::lround(p.x / r.screen.mmPerPx));
      const int y = static_cast<int>(std::lround(p.y / r.screen.mmPerPx));
      if (x < 0 || x >= db.width || y < 0 || y >= db.height || s.thicknessMm < 2)
        continue;
      sum += std::pow(10.0, static_cast<double>(db.at(x, y)) / 10);
      ++n;
    }
  return 10 * std::log10(sum / n);
}

TEST(Hip, TendonDarkensWithTheAngle) {
  HipRecipe r = hip(View::shortAxis, Pathology::normal, 4);
  r.echo.tendonDb = 8;
  r.echo.tendonFloorDb = -6;
  r.echo.equalAtDeg = 5;
  r.geometry.tendonMm = 5.5;
  r.processing.clutterDb = -60;
  const double square = tendonLevel(r, 0);
  const double oblique = tendonLevel(r, 5);
  const double far = tendonLevel(r, 14);
  EXPECT_NEAR(square - oblique, 8, 1.5); // Crass: equal to muscle, which lies 8 dB below
  EXPECT_NEAR(square - far, 14, 2.5);
}

TEST(Hip, FluidTearIsDarkerThanTheTendonAroundIt) {
  for (const Pathology p : {Pathology::undersurface, Pathology::bursal, Pathology::intrasubstance}) {
    HipRecipe r = hip(View::longAxis, p, 12);
    r.tear.fluid = true;
    r.tear.depthFraction = 0.6;
    r.tear.lengthMm = 8;
    r.geometry.tendonMm = 6;
    r.echo.tendonDb = 8;
    const HipSimulator simulator(r);
    const FloatImage db = picture(r);
    const Truth t = simulator.truth();
    const auto level = [&](std::uint8_t label) {
      double sum = 0;
      int n = 0;
      for (int y = 0; y < db.height; ++y)
        for (int x = 0; x < db.width; ++x) {
          bool inner = true; // the borders' own echoes left out
          const int reach = static_cast<int>(0.4 / r.screen.mmPerPx);
          for (const int d : {-reach, reach}) {
            const int u = x + r.screen.region.x0;
            const int v = y + r.screen.region.y0;
            inner = inner && t.labels.at(std::clamp(u + d, 0, t.labels.width - 1), v) == label &&
                    t.labels.at(u, std::clamp(v + d, 0, t.labels.height - 1)) == label;
          }
          if (inner) {
            sum += static_cast<double>(db.at(x, y));
            ++n;
          }
        }
      EXPECT_GT(n, 5);
      return sum / std::max(1, n);
    };
    EXPECT_LT(level(2), level(1) - 12) << toString(p);
  }
}

} // namespace
} // namespace hipcuff::phantom
