#include "hipcuff/phantom/cine.h"

#include "hipcuff/phantom/phantom.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace hipcuff::phantom {
namespace {

class SimulatedFrames final : public FrameSource {
public:
  explicit SimulatedFrames(HipRecipe recipe)
      : recipe_(std::move(recipe)) {}

  [[nodiscard]] RgbImage frame(int index) override {
    if (!last_ || index != lastIndex_) {
      if (!simulator_)
        simulator_.emplace(recipe_);
      last_ = std::make_shared<const RgbImage>(simulator_->renderRgb(index));
      lastIndex_ = index;
    }
    return *last_;
  }
  [[nodiscard]] std::unique_ptr<FrameSource> clone() const override {
    auto copy = std::make_unique<SimulatedFrames>(recipe_);
    copy->last_ = last_;
    copy->lastIndex_ = lastIndex_;
    return copy;
  }

private:
  HipRecipe recipe_;
  std::optional<HipSimulator> simulator_; // made when a frame is first wanted
  std::shared_ptr<const RgbImage> last_;
  int lastIndex_ = -1;
};

} // namespace

Cine simulatedCine(const HipRecipe& recipe) {
  constexpr const char* simulator = "simulator";
  Cine cine;
  cine.path = "simulated-" + std::to_string(recipe.seed) + "-" + toString(recipe.view);
  cine.format = simulator;
  cine.columns = recipe.screen.columns;
  cine.rows = recipe.screen.rows;
  cine.frames = recipe.frames;
  if (recipe.frames > 1) {
    cine.frameTimes.emplace();
    for (int i = 0; i < recipe.frames; ++i)
      cine.frameTimes->push_back(i / recipe.frameRateHz);
    cine.frameTimesOrigin = simulator;
  }
  UltrasoundRegion region;
  region.kind = RegionKind::bMode;
  region.box = recipe.screen.region;
  region.mmPerPx = Spacing{recipe.screen.mmPerPx, recipe.screen.mmPerPx};
  region.origin = CalibrationOrigin::ultrasoundRegion;
  cine.regions.push_back(std::move(region));
  cine.side = {recipe.side, simulator};
  cine.view = {recipe.view, simulator};
  cine.bodyRegion = {BodyRegion::lateralHip, simulator};
  cine.source = std::make_shared<SimulatedFrames>(recipe);
  return cine;
}

} // namespace hipcuff::phantom
