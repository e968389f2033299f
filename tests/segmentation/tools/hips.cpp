#include "hips.h"

#include "hipcuff/phantom/cine.h"
#include "hipcuff/screen/screen_finder.h"

#include <stdexcept>

namespace hipcuff::testing {

SimulatedHip simulatedHip(std::uint64_t seed, const phantom::RecipeWishes& wishes) {
  return simulatedHip(phantom::drawRecipe(seed, wishes));
}

SimulatedHip simulatedHip(const phantom::HipRecipe& recipe) {
  SimulatedHip hip;
  hip.view = recipe.view;
  const phantom::HipSimulator simulator(recipe);
  hip.picture = simulator.renderRgb();
  hip.truth = simulator.truth();
  const Screen screen = ScreenFinder().read(phantom::simulatedCine(recipe), {hip.picture});
  if (screen.panes.empty())
    throw std::runtime_error("no pane on a simulated screen");
  hip.frame = makeFrame(hip.picture, screen.panes.front(), 0);
  hip.tissue = simulator.tissueMap(0);
  return hip;
}

} // namespace hipcuff::testing
