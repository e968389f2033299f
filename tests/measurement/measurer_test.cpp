#include "synthetic_hip.h"

#include "hipcuff/grading/criteria.h"
#include "hipcuff/measurement/tendon_measurer.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace hipcuff;
using namespace hipcuff::test;

namespace {

Measurements measured(const SyntheticHip& hip, std::vector<Discontinuity> discontinuities = {}) {
  const SyntheticPicture picture = render(hip);
  return TendonMeasurer().measure(picture.frame, picture.working, picture.anatomy, std::move(discontinuities),
                                  builtinCriteria());
}

/// A discontinuity on the flat synthetic footprint, from position a to b and height low to high.
Discontinuity block(const SyntheticHip& hip, DiscontinuityKind kind, double a, double b, double low, double high) {
  const auto stations = render(hip).anatomy.tendon.stations;
  const Point origin = stations.front().cortexMm;
  Discontinuity d;
  d.kind = kind;
  d.beginMm = a;
  d.endMm = b;
  d.lengthMm = b - a;
  d.depthMm = high - low;
  for (const auto& [s, h] : {std::pair{a, low}, {b, low}, {b, high}, {a, high}})
    d.polygonMm.push_back({origin.x + s, origin.y - h});
  d.confidence = 0.9;
  return d;
}

TEST(Thickness, IsTheDistanceAlongTheNormalWithItsInterval) {
  SyntheticHip hip;
  hip.slopeDegrees = 15;
  const Thickness thickness = measured(hip).thickness;
  const double factor = builtinCriteria().value("border_error_factor");
  ASSERT_EQ(thickness.profile.size(), render(hip).anatomy.tendon.stations.size());
  for (const ThicknessSample& sample : thickness.profile) {
    EXPECT_NEAR(sample.valueMm, 5, 1e-9);
    EXPECT_NEAR(sample.lowerMm, 5 - 1.96 * factor * 0.15, 1e-9);
    EXPECT_NEAR(sample.upperMm, 5 + 1.96 * factor * 0.15, 1e-9);
    EXPECT_NEAR(sample.remainingMm, 5, 0.03);
  }
  ASSERT_TRUE(thickness.summary);
  EXPECT_NEAR(thickness.summary->meanMm, 5, 1e-9);
  EXPECT_NEAR(thickness.summary->sdMm, 0, 1e-9);
  ASSERT_EQ(thickness.facets.size(), 1u);
  EXPECT_EQ(thickness.facets[0].facet, FacetKind::lateral);
  // The mean is no surer than its positions: what is wrong with a border is wrong over many of them.
  for (const ThicknessSummary& s : {*thickness.summary, thickness.facets[0].summary}) {
    ASSERT_TRUE(s.mean95 && s.max95);
    EXPECT_NEAR(s.mean95->lower, 5 - 1.96 * factor * 0.15, 1e-9);
    EXPECT_NEAR(s.max95->upper, 5 + 1.96 * factor * 0.15, 1e-9);
  }
}

TEST(Thickness, AtStatedDistancesOrWhyNot) {
  SyntheticHip hip;
  hip.footprintMm = 12;
  const auto sites = measured(hip, {block(hip, DiscontinuityKind::fullThickness, 3, 7, -0.1, 5.1)}).thickness.sites;
  ASSERT_EQ(sites.size(), 3u);
  EXPECT_FALSE(sites[0].sample); // at 5 mm
  EXPECT_EQ(sites[0].missing, "inside a full-thickness gap");
  ASSERT_TRUE(sites[1].sample); // at 10 mm
  EXPECT_NEAR(sites[1].sample->valueMm, 5, 1e-6);
  EXPECT_LT(sites[1].sample->lowerMm, 4.9);
  EXPECT_GT(sites[1].sample->upperMm, 5.1);
  EXPECT_EQ(sites[1].missing, "");
  EXPECT_FALSE(sites[2].sample); // at 15 mm
  EXPECT_EQ(sites[2].missing, "beyond the footprint that is seen");

  const SyntheticPicture picture = render({});
  Criteria odd = builtinCriteria();
  odd.items.at("thickness_site_1").value = 4.1; // between two stations
  const auto other = TendonMeasurer().measure(picture.frame, picture.working, picture.anatomy, {}, odd).thickness.sites;
  ASSERT_TRUE(other[0].sample);
  EXPECT_DOUBLE_EQ(other[0].sample->positionMm, 4.1);
  EXPECT_NEAR(other[0].sample->valueMm, 5, 1e-6);
}

TEST(Thickness, PartialTearReducesOnlyWhatRemains) {
  const SyntheticHip hip;
  const auto m = measured(hip, {block(hip, DiscontinuityKind::undersurface, 6, 10, -0.1, 2)});
  ASSERT_EQ(m.discontinuities.size(), 1u);
  EXPECT_EQ(m.thickness.profile.size(), 81u);
  for (const ThicknessSample& sample : m.thickness.profile) {
    EXPECT_NEAR(sample.valueMm, 5, 1e-9);
    const bool inside = sample.positionMm > 6.1 && sample.positionMm < 9.9;
    const bool outside = sample.positionMm < 5.9 || sample.positionMm > 10.1;
    if (inside || outside) {
      EXPECT_NEAR(sample.remainingMm, inside ? 3 : 5, 0.05);
    }
  }
}

TEST(Thickness, PositionsInAGapAreLeftOut) {
  const SyntheticHip hip;
  const auto m = measured(hip, {block(hip, DiscontinuityKind::fullThickness, 6, 10, -0.1, 5.1)});
  for (const ThicknessSample& sample : m.thickness.profile)
    EXPECT_TRUE(sample.positionMm < 6 || sample.positionMm > 10);
  EXPECT_EQ(m.thickness.profile.size(), 81u - 17u);
}

TEST(Thickness, SuspectedAnisotropyTakesNothingAway) {
  const SyntheticHip hip;
  auto gap = block(hip, DiscontinuityKind::fullThickness, 6, 10, -0.1, 5.1);
  gap.suspectedAnisotropy = true;
  const auto m = measured(hip, {gap});
  EXPECT_EQ(m.thickness.profile.size(), 81u);
  EXPECT_NEAR(m.thickness.profile[32].remainingMm, 5, 0.05);
}

TEST(Findings, TornTissueAddsUpOverThicknessAndLength) {
  SyntheticHip hip;
  const Findings whole = measured(hip).findings;
  EXPECT_LT(whole.tornShare.value_or(1), 0.1);
  EXPECT_LT(whole.tornAreaMm2.value_or(99), 1.0);
  hip.tears = {{6, 12, 0, 0.5}};
  const Findings torn = measured(hip).findings;
  EXPECT_NEAR(torn.tornShare.value_or(0), 0.5, 0.12) << "half of the thickness";
  EXPECT_NEAR(torn.tornAreaMm2.value_or(0), 6 * 2.5, 3.5) << "6 mm long, 2.5 mm high";
}

TEST(Findings, DarknessAtAnObliqueAngleIsNotTornTissue) {
  SyntheticHip hip;
  hip.tears = {{6, 12, 0, 0.5}};
  hip.angleDegrees = -15; // whichever way it slopes
  EXPECT_LT(measured(hip).findings.tornShare.value_or(1), 0.1);
}

TEST(Findings, BursalFluidIsMeasuredAndItsAbsenceToo) {
  SyntheticHip hip;
  EXPECT_DOUBLE_EQ(measured(hip).findings.bursalFluidMm.value_or(-1), 0.0);
  hip.bursalFluidMm = 2;
  const auto fluid = measured(hip).findings.bursalFluidMm;
  ASSERT_TRUE(fluid);
  EXPECT_NEAR(*fluid, 2, 0.5);
  const Polyline outline = measured(hip).findings.bursalFluidOutlineMm;
  ASSERT_GE(outline.size(), 3U);
  hip.bursalFluidMm = 0;
  EXPECT_TRUE(measured(hip).findings.bursalFluidOutlineMm.empty());
}

TEST(Findings, IliotibialBandIsSeenWhereThereIsOne) {
  SyntheticHip hip;
  EXPECT_FALSE(measured(hip).findings.itbMm);
  hip.extraDb = [](double, double h) { return h > 6.5 && h < 8.0 ? 22.0 : 0.0; };
  const auto itb = measured(hip).findings.itbMm;
  ASSERT_TRUE(itb);
  EXPECT_NEAR(*itb, 1.5, 0.5);
}

TEST(Findings, CalcificationNeedsItsShadow) {
  SyntheticHip hip;
  EXPECT_TRUE(measured(hip).findings.calcifications.empty());
  hip.calcification = Point{9, 3.4};
  const auto found = measured(hip).findings.calcifications;
  ASSERT_EQ(found.size(), 1u);
  EXPECT_NEAR(found[0].sizeMm, 1.6, 0.9);
  const auto stations = render(hip).anatomy.tendon.stations;
  EXPECT_NEAR(found[0].atMm.x, stations.front().cortexMm.x + 9, 0.6);
}

TEST(Findings, CorticalIrregularityIsTheWavesRms) {
  SyntheticHip hip;
  EXPECT_NEAR(measured(hip).findings.corticalIrregularityMm.value_or(-1), 0, 0.01);
  hip.irregularityMm = 0.5; // a sine of amplitude a has RMS a / sqrt 2
  EXPECT_NEAR(measured(hip).findings.corticalIrregularityMm.value_or(-1), 0.5 / std::sqrt(2.0), 0.08);
}

TEST(Findings, FibresAreMoreCoherentThanSpeckle) {
  SyntheticHip fibrillar;
  fibrillar.fibreDb = 10;
  SyntheticHip plain;
  plain.fibreDb = 0;
  const auto with = measured(fibrillar).findings.fibreCoherence;
  const auto without = measured(plain).findings.fibreCoherence;
  ASSERT_TRUE(with && without);
  EXPECT_GT(*with, *without + 0.1);
}

TEST(Findings, EchogenicityFollowsTheTendonsLevel) {
  SyntheticHip bright;
  SyntheticHip dark;
  dark.tendonDb = -10;
  const auto a = measured(bright).findings.echogenicity;
  const auto b = measured(dark).findings.echogenicity;
  ASSERT_TRUE(a && b);
  EXPECT_NEAR(*a - *b, 10 * 255.0 / 60, 5);
}

TEST(Findings, ObliqueFibresAreNotJudged) {
  SyntheticHip hip;
  hip.angleDegrees = 15;
  const Findings findings = measured(hip).findings;
  EXPECT_DOUBLE_EQ(findings.assessableFraction.value_or(-1), 0);
  EXPECT_FALSE(findings.echogenicity);
  EXPECT_FALSE(findings.fibreCoherence);
  EXPECT_FALSE(measured(SyntheticHip{}).findings.assessableFraction); // no angle known: not measured
}

TEST(Measurer, NoTendonGivesNoNumbers) {
  SyntheticPicture picture = render({});
  picture.anatomy.tendon = {};
  const auto m = TendonMeasurer().measure(picture.frame, picture.working, picture.anatomy, {}, builtinCriteria());
  EXPECT_TRUE(m.thickness.profile.empty());
  EXPECT_FALSE(m.thickness.summary);
  EXPECT_FALSE(m.findings.bursalFluidMm);
  EXPECT_FALSE(m.findings.echogenicity);
}

} // namespace
