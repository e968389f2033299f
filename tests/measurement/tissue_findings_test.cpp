// What is read from the tissue map, on maps whose every place is known.
#include "../../lib/measurement/src/tissue_findings.h"

#include "hipcuff/grading/criteria.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <memory>

namespace hipcuff {
namespace {

constexpr double thicknessMm = 4;

/// A level tendon 20 mm long and 4 mm thick under fluid of `fluidMm(position)`.
Tendon tendonUnder(const std::function<double(double)>& fluidMm) {
  auto band = std::make_shared<TissueBand>();
  constexpr int columns = 80;
  constexpr int rows = 96;
  band->probability.assign(static_cast<std::size_t>(TissueClass::freeTendon) + 1, FloatImage(columns, rows));
  Tendon tendon;
  for (int x = 0; x < columns; ++x) {
    TendonStation s;
    s.positionMm = x * band->stepMm;
    s.cortexMm = {s.positionMm, 20};
    s.normal = {0, -1};
    s.superficialMm = {s.positionMm, 20 - thicknessMm};
    s.deepMm = s.cortexMm;
    s.column = static_cast<std::size_t>(x);
    tendon.stations.push_back(s);
    for (int y = 0; y < rows; ++y) {
      const double over = band->heightMm(y) - thicknessMm;
      const bool wet = over >= 0 && over < fluidMm(s.positionMm);
      band->probability[static_cast<std::size_t>(wet ? TissueClass::fluid : TissueClass::other)].at(x, y) = 1;
    }
  }
  tendon.tissue = band;
  return tendon;
}

double fluidFound(const std::function<double(double)>& fluidMm) {
  return bursalFluid(tendonUnder(fluidMm), builtinCriteria()).value_or(FluidLayer{-1, {}}).mm;
}

TEST(BursalFluid, IsAsThickAsTheLayerIsAtItsThickest) {
  EXPECT_NEAR(fluidFound([](double p) { return p >= 5 && p < 13 ? 1 + 0.5 * (p - 5) * (13 - p) / 16 : 0.0; }), 1.5,
              0.2);
}

TEST(BursalFluid, ItsOutlineLiesWhereTheFluidIs) {
  const auto fluid = bursalFluid(tendonUnder([](double p) { return p >= 5 && p < 13 ? 1.5 : 0.0; }), builtinCriteria());
  ASSERT_TRUE(fluid);
  ASSERT_GE(fluid->outlineMm.size(), 8U);
  // The tendon's superficial border lies at y = 16.
  EXPECT_TRUE(contains(fluid->outlineMm, {9, 15.2}));
  EXPECT_TRUE(contains(fluid->outlineMm, {5.5, 14.8}));
  EXPECT_FALSE(contains(fluid->outlineMm, {9, 16.2})) << "the tendon";
  EXPECT_FALSE(contains(fluid->outlineMm, {9, 14.2})) << "above";
  EXPECT_FALSE(contains(fluid->outlineMm, {4.4, 15.2}));
  EXPECT_FALSE(contains(fluid->outlineMm, {13.6, 15.2}));
  EXPECT_NEAR(std::abs(area(fluid->outlineMm)), 8 * 1.5, 1.5);
}

TEST(BursalFluid, NoFluidNoOutline) {
  const auto dry = bursalFluid(tendonUnder([](double) { return 0.0; }), builtinCriteria());
  ASSERT_TRUE(dry);
  EXPECT_TRUE(dry->outlineMm.empty());
}

TEST(BursalFluid, AShortDarkPlaceElsewhereDoesNotMakeTheLayerThicker) {
  const auto layer = [](double p) { return p >= 3 && p < 9 ? 1.2 : p >= 15 && p < 16 ? 5.0 : 0.0; };
  EXPECT_NEAR(fluidFound(layer), 1.2, 0.16);
}

TEST(BursalFluid, AShortDarkPlaceAloneIsNoLayer) {
  EXPECT_DOUBLE_EQ(fluidFound([](double p) { return p >= 15 && p < 17 ? 4.0 : 0.0; }), 0.0);
}

} // namespace
} // namespace hipcuff
