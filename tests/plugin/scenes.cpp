#include "scenes.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/phantom/cine.h"
#include "hipcuff/plugin/guard.h"
#include "hipcuff/screen/screen_finder.h"
#include "hipcuff/segmentation/working_grid.h"

#include <stdexcept>

namespace hipcuff::test {
Scene makeScene(std::uint64_t seed, const phantom::RecipeWishes& wishes) {
  const phantom::HipRecipe recipe = phantom::drawRecipe(seed, wishes);
  Scene scene;
  scene.view = recipe.view;
  scene.cine = phantom::simulatedCine(recipe);
  scene.picture = scene.cine.source->frame(0);
  const Screen screen = ScreenFinder().read(scene.cine, {scene.picture});
  if (screen.panes.empty())
    throw std::runtime_error("no pane on a simulated screen");
  scene.pane = screen.panes.front();
  scene.frame = makeFrame(scene.picture, scene.pane, 0);
  scene.working = makeWorkingFrame(scene.frame);
  return scene;
}

const Scene& tornScene() {
  static const Scene scene = [] {
    phantom::RecipeWishes wishes;
    wishes.view = View::longAxis;
    wishes.pathology = phantom::Pathology::undersurface;
    wishes.confounder = phantom::Confounder::none;
    wishes.style = phantom::ScannerStyle::standard;
    wishes.shape = phantom::ProbeShape::linear;
    wishes.screen = {{560, 420}};
    return makeScene(610201, wishes);
  }();
  return scene;
}

Stages guardedBuiltin() {
  Stages stages = builtinStages();
  const StageOrigin by{"builtin", "1.0.0", {}, {}};
  stages.cortex = plugin::guarded(stages.cortex, by, "builtin.so");
  stages.tendon = plugin::guarded(stages.tendon, by, "builtin.so");
  stages.discontinuities = plugin::guarded(stages.discontinuities, by, "builtin.so");
  stages.grader = plugin::guarded(stages.grader, by, "builtin.so");
  return stages;
}

Cine cineOf(const Scene& scene) {
  Cine cine = scene.cine;
  cine.source = scene.cine.source->clone(); // one a thread
  return cine;
}

} // namespace hipcuff::test
