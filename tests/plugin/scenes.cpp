#include "scenes.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/plugin/guard.h"
#include "hipcuff/screen/screen_finder.h"
#include "hipcuff/segmentation/working_grid.h"

#include <stdexcept>

namespace hipcuff::test {
namespace {

class StillSource final : public FrameSource {
public:
  explicit StillSource(RgbImage picture)
      : picture_(std::move(picture)) {}
  RgbImage frame(int) override { return picture_; }
  [[nodiscard]] std::unique_ptr<FrameSource> clone() const override { return std::make_unique<StillSource>(picture_); }

private:
  RgbImage picture_;
};

} // namespace

Scene makeScene(std::uint64_t seed, const phantom::RecipeWishes& wishes) {
  const phantom::HipRecipe recipe = phantom::drawRecipe(seed, wishes);
  const phantom::HipSimulator simulator(recipe);
  Scene scene;
  scene.view = recipe.view;
  scene.picture = simulator.renderRgb();
  const phantom::Truth truth = simulator.truth();
  Cine cine;
  cine.columns = scene.picture.width;
  cine.rows = scene.picture.height;
  cine.frames = 1;
  UltrasoundRegion region;
  region.kind = RegionKind::bMode;
  region.box = truth.regionPx;
  region.mmPerPx = truth.mmPerPx;
  region.origin = CalibrationOrigin::ultrasoundRegion;
  cine.regions.push_back(region);
  const Screen screen = ScreenFinder().read(cine, {scene.picture});
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
  Cine cine;
  cine.path = "scene.dcm";
  cine.columns = scene.picture.width;
  cine.rows = scene.picture.height;
  cine.frames = 1;
  cine.view = {scene.view, "test"};
  cine.bodyRegion = {BodyRegion::lateralHip, "test"};
  UltrasoundRegion region;
  region.kind = RegionKind::bMode;
  region.box = scene.pane.box;
  region.mmPerPx = scene.pane.mmPerPx;
  region.origin = CalibrationOrigin::ultrasoundRegion;
  cine.regions.push_back(region);
  cine.source = std::make_unique<StillSource>(scene.picture);
  return cine;
}

} // namespace hipcuff::test
