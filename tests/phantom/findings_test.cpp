// Findings, confounders and pictures that nobody should grade: ordered, drawn, and told by the truth.
#include "hipcuff/phantom/phantom.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace hipcuff::phantom {
namespace {

HipRecipe drawn(std::uint64_t seed, Pathology pathology, View view = View::longAxis) {
  RecipeWishes wishes;
  wishes.pathology = pathology;
  wishes.view = view;
  wishes.confounder = Confounder::none;
  return drawRecipe(seed, wishes);
}

TEST(Findings, TearsSpanTheRangesAndKeepTheirDepth) {
  double shallowest = 1;
  double deepest = 0;
  double shortest = 99;
  double longest = 0;
  double retraction = 0;
  std::set<TearShape> shapes;
  for (std::uint64_t seed = 0; seed < 240; ++seed) {
    const auto pathology = static_cast<Pathology>(2 + seed % 4);
    const HipRecipe r = drawn(seed, pathology, seed % 3 == 0 ? View::shortAxis : View::longAxis);
    shapes.insert(r.tear.shape);
    if (pathology == Pathology::fullThickness) {
      retraction = std::max(retraction, r.tear.retractionMm);
      continue;
    }
    shallowest = std::min(shallowest, r.tear.depthFraction);
    deepest = std::max(deepest, r.tear.depthFraction);
    shortest = std::min(shortest, r.tear.lengthMm);
    longest = std::max(longest, r.tear.lengthMm);
    if (seed % 6 != 0)
      continue;
    const Truth t = HipSimulator(r).truth();
    ASSERT_EQ(t.discontinuities.size(), 1U);
    // What was ordered is what is there, whatever the outline; a rim keeps thin intrasubstance tears off the borders.
    if (pathology != Pathology::intrasubstance) {
      EXPECT_NEAR(t.discontinuities[0].depthFraction, r.tear.depthFraction, 0.04)
          << "seed " << seed << " shape " << toString(r.tear.shape);
    }
    EXPECT_LE(t.discontinuities[0].depthFraction, r.tear.depthFraction + 0.01);
  }
  EXPECT_LT(shallowest, 0.15);
  EXPECT_GT(deepest, 0.85);
  EXPECT_LT(shortest, 2.5);
  EXPECT_GT(longest, 17);
  EXPECT_GT(retraction, 20);
  EXPECT_LE(retraction, 30);
  EXPECT_EQ(shapes.size(), 5U);
}

TEST(Findings, CalcificationsLieWhereTheTruthSays) {
  HipRecipe r = drawn(5, Pathology::tendinosis);
  r.geometry.tendonMm = 6;
  r.calcifications = {{.at = 0.3, .level = 0.5, .lengthMm = 4, .heightMm = 1.6, .echoDb = 24, .shadowDb = 15},
                      {.at = 0.7, .level = 0.4, .lengthMm = 1.5, .heightMm = 1, .echoDb = 20, .shadowDb = 0}};
  const HipSimulator simulator(r);
  const Truth t = simulator.truth();
  const auto map = simulator.tissueMap();
  ASSERT_EQ(t.calcifications.size(), 2U);
  int pixels = 0;
  for (const std::uint8_t kind : map.data)
    pixels += kind == static_cast<std::uint8_t>(TissueKind::calcification);
  const double area = pixels * r.screen.mmPerPx * r.screen.mmPerPx;
  EXPECT_NEAR(area, 0.785 * (4 * 1.6 + 1.5 * 1), 2.2);
  for (const TruthCalcification& c : t.calcifications) {
    const int x = static_cast<int>(std::lround(c.atPx.x));
    const int y = static_cast<int>(std::lround(c.atPx.y));
    EXPECT_EQ(map.at(x, y), static_cast<std::uint8_t>(TissueKind::calcification));
    EXPECT_EQ(t.labels.at(x, y), 1) << "inside the tendon";
  }
  EXPECT_EQ(t.calcifications[0].lengthMm, 4);
  EXPECT_EQ(t.calcifications[0].shadowDb, 15);
}

TEST(Findings, SpursAndPitsShapeTheCortexAndTheTendonCoversThem) {
  HipRecipe smooth = drawn(7, Pathology::normal);
  smooth.geometry.cortexRoughnessMm = 0;
  smooth.geometry.irregularityMm = 0;
  smooth.geometry.facetShape = FacetShape::flat;
  smooth.geometry.enthesophyteMm = 0;
  smooth.geometry.pits.clear();
  smooth.calcifications.clear();
  const Truth before = HipSimulator(smooth).truth();
  EXPECT_NEAR(before.cortexReliefMm, 0, 1e-6);
  EXPECT_FALSE(before.enthesophyte.has_value());
  HipRecipe rough = smooth;
  rough.geometry.enthesophyteMm = 2;
  rough.geometry.enthesophyteAt = 0.85;
  rough.geometry.pits = {{0.3, 1.2, 2}};
  const Truth after = HipSimulator(rough).truth();
  ASSERT_TRUE(after.enthesophyte.has_value());
  EXPECT_EQ(after.enthesophyte->heightMm, 2);
  ASSERT_EQ(after.pits.size(), 1U);
  EXPECT_GT(after.cortexReliefMm, 0.3);
  ASSERT_EQ(before.stations.size(), after.stations.size());
  double raised = 0;
  double sunk = 0;
  for (std::size_t i = 0; i < before.stations.size(); ++i) {
    const double up = dot(after.stations[i].cortexMm - before.stations[i].cortexMm, before.stations[i].normal);
    raised = std::max(raised, up);
    sunk = std::min(sunk, up);
    EXPECT_GT(after.stations[i].thicknessMm, 0.2);
  }
  EXPECT_NEAR(raised, 2, 0.15);
  EXPECT_NEAR(sunk, -1.2, 0.15);
}

TEST(Findings, TendinosisIsDiffuseOrFocalAndTheMapShowsWhere) {
  HipRecipe r = drawn(3, Pathology::tendinosis);
  r.calcifications.clear();
  r.geometry.tendonMm = 6;
  r.degeneration = {.severity = 0.8, .fadeDb = 6, .focal = true, .at = 0.5, .lengthMm = 6, .level = 0.5, .height = 0.7};
  const auto share = [](const HipSimulator& simulator) {
    const auto map = simulator.tissueMap();
    double ill = 0;
    double all = 0;
    for (const std::uint8_t kind : map.data) {
      ill += kind == static_cast<std::uint8_t>(TissueKind::degeneratedTendon);
      all += kind == static_cast<std::uint8_t>(TissueKind::degeneratedTendon) ||
             kind == static_cast<std::uint8_t>(TissueKind::gluteusMediusTendon);
    }
    return ill / all;
  };
  const double focal = share(HipSimulator(r));
  EXPECT_GT(focal, 0.08);
  EXPECT_LT(focal, 0.6);
  r.degeneration.focal = false;
  EXPECT_GT(share(HipSimulator(r)), 0.95);
}

TEST(Confounders, CanBeOrderedAndAreNoTears) {
  for (int kind = 1; kind <= static_cast<int>(Confounder::corticalIrregular); ++kind) {
    RecipeWishes wishes;
    wishes.pathology = Pathology::normal;
    wishes.confounder = static_cast<Confounder>(kind);
    for (const View view : {View::longAxis, View::shortAxis}) {
      wishes.view = view;
      const HipRecipe r = drawRecipe(static_cast<std::uint64_t>(60 + kind), wishes);
      const Truth t = HipSimulator(r).truth();
      EXPECT_EQ(t.confounder, *wishes.confounder);
      EXPECT_EQ(t.grade, GradeClass::normal);
      EXPECT_TRUE(t.discontinuities.empty());
      const bool shown =
          (wishes.confounder == Confounder::anisotropy && t.fibreAngleDeg > 4) ||
          (wishes.confounder == Confounder::insertionTurn && r.geometry.insertionTurnDeg >= 12) ||
          (wishes.confounder == Confounder::edgeShadow && r.artefacts.edgeShadow > 0.4) ||
          (wishes.confounder == Confounder::septumShadow && !r.shadows.empty() && r.shadows[0].lossDb >= 6) ||
          (wishes.confounder == Confounder::reverberation && r.artefacts.reverberation > 0.3) ||
          (wishes.confounder == Confounder::dropout && r.artefacts.dropout > 0.3) ||
          (wishes.confounder == Confounder::poorContact && r.artefacts.contactLoss > 0.05) ||
          (wishes.confounder == Confounder::thinAnterior && r.geometry.insertionFraction <= 0.45) ||
          (wishes.confounder == Confounder::thinZone && r.geometry.thinZone >= 0.2) ||
          (wishes.confounder == Confounder::corticalIrregular && !t.pits.empty());
      EXPECT_TRUE(shown) << toString(*wishes.confounder) << " " << hipcuff::toString(view);
    }
  }
}

TEST(NotGradable, EachKindTakesFromTheReaderWhatItsReasonSays) {
  for (int kind = 1; kind <= static_cast<int>(NotGradable::textOverTendon); ++kind) {
    RecipeWishes wishes;
    wishes.notGradable = static_cast<NotGradable>(kind);
    wishes.screen = {640, 480};
    for (std::uint64_t seed = 0; seed < 2; ++seed) {
      const HipRecipe r = drawRecipe(70 + seed, wishes);
      const HipSimulator simulator(r);
      const Truth t = simulator.truth();
      const std::string what = std::string(toString(wishes.notGradable)) + " seed " + std::to_string(seed);
      EXPECT_EQ(t.grade, GradeClass::notGradable) << what;
      EXPECT_FALSE(t.refusals.empty()) << what;
      double mean = 0;
      double tendon = 0;
      double bright = 0;
      double coloured = 0;
      const RgbImage picture = simulator.renderRgb();
      for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x)
          if (t.labels.at(x, y) != 0) {
            ++tendon;
            mean += picture.at(x, y);
            bright += picture.at(x, y) > 235;
            coloured += std::abs(picture.at(x, y, 0) - picture.at(x, y, 2)) > 60;
          }
      switch (wishes.notGradable) {
      case NotGradable::noCortex:
        EXPECT_TRUE(t.cortex.px.empty()) << what;
        EXPECT_EQ(tendon, 0) << what;
        break;
      case NotGradable::wrongRegion:
        EXPECT_GT(t.cortex.px.size(), 20U) << what;
        EXPECT_TRUE(t.facets.empty()) << what;
        EXPECT_TRUE(t.stations.empty()) << what;
        EXPECT_EQ(tendon, 0) << what;
        break;
      case NotGradable::tooDark:
        EXPECT_LT(mean / tendon, 22) << what;
        break;
      case NotGradable::saturated:
        if (!isTear(r.pathology)) {
          EXPECT_GT(bright / tendon, 0.4) << what;
        }
        break;
      case NotGradable::colourBox:
        EXPECT_GT(coloured, 0.02 * tendon) << what;
        break;
      case NotGradable::tooOblique:
        for (const TruthStation& s : t.stations)
          EXPECT_GT(s.fibreAngleDeg, 12) << what;
        break;
      case NotGradable::textOverTendon: {
        HipRecipe plain = r;
        plain.notGradable = NotGradable::none;
        const RgbImage without = HipSimulator(plain).renderRgb();
        double written = 0;
        for (int y = 0; y < picture.height; ++y)
          for (int x = 0; x < picture.width; ++x)
            written += t.labels.at(x, y) != 0 && picture.at(x, y) != without.at(x, y);
        EXPECT_GT(written, 0.15 * tendon) << what;
        break;
      }
      case NotGradable::none:
        break;
      }
    }
  }
}

TEST(Cine, TheProbeSlidesAndTheTruthFollows) {
  HipRecipe r = drawn(4, Pathology::undersurface);
  r.frames = 8;
  r.slideMm = 3;
  r.rockingDeg = 0;
  const HipSimulator simulator(r);
  const Truth still = simulator.truth(0);
  const Truth moved = simulator.truth(4);
  const double way = moved.discontinuities.at(0).polygon.mm[0].x - still.discontinuities.at(0).polygon.mm[0].x;
  EXPECT_NEAR(std::abs(way), 3, 0.05);
  EXPECT_NEAR(moved.discontinuities[0].depthMm, still.discontinuities[0].depthMm, 1e-9);
}

} // namespace
} // namespace hipcuff::phantom
