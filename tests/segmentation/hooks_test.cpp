// What others may add to the built-in cortex and tendon stages.
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"
#include "hips.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <stdexcept>

namespace hipcuff {
namespace {

testing::SimulatedHip hip() {
  phantom::RecipeWishes wishes;
  wishes.shape = phantom::ProbeShape::linear;
  return testing::simulatedHip(880101, wishes);
}

BoneLogOdds everywhere(float odds) {
  return [odds](const Frame&, const WorkingFrame& w) { return FloatImage(w.grey.width, w.grey.height, odds); };
}

bool same(const Cortex& a, const Cortex& b) {
  return a.confidence == b.confidence && a.trochanterLikeness == b.trochanterLikeness &&
         std::equal(a.segments.begin(), a.segments.end(), b.segments.begin(), b.segments.end(),
                    [](const CortexSegment& p, const CortexSegment& q) {
                      return p.interfaceMm == q.interfaceMm && p.ridgeMm == q.ridgeMm && p.confidence == q.confidence;
                    });
}

/// Noise with a line hardly brighter than it: no bone to the built-in evidence.
Frame faintLine(double lineMm) {
  Frame frame;
  frame.pixels = GreyImage(400, 400);
  frame.usable = Mask(400, 400, 255);
  frame.box = {0, 0, 399, 399};
  frame.scale = {0.1, 0.1};
  frame.nominal = false;
  std::uint32_t state = 1;
  for (int y = 0; y < 400; ++y)
    for (int x = 0; x < 400; ++x) {
      state = state * 1664525U + 1013904223U;
      const double off = (y * 0.1 - lineMm) / 0.25;
      frame.pixels.at(x, y) = static_cast<std::uint8_t>(60 + (state >> 27U) + 18 * std::exp(-0.5 * off * off));
    }
  return frame;
}

TEST(BoneHook, AMapThatSaysNothingChangesNothing) {
  const auto h = hip();
  const WorkingFrame working = makeWorkingFrame(h.frame);
  const Cortex alone = BoneSurfaceSegmenter().segment(h.frame, working);
  ASSERT_FALSE(alone.segments.empty());
  EXPECT_TRUE(same(alone, BoneSurfaceSegmenter(everywhere(0), 1).segment(h.frame, working)));
  EXPECT_TRUE(same(alone, BoneSurfaceSegmenter(everywhere(3), 0).segment(h.frame, working)));
}

TEST(BoneHook, AMapThatDeniesBoneTakesItAway) {
  const auto h = hip();
  const WorkingFrame working = makeWorkingFrame(h.frame);
  EXPECT_TRUE(BoneSurfaceSegmenter(everywhere(-4), 2).segment(h.frame, working).segments.empty());
}

TEST(BoneHook, AMapThatKnowsMoreFindsAFaintLine) {
  constexpr double lineMm = 25;
  const Frame frame = faintLine(lineMm);
  const WorkingFrame working = makeWorkingFrame(frame);
  EXPECT_TRUE(BoneSurfaceSegmenter().segment(frame, working).segments.empty());
  const BoneLogOdds knows = [](const Frame&, const WorkingFrame& w) {
    FloatImage map(w.grey.width, w.grey.height, -2.0F);
    for (int y = 0; y < map.height; ++y)
      if (std::abs(y * w.gridMm - lineMm) < 0.3)
        std::fill_n(map.row(y), map.width, 4.0F);
    return map;
  };
  const Cortex cortex = BoneSurfaceSegmenter(knows, 2).segment(frame, working);
  ASSERT_EQ(cortex.segments.size(), 1U);
  EXPECT_GT(length(cortex.segments[0].ridgeMm), 30);
  for (const Point p : cortex.segments[0].ridgeMm)
    EXPECT_NEAR(p.y, lineMm, 0.4);
}

// An opinion is no echo: on a picture without a crest nothing is drawn, however sure somebody is.
TEST(BoneHook, WithoutACrestThereIsNoLine) {
  Frame frame = faintLine(25);
  std::fill(frame.pixels.data.begin(), frame.pixels.data.end(), std::uint8_t{90});
  const WorkingFrame working = makeWorkingFrame(frame);
  EXPECT_TRUE(BoneSurfaceSegmenter(everywhere(4), 2).segment(frame, working).segments.empty());
  EXPECT_TRUE(BoneSurfaceSegmenter::goingBy(everywhere(4)).segment(frame, working).segments.empty());
}

TEST(BoneHook, GoesByTheEvidenceAlone) {
  const auto h = hip();
  const WorkingFrame working = makeWorkingFrame(h.frame);
  const Cortex builtin = BoneSurfaceSegmenter().segment(h.frame, working);
  ASSERT_FALSE(builtin.segments.empty());
  EXPECT_TRUE(BoneSurfaceSegmenter::goingBy(everywhere(0)).segment(h.frame, working).segments.empty());
  // Who knows the line finds it where the picture has it: crest and interface are traced as ever.
  const Polyline& line = builtin.segments[0].ridgeMm;
  const BoneLogOdds knows = [&](const Frame&, const WorkingFrame& w) {
    FloatImage map(w.grey.width, w.grey.height, -3.0F);
    for (int y = 0; y < map.height; ++y)
      for (int x = 0; x < map.width; ++x)
        if (distance(w.toMm({double(x), double(y)}), line) < 0.4)
          map.at(x, y) = 2;
    return map;
  };
  const Cortex found = BoneSurfaceSegmenter::goingBy(knows).segment(h.frame, working);
  ASSERT_EQ(found.segments.size(), 1U);
  EXPECT_GT(length(found.segments[0].ridgeMm), 0.8 * length(line));
  std::vector<double> off;
  for (const Point p : found.segments[0].interfaceMm)
    off.push_back(distance(p, builtin.segments[0].interfaceMm));
  std::nth_element(off.begin(), off.begin() + static_cast<std::ptrdiff_t>(off.size() / 2), off.end());
  EXPECT_LT(off[off.size() / 2], 0.02);
}

TEST(BoneHook, AMapOfAnotherSizeIsRefused) {
  const auto h = hip();
  const WorkingFrame working = makeWorkingFrame(h.frame);
  const BoneLogOdds wrong = [](const Frame&, const WorkingFrame&) { return FloatImage(5, 5); };
  EXPECT_THROW((void)BoneSurfaceSegmenter(wrong, 1).segment(h.frame, working), std::invalid_argument);
}

TEST(TissueHook, IsAskedAndObeyed) {
  const auto h = hip();
  const WorkingFrame working = makeWorkingFrame(h.frame);
  const Cortex cortex = BoneSurfaceSegmenter().segment(h.frame, working);
  const Tendon alone = LayerTendonSegmenter().segment(h.frame, working, cortex, h.view);
  ASSERT_TRUE(alone.found());
  const auto with = [&](TissueReading reading) {
    return LayerTendonSegmenter(std::move(reading)).segment(h.frame, working, cortex, h.view);
  };
  const Tendon unchanged = with([](const Frame&, const WorkingFrame&, TissueBand&) {});
  EXPECT_EQ(unchanged.superficialMm(), alone.superficialMm());
  EXPECT_EQ(unchanged.confidence, alone.confidence);

  // Tendon up to 3 mm over the bone, whatever the picture shows: the border follows.
  const Tendon flat = with([](const Frame&, const WorkingFrame&, TissueBand& band) {
    for (int y = 0; y < band.probability.front().height; ++y)
      for (int x = 0; x < band.probability.front().width; ++x) {
        const bool tendon = band.heightMm(y) > 0 && band.heightMm(y) < 3;
        for (std::size_t c = 0; c < tissueClassCount; ++c)
          band.probability[c].at(x, y) =
              c == static_cast<std::size_t>(tendon ? TissueClass::tendon : TissueClass::other);
      }
  });
  ASSERT_TRUE(flat.found());
  for (const TendonStation& s : flat.stations)
    EXPECT_NEAR(distance(s.cortexMm, s.superficialMm), 3.0, 0.12);

  EXPECT_THROW((void)with([](const Frame&, const WorkingFrame&, TissueBand& band) { band.probability.pop_back(); }),
               std::invalid_argument);
}

} // namespace
} // namespace hipcuff
