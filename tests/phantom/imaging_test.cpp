// The physics of the simulated scanner, measured on what it makes: speckle, resolution, attenuation, contrast, and the
// directions of its beams.
#include "beam.h"
#include "insonify.h"
#include "random.h"
#include "scanner_processing.h"
#include "scene.h"

#include "hipcuff/screen/screen_finder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>

namespace hipcuff::phantom {
namespace {

constexpr double degree = std::numbers::pi / 180;

BeamSetup setupFor(ProbeShape shape) {
  BeamSetup s;
  s.shape = shape;
  s.frequencyMHz = shape == ProbeShape::curved ? 5 : 10;
  s.bandwidth = 0.5;
  s.focusMm = 20;
  s.depthMm = 40;
  s.widthMm = 30;
  if (shape == ProbeShape::trapezoid) {
    s.widthMm = 50;
    s.faceMm = 30;
    s.apexMm = 60;
  }
  if (shape == ProbeShape::curved) {
    s.apexMm = 50;
    s.faceMm = 50 * 60 * degree;
    s.dropMm = 50 * (1 - std::cos(30 * degree));
    s.widthMm = 90;
  }
  const double axial = 0.68 / (s.bandwidth * s.frequencyMHz);
  const double lateral = 1.85 * s.fNumber / s.frequencyMHz;
  s.perMm2 = 4.5 / (axial * lateral); // as many grains as the simulator takes
  return s;
}

/// Homogeneous tissue at 0 dB, its grains laid out as the simulator lays them: one to each cell of a jittered grid.
FloatImage speckle(const BeamSetup& s, std::uint64_t seed) {
  LineGrid grid(s);
  Rng rng(seed);
  const double spacing = 1 / std::sqrt(s.perMm2);
  for (double y = -1; y < s.depthMm + s.dropMm + 3; y += spacing)
    for (double x = -12; x < s.widthMm + 12; x += spacing)
      grid.deposit({static_cast<float>(x + rng.uniform(0, spacing)), static_cast<float>(y + rng.uniform(0, spacing)),
                    quickUniform(rng.bits())},
                   1.0F);
  grid.focus();
  return grid.envelope();
}

class Shapes : public ::testing::TestWithParam<ProbeShape> {};
INSTANTIATE_TEST_SUITE_P(Probe, Shapes,
                         ::testing::Values(ProbeShape::linear, ProbeShape::trapezoid, ProbeShape::curved),
                         [](const auto& shape) { return std::string(toString(shape.param)); });

TEST_P(Shapes, SpeckleIsRayleighAtEveryDepth) {
  const BeamSetup s = setupFor(GetParam());
  const LineGrid grid(s);
  const FloatImage e = speckle(s, 5);
  const int margin = static_cast<int>(LineGrid::marginMm / grid.pitch()) + 2;
  for (const double from : {6.0, 16.0, 28.0}) {
    std::vector<double> values;
    double sum = 0;
    double square = 0;
    for (double r = from; r < from + 9; r += 0.5 * pulseWidthMm(s))
      for (int x = margin; x < e.width - margin; ++x) {
        const auto v = static_cast<double>(e.at(x, static_cast<int>(r / grid.step())));
        values.push_back(v);
        sum += v;
        square += v * v;
      }
    const auto n = static_cast<double>(values.size());
    const double mean = sum / n;
    const double sd = std::sqrt(square / n - mean * mean);
    // Fully developed speckle: mean over standard deviation sqrt(pi / (4 - pi)).
    EXPECT_NEAR(mean / sd, 1.913, 0.13) << from << " mm";
    EXPECT_NEAR(10 * std::log10(square / n), 0, 0.8) << from << " mm: 0 dB tissue";
    // The whole distribution, not only two moments (Kolmogorov's distance; the samples are correlated).
    std::sort(values.begin(), values.end());
    double worst = 0;
    for (std::size_t i = 0; i < values.size(); ++i)
      worst = std::max(
          worst, std::abs(1 - std::exp(-values[i] * values[i] / (square / n)) - (static_cast<double>(i) + 0.5) / n));
    EXPECT_LT(worst, 0.045) << from << " mm";
  }
}

TEST_P(Shapes, PointsAreAsWideAsTheoryHasIt) {
  const BeamSetup s = setupFor(GetParam());
  const double lambda = soundMmPerUs / s.frequencyMHz;
  for (const double range : {20.0, 38.0}) {
    LineGrid grid(s);
    double x = 0;
    double y = 0;
    grid.toPicture(grid.lines() / 2, range / grid.step(), x, y);
    grid.deposit({static_cast<float>(x), static_cast<float>(y), 1.0F}, 1.0F);
    grid.focus();
    const FloatImage e = grid.envelope();
    const auto peak = static_cast<int>(std::max_element(e.data.begin(), e.data.end()) - e.data.begin());
    const int row = peak / e.width;
    const int column = peak % e.width;
    const float half = 0.5F * e.at(column, row);
    const auto width = [&](auto value, int at, int limit) { // full width at half height, interpolated
      double sides = 0;
      for (const int direction : {-1, 1}) {
        int i = at;
        while (i + direction > 0 && i + direction < limit && value(i + direction) > half)
          i += direction;
        const float inner = value(i);
        const float outer = value(i + direction);
        sides += std::abs(i - at) + static_cast<double>((inner - half) / std::max(1e-9F, inner - outer));
      }
      return sides;
    };
    const double lateral = width([&](int i) { return e.at(i, row); }, column, e.width) * grid.pitch() *
                           grid.divergence(range / grid.step());
    const double axial = width([&](int k) { return e.at(column, k); }, row, e.height) * grid.step();
    // A pulse of fractional bandwidth B lasts 0.88 / (B f); half of that in range.
    EXPECT_NEAR(axial, 0.5 * 0.88 * soundMmPerUs / (s.bandwidth * s.frequencyMHz), 0.25 * axial) << range;
    const double focused = 1.2 * lambda * s.fNumber;
    if (range == s.focusMm)
      EXPECT_NEAR(lateral, focused, 0.15 * focused);
    else // a lens with this focus spreads geometrically; dynamic reception halves that
      EXPECT_GT(lateral, 1.1 * focused);
  }
}

TEST_P(Shapes, LinesAndPicturePlacesBelongTogether) {
  for (const double steer : {0.0, -6.0, 8.0}) {
    BeamSetup s = setupFor(GetParam());
    s.steerDeg = steer;
    const LineGrid grid(s);
    for (const double line : {40.0, 90.5, 140.0})
      for (const double sample : {100.0, 400.0}) {
        double x = 0;
        double y = 0;
        grid.toPicture(line, sample, x, y);
        double backLine = 0;
        double backSample = 0;
        grid.toGrid(x, y, backLine, backSample);
        EXPECT_NEAR(backLine, line, 1e-6);
        EXPECT_NEAR(backSample, sample, 1e-6);
        double nextX = 0;
        double nextY = 0;
        grid.toPicture(line, sample + 1, nextX, nextY);
        EXPECT_NEAR(grid.directionDeg(x, y), std::atan2(nextX - x, nextY - y) / degree, 1e-6);
      }
  }
}

HipRecipe cleanHip(ProbeShape shape, View view, std::uint64_t seed) {
  RecipeWishes wishes;
  wishes.view = view;
  wishes.shape = shape;
  wishes.style = ScannerStyle::standard;
  wishes.pathology = Pathology::normal;
  wishes.screen = {1024, 768};
  HipRecipe r = drawRecipe(seed, wishes);
  r.artefacts = {};
  r.screen.flip = false;
  r.screen.textInside = false;
  r.probe.tiltDeg = 0;
  r.probe.compoundAngles = 1;
  r.probe.frequencyBands = 1;
  r.processing.tgcError = 0;
  r.processing.tgcSlidersDb = {};
  r.processing.clutterDb = -70;
  r.processing.hazeFloorDb = -200;
  r.processing.noiseDb = -250;
  r.processing.greyBlack = 0;
  return r;
}

TEST_P(Shapes, BeamsOfTruthAreBeamsOfThePicture) {
  const HipRecipe r = cleanHip(GetParam(), View::longAxis, 11);
  const Probe& p = r.probe;
  for (const double share : {0.2, 0.5, 0.8}) {
    const Point at{share * p.apertureMm, faceDropMm(p) + 0.6 * p.depthMm};
    ASSERT_TRUE(inField(p, at));
    const Point d = beamDirection(p, at);
    EXPECT_NEAR(std::hypot(d.x, d.y), 1, 1e-9);
    // Along a beam its number stays and its range grows by the way gone.
    const Point further = at + d * 3.0;
    EXPECT_NEAR(beamCoordinate(p, at), beamCoordinate(p, further), 1e-6);
    EXPECT_NEAR(rangeMm(p, further) - rangeMm(p, at), 3, 1e-6);
  }
}

TEST(Fan, ScreenFindsWhereTheBeamsMeet) {
  for (const ProbeShape shape : {ProbeShape::curved, ProbeShape::trapezoid}) {
    HipRecipe r = cleanHip(shape, View::longAxis, 11);
    r.processing.noiseDb = -70;
    r.processing.clutterDb = -30;
    const RgbImage picture = HipSimulator(r).renderRgb();
    const Screen screen = ScreenFinder().read(Cine{}, {picture});
    ASSERT_EQ(screen.panes.size(), 1U) << toString(shape);
    const ProbeGeometry& probe = screen.panes[0].probe;
    ASSERT_EQ(probe.kind, ProbeGeometry::Kind::sector) << toString(shape);
    // What counts is the direction of the beams in the picture.
    for (const double share : {0.25, 0.5, 0.75}) {
      const Point mm{share * r.probe.apertureMm, faceDropMm(r.probe) + 0.6 * r.probe.depthMm};
      const Point px{r.screen.region.x0 + mm.x / r.screen.mmPerPx, r.screen.region.y0 + mm.y / r.screen.mmPerPx};
      const Point seen = probe.beamAt(px);
      const Point true_ = beamDirection(r.probe, mm);
      EXPECT_NEAR(std::atan2(seen.x, seen.y) / degree, std::atan2(true_.x, true_.y) / degree, 1.5) << toString(shape);
    }
  }
}

/// Mean power in dB between two ranges, over the field.
double powerDb(const FloatImage& db, const HipRecipe& r, double from, double to) {
  double sum = 0;
  int n = 0;
  for (int y = 0; y < db.height; ++y)
    for (int x = 0; x < db.width; ++x) {
      const Point mm{x * r.screen.mmPerPx, y * r.screen.mmPerPx};
      const double range = rangeMm(r.probe, mm);
      if (range < from || range > to || std::abs(beamCoordinate(r.probe, mm)) > 0.6)
        continue;
      sum += std::pow(10.0, static_cast<double>(db.at(x, y)) / 10);
      ++n;
    }
  return 10 * std::log10(sum / n);
}

TEST_P(Shapes, TissueAttenuatesAsItsCoefficientSays) {
  HipRecipe r = cleanHip(GetParam(), View::longAxis, 21);
  // A thick even layer of fat, looked at without gain compensation.
  r.geometry.fatMm = 40;
  r.geometry.apexDepthMm = 56;
  r.geometry.maximusMm = 0;
  r.geometry.fasciaSplitMm = 0;
  r.echo.fatStyle = FatStyle::plain;
  r.echo.unevenDb = 0;
  r.probe.depthMm = 50;
  r.probe.frequencyMHz = 6;
  r.probe.beamSpread = 0;
  r.probe.lines = 0;
  r.processing.tgcError = -1;
  if (r.probe.shape == ProbeShape::curved)
    r.probe.apertureMm = 2 * (r.probe.radiusMm + r.probe.depthMm) * std::sin(0.5 * r.probe.fieldDeg * degree);
  r.screen.mmPerPx = 0.12;
  r.screen.region = {0, 0, static_cast<int>(r.probe.apertureMm / 0.12),
                     static_cast<int>(pictureHeightMm(r.probe) / 0.12)};
  const Scene scene(r);
  const FloatImage db = Insonifier(r, scene).decibels(0);
  const double lost = powerDb(db, r, 8, 12) - powerDb(db, r, 28, 32);
  const double measured = lost / (2 * 2.0 * r.probe.frequencyMHz); // dB per cm and MHz, one way
  const double fat = scene.at({0.5 * r.probe.apertureMm, 20}).attenuation;
  ASSERT_GT(fat, 0.2);
  // The pulse's centre sinks to a little over half of what was sent, and is attenuated less.
  EXPECT_NEAR(measured, 0.55 * fat, 0.2 * 0.55 * fat);
}

TEST_P(Shapes, TissuesAnswerInTheOrderOfTheLiterature) {
  std::map<TissueKind, std::pair<double, int>> sums;
  double crest = 0;
  int crests = 0;
  for (const std::uint64_t seed : {31ULL, 32ULL, 33ULL}) {
    HipRecipe r = cleanHip(GetParam(), View::longAxis, seed);
    r.geometry.facetAngleDeg = 0;
    r.geometry.facetBulgeMm = 0.05;
    r.geometry.tendonMm = 6;
    r.geometry.bursalFluidMm = 3;
    r.geometry.itbMm = 2.5;
    r.geometry.apexDepthMm = r.geometry.skinMm + r.geometry.fatMm + 2.5 + 3 + 6;
    r.echo.tendonDb = 8;
    r.echo.fatDb = 0;
    r.echo.fasciaDb = 14;
    r.echo.cortexDb = 30;
    r.probe.depthMm = r.geometry.apexDepthMm + 12;
    if (r.probe.shape == ProbeShape::curved)
      r.probe.apertureMm = 2 * (r.probe.radiusMm + r.probe.depthMm) * std::sin(0.5 * r.probe.fieldDeg * degree);
    r.screen.mmPerPx = std::max(r.probe.apertureMm / 1000, pictureHeightMm(r.probe) / 740);
    r.screen.region = {10, 10, 10 + static_cast<int>(r.probe.apertureMm / r.screen.mmPerPx),
                       10 + static_cast<int>(pictureHeightMm(r.probe) / r.screen.mmPerPx)};
    const HipSimulator simulator(r);
    const auto kinds = simulator.tissueMap();
    const Truth t = simulator.truth();
    const Scene scene(r);
    const FloatImage db = Insonifier(r, scene).decibels(0);
    const int reach = std::max(2, static_cast<int>(0.5 / r.screen.mmPerPx));
    for (int y = reach; y < db.height - reach; ++y)
      for (int x = reach; x < db.width - reach; ++x) {
        const auto kind = kinds.at(x + 10, y + 10);
        bool inner = true; // away from borders
        for (const int d : {-reach, reach})
          inner = inner && kinds.at(x + 10 + d, y + 10) == kind && kinds.at(x + 10, y + 10 + d) == kind;
        if (!inner)
          continue;
        auto& [sum, n] = sums[static_cast<TissueKind>(kind)];
        sum += std::pow(10.0, static_cast<double>(db.at(x, y)) / 10);
        ++n;
      }
    for (std::size_t i = 0; i < t.cortex.px.size(); ++i) {
      if (t.cortexIncidenceDeg[i] > 8)
        continue;
      double best = -99;
      for (int d = 0; d < reach; ++d)
        best = std::max(best, static_cast<double>(
                                  db.at(std::clamp(static_cast<int>(t.cortex.px[i].x) - 10, 0, db.width - 1),
                                        std::clamp(static_cast<int>(t.cortex.px[i].y) - 10 + d, 0, db.height - 1))));
      crest += std::pow(10.0, best / 10);
      ++crests;
    }
  }
  const auto level = [&](TissueKind kind) {
    const auto& [sum, n] = sums[kind];
    EXPECT_GT(n, 200) << toString(kind);
    return 10 * std::log10(sum / std::max(1, n));
  };
  const double fluid = level(TissueKind::bursalFluid);
  const double muscle = level(TissueKind::muscle);
  const double fat = level(TissueKind::fat);
  const double tendon = level(TissueKind::gluteusMediusTendon);
  const double fascia = level(TissueKind::fascia);
  ASSERT_GT(crests, 20);
  const double cortex = 10 * std::log10(crest / crests);
  EXPECT_LT(fluid, muscle - 10);
  EXPECT_NEAR(fat, muscle, 5);
  EXPECT_GT(tendon, std::max(fat, muscle) + 2);
  EXPECT_GT(fascia, tendon + 1);
  EXPECT_GT(cortex, fascia + 4);
}

TEST(Fan, TendonDarkensWhereTheBeamLeavesItsPerpendicular) {
  // One flat tendon under a curved probe: the beam itself brings the angle.
  HipRecipe r = cleanHip(ProbeShape::curved, View::longAxis, 41);
  const Pose pose = poseOf(r, 0);
  const Point middle{0.5 * r.probe.apertureMm, faceDropMm(r.probe) + 20};
  EXPECT_NEAR(fibreAngle(r, pose, 0, middle), 0, 1e-9);
  const Point aside{middle.x + 12, middle.y};
  const double expected = std::atan2(12.0, r.probe.radiusMm + 20) / degree;
  EXPECT_NEAR(fibreAngle(r, pose, 0, aside), expected, 1e-6);
  EXPECT_NEAR(fibreAngle(r, pose, -expected, aside), 0, 1e-6) << "fibres that fall off with the beams stay square";
}

TEST(Machine, GreyMapsRiseAndGainPutsMuscleWhereItIsWanted) {
  for (std::uint64_t seed = 1; seed < 60; ++seed) {
    RecipeWishes wishes;
    const HipRecipe r = drawRecipe(seed, wishes);
    const Processing& p = r.processing;
    int last = -1;
    for (double level = 0; level <= 1; level += 0.01) {
      const int grey = greyMap(p, level);
      EXPECT_GE(grey, last);
      last = grey;
    }
    EXPECT_GE(last, 200);
    Processing q = p;
    q.gainDb = gainForGrey(q, 90);
    EXPECT_NEAR(greyMap(q, muscleLevel + q.gainDb / q.dynamicRangeDb), 90, 2);
    EXPECT_GE(r.probe.frequencyMHz, 3.5);
    EXPECT_LE(r.probe.frequencyMHz, 17);
    EXPECT_LT(r.screen.region.x1, r.screen.columns);
    EXPECT_LT(r.screen.region.y1, r.screen.rows);
  }
}

TEST(Machine, EveryStyleAndShapeIsDrawn) {
  std::map<ScannerStyle, int> styles;
  std::map<ProbeShape, int> shapes;
  for (std::uint64_t seed = 1; seed < 200; ++seed) {
    const HipRecipe r = drawRecipe(seed);
    ++styles[r.processing.style];
    ++shapes[r.probe.shape];
  }
  EXPECT_EQ(styles.size(), 6U);
  EXPECT_EQ(shapes.size(), 3U);
}

/// Mean grey over part of the picture (shares of its width and height).
double meanGrey(const HipRecipe& r, double x0, double x1, double y0, double y1) {
  const GreyImage picture = HipSimulator(r).render();
  const PixelBox& b = r.screen.region;
  double sum = 0;
  int n = 0;
  for (int y = b.y0 + static_cast<int>(y0 * b.height()); y < b.y0 + static_cast<int>(y1 * b.height()); ++y)
    for (int x = b.x0 + static_cast<int>(x0 * b.width()); x < b.x0 + static_cast<int>(x1 * b.width()); ++x) {
      sum += picture.at(x, y);
      ++n;
    }
  return sum / n;
}

TEST(Artefacts, DoWhatTheirNamesSay) {
  const HipRecipe clean = cleanHip(ProbeShape::linear, View::longAxis, 51);
  HipRecipe gap = clean;
  gap.artefacts.contactLoss = 0.2;
  gap.artefacts.contactAt = 0.3;
  EXPECT_LT(meanGrey(gap, 0.25, 0.35, 0.4, 0.5), 0.6 * meanGrey(clean, 0.25, 0.35, 0.4, 0.5));
  EXPECT_NEAR(meanGrey(gap, 0.7, 0.9, 0.2, 0.4), meanGrey(clean, 0.7, 0.9, 0.2, 0.4), 1.0);
  HipRecipe shadow = clean;
  shadow.artefacts.edgeShadow = 1;
  shadow.artefacts.edgeShadowAt = 0.4;
  shadow.artefacts.edgeShadowDepthMm = 0.4 * clean.geometry.apexDepthMm;
  shadow.artefacts.edgeShadowWidthMm = 3;
  const double below = 0.7 * clean.geometry.apexDepthMm / clean.probe.depthMm;
  EXPECT_LT(meanGrey(shadow, 0.39, 0.41, below, below + 0.08), 0.8 * meanGrey(clean, 0.39, 0.41, below, below + 0.08));
  HipRecipe multiples = clean;
  multiples.artefacts.reverberation = 1;
  EXPECT_GT(meanGrey(multiples, 0.1, 0.9, 0.6, 0.95), meanGrey(clean, 0.1, 0.9, 0.6, 0.95) + 1);
  HipRecipe ring = clean;
  ring.artefacts.ringDown = 1;
  EXPECT_GT(meanGrey(ring, 0.1, 0.9, 0.03, 0.1), meanGrey(clean, 0.1, 0.9, 0.03, 0.1));
  HipRecipe weak = clean;
  weak.artefacts.dropout = 1;
  EXPECT_LT(meanGrey(weak, 0.05, 0.95, 0.2, 0.4), 0.95 * meanGrey(clean, 0.05, 0.95, 0.2, 0.4));
}

} // namespace
} // namespace hipcuff::phantom
