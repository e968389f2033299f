#include "../../lib/measurement/src/grey_pattern.h"

#include "synthetic_hip.h"

#include "hipcuff/grading/criteria.h"
#include "hipcuff/measurement/tendon_measurer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

using namespace hipcuff;
using namespace hipcuff::test;

namespace {

constexpr double step = 0.1;

/// Waves across the rows: what fibres along the cortex look like.
FloatImage waves(double perMm, double amplitude = 40) {
  FloatImage image(120, 60);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      image.at(x, y) = static_cast<float>(100 + amplitude * std::sin(2 * std::numbers::pi * perMm * y * step));
  return image;
}

Mask everywhere() {
  Mask mask(120, 60);
  std::fill(mask.data.begin(), mask.data.end(), std::uint8_t{255});
  return mask;
}

TEST(PeakSpatialFrequency, IsThatOfTheFibres) {
  for (const double perMm : {1.6, 2.4, 3.3}) {
    const auto found = peakSpatialFrequencyPerMm(waves(perMm), everywhere(), step);
    ASSERT_TRUE(found);
    EXPECT_NEAR(*found, perMm, 0.25) << "windows of 2 mm";
  }
}

TEST(PeakSpatialFrequency, IsOfTheMaskAloneAndNeedsRoom) {
  FloatImage image = waves(1.6);
  Mask left = everywhere();
  for (int y = 0; y < image.height; ++y)
    for (int x = 60; x < image.width; ++x) {
      image.at(x, y) = static_cast<float>(100 + 120 * std::sin(2 * std::numbers::pi * 4 * y * step));
      left.at(x, y) = 0;
    }
  EXPECT_NEAR(peakSpatialFrequencyPerMm(image, left, step).value_or(0), 1.6, 0.25);
  EXPECT_NEAR(peakSpatialFrequencyPerMm(image, everywhere(), step).value_or(0), 4, 0.25);
  Mask narrow(120, 60);
  for (int y = 0; y < 15; ++y)
    for (int x = 0; x < 120; ++x)
      narrow.at(x, y) = 255;
  EXPECT_FALSE(peakSpatialFrequencyPerMm(image, narrow, step)) << "no window of 2 mm fits";
  EXPECT_FALSE(peakSpatialFrequencyPerMm(waves(2, 0), everywhere(), step)) << "no pattern, no frequency";
}

TEST(CoOccurrence, OfStripesIsKnown) {
  // Rows of black and white by turns.
  FloatImage image(120, 60);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x)
      image.at(x, y) = y % 2 == 0 ? 20.0F : 220.0F;
  const auto along = GreyLevels(image, everywhere()).coOccurrence(1, 0);
  const auto across = GreyLevels(image, everywhere()).coOccurrence(0, 1);
  ASSERT_TRUE(along && across);
  EXPECT_NEAR(along->contrast, 0, 1e-9);
  EXPECT_NEAR(along->correlation, 1, 1e-9);
  EXPECT_NEAR(along->homogeneity, 1, 1e-9);
  EXPECT_NEAR(along->energy, 0.5, 1e-9);
  EXPECT_NEAR(across->contrast, 15 * 15, 1e-9);
  EXPECT_NEAR(across->correlation, -1, 1e-9);
  EXPECT_NEAR(across->homogeneity, 1.0 / 16, 1e-9);
  EXPECT_NEAR(across->energy, 0.5, 1e-9);
}

TEST(CoOccurrence, KnowsNoGainAndNeedsPairs) {
  const FloatImage plain = waves(2);
  FloatImage bright = plain;
  for (float& v : bright.data)
    v = 30 + 1.2F * v;
  const auto a = GreyLevels(plain, everywhere()).coOccurrence(0, 3);
  const auto b = GreyLevels(bright, everywhere()).coOccurrence(0, 3);
  ASSERT_TRUE(a && b);
  EXPECT_NEAR(a->contrast, b->contrast, 0.02 * a->contrast);
  EXPECT_NEAR(a->correlation, b->correlation, 0.02);
  Mask few(120, 60);
  for (int x = 0; x < 100; ++x)
    few.at(x, 10) = 255;
  EXPECT_FALSE(GreyLevels(plain, few).coOccurrence(3, 0));
  EXPECT_FALSE(GreyLevels(waves(2, 0), everywhere()).coOccurrence(3, 0)) << "no contrast, nothing to tell";
}

TEST(Pattern, FibresAreRegularAndSpeckleIsNot) {
  const auto findings = [](double fibreDb) {
    SyntheticHip hip;
    hip.fibreDb = fibreDb;
    const SyntheticPicture p = render(hip);
    return TendonMeasurer().measure(p.frame, p.working, p.anatomy, {}, builtinCriteria()).findings;
  };
  const Findings fibrillar = findings(12);
  const Findings speckled = findings(0);
  ASSERT_TRUE(fibrillar.peakSpatialFrequencyPerMm && speckled.peakSpatialFrequencyPerMm);
  ASSERT_TRUE(fibrillar.coOccurrenceAlong && fibrillar.coOccurrenceAcross && speckled.coOccurrenceAlong);
  EXPECT_GT(fibrillar.coOccurrenceAlong->correlation, speckled.coOccurrenceAlong->correlation);
  EXPECT_GT(fibrillar.coOccurrenceAlong->correlation, fibrillar.coOccurrenceAcross->correlation);
}

TEST(Pattern, NothingIsReadAtAnObliqueAngle) {
  SyntheticHip hip;
  hip.angleDegrees = 15;
  const SyntheticPicture p = render(hip);
  const Findings f = TendonMeasurer().measure(p.frame, p.working, p.anatomy, {}, builtinCriteria()).findings;
  EXPECT_FALSE(f.peakSpatialFrequencyPerMm);
  EXPECT_FALSE(f.coOccurrenceAlong);
}

} // namespace
