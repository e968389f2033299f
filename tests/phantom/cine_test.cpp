// A recipe as a Cine is what its DICOM file would be read as.
#include "hipcuff/phantom/cine.h"

#include "hipcuff/phantom/phantom.h"
#include "hipcuff/screen/screen_finder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace hipcuff::phantom {
namespace {

HipRecipe smallRecipe(int frames) {
  RecipeWishes wishes;
  wishes.view = View::shortAxis;
  wishes.side = Side::right;
  wishes.screen = {{400, 300}};
  HipRecipe recipe = drawRecipe(31, wishes);
  recipe.frames = frames;
  recipe.frameRateHz = 20;
  return recipe;
}

TEST(SimulatedCine, SaysWhatTheRecipeSays) {
  const HipRecipe recipe = smallRecipe(1);
  const Cine cine = simulatedCine(recipe);
  EXPECT_EQ(cine.path, "simulated-31-short");
  EXPECT_EQ(cine.columns, 400);
  EXPECT_EQ(cine.rows, 300);
  EXPECT_EQ(cine.frames, 1);
  EXPECT_FALSE(cine.frameTimes);
  EXPECT_EQ(cine.side.value, Side::right);
  EXPECT_EQ(cine.view.value, View::shortAxis);
  EXPECT_EQ(cine.bodyRegion.value, BodyRegion::lateralHip);
  const Truth truth = HipSimulator(recipe).truth();
  ASSERT_EQ(cine.regions.size(), 1U);
  EXPECT_EQ(cine.regions[0].box, truth.regionPx);
  EXPECT_EQ(cine.regions[0].mmPerPx->x, truth.mmPerPx.x);
  EXPECT_EQ(cine.regions[0].mmPerPx->y, truth.mmPerPx.y);
}

TEST(SimulatedCine, ThePaneThatIsFoundHasTheSimulatorsScale) {
  const HipRecipe recipe = smallRecipe(1);
  const Cine cine = simulatedCine(recipe);
  const Screen screen = ScreenFinder().read(cine, {cine.source->frame(0)});
  ASSERT_EQ(screen.panes.size(), 1U);
  ASSERT_TRUE(screen.panes[0].mmPerPx);
  EXPECT_EQ(screen.panes[0].mmPerPx->x, recipe.screen.mmPerPx);
}

TEST(SimulatedCine, FramesAreTheSimulatorsInAnyOrderAndOfAnyClone) {
  const HipRecipe recipe = smallRecipe(3);
  const Cine cine = simulatedCine(recipe);
  ASSERT_TRUE(cine.frameTimes);
  EXPECT_THAT(*cine.frameTimes, testing::ElementsAre(0.0, 0.05, 0.1));
  const HipSimulator simulator(recipe);
  const RgbImage third = simulator.renderRgb(2);
  const RgbImage first = simulator.renderRgb(0);
  ASSERT_NE(first.data, third.data);
  EXPECT_EQ(cine.source->frame(2).data, third.data);
  const auto clone = cine.source->clone();
  EXPECT_EQ(clone->frame(2).data, third.data);
  EXPECT_EQ(clone->frame(0).data, first.data);
  EXPECT_EQ(cine.source->frame(2).data, third.data);
  EXPECT_THROW(static_cast<void>(cine.source->frame(3)), std::out_of_range);
}

} // namespace
} // namespace hipcuff::phantom
