#include "hips.h"

#include <algorithm>

namespace hipcuff::testing {

SimulatedHip simulatedHip(std::uint64_t seed, const phantom::RecipeWishes& wishes) {
  return simulatedHip(phantom::drawRecipe(seed, wishes));
}

SimulatedHip simulatedHip(phantom::HipRecipe recipe) {
  recipe.screen.textInside = false; // telling text from tissue is another room's work
  SimulatedHip hip;
  hip.view = recipe.view;
  const phantom::HipSimulator simulator(recipe);
  hip.picture = simulator.renderRgb();
  hip.truth = simulator.truth();
  Pane pane;
  pane.box = hip.truth.regionPx;
  pane.usable = Mask(pane.box.width(), pane.box.height(), 255);
  pane.mmPerPx = hip.truth.mmPerPx;
  pane.probe.kind = ProbeGeometry::Kind::linear;
  hip.frame = makeFrame(hip.picture, pane, 0);
  return hip;
}

phantom::HipRecipe shifted(phantom::HipRecipe recipe) {
  recipe.geometry.tendonMm *= 1.25;
  recipe.geometry.facetAngleDeg += 4;
  recipe.geometry.apexDepthMm += 0.25 * recipe.geometry.tendonMm;
  recipe.probe.frequencyMHz = std::max(5.5, 0.8 * recipe.probe.frequencyMHz);
  recipe.probe.compoundAngles = recipe.probe.compoundAngles == 1 ? 3 : 1;
  recipe.processing.gainDb += 5;
  recipe.processing.dynamicRangeDb += 6;
  recipe.processing.greyGamma *= 0.85;
  recipe.processing.clutterDb += 3;
  recipe.echo.cortexDb -= 3;
  recipe.echo.fasciaDb += 2;
  recipe.echo.fatDb += 2;
  return recipe;
}

} // namespace hipcuff::testing
