// A picture and its mirror image show the same tendon: what is found must not depend on which way round it is seen.
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"
#include "hips.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iostream>

namespace hipcuff {
namespace {

Frame mirrored(Frame frame) {
  for (int y = 0; y < frame.pixels.height; ++y) {
    std::reverse(frame.pixels.row(y), frame.pixels.row(y) + frame.pixels.width);
    std::reverse(frame.usable.row(y), frame.usable.row(y) + frame.usable.width);
  }
  return frame; // a linear probe's beams run straight down either way
}

struct Seen {
  Tendon tendon;
  double meanMm = 0;
};

Seen seen(const Frame& frame, View view) {
  const WorkingFrame working = makeWorkingFrame(frame);
  const Cortex cortex = BoneSurfaceSegmenter().segment(frame, working);
  Seen out{LayerTendonSegmenter().segment(frame, working, cortex, view)};
  for (const TendonStation& s : out.tendon.stations)
    out.meanMm += distance(s.cortexMm, s.superficialMm) / static_cast<double>(out.tendon.stations.size());
  return out;
}

TEST(Mirror, ChangesNoThickness) {
  constexpr int hips = 40;
  constexpr double limitMm = 0.2; // the least change that means something; resampling alone makes half of it
  int found = 0;
  int apart = 0;
  for (std::uint64_t i = 0; i < hips; ++i) {
    phantom::RecipeWishes wishes;
    wishes.shape = phantom::ProbeShape::linear;
    const testing::SimulatedHip hip = testing::simulatedHip(880100 + i, wishes);
    const Seen one = seen(hip.frame, hip.view);
    const Seen other = seen(mirrored(hip.frame), hip.view);
    ASSERT_EQ(one.tendon.found(), other.tendon.found()) << "hip " << i;
    if (!one.tendon.found())
      continue;
    ++found;
    if (hip.view == View::longAxis) {
      EXPECT_NE(one.tendon.arrivesFromLeft, other.tendon.arrivesFromLeft) << "hip " << i;
    }
    const double change = std::abs(one.meanMm - other.meanMm);
    apart += change >= limitMm ? 1 : 0;
    if (change >= limitMm)
      std::cout << "hip " << i << ": mean thickness " << one.meanMm << " and " << other.meanMm << " mm\n";
  }
  EXPECT_GE(found, hips * 3 / 4);
  EXPECT_LE(apart, found / 20) << "of " << found << " hips whose mean thickness changes by " << limitMm
                               << " mm or more";
}

} // namespace
} // namespace hipcuff
