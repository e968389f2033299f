#include "border_refiner.h"

#include "hipcuff/plugin/module.h"

#include <stdexcept>
#include <utility>

namespace {

class LevelSetSegmenter final : public hipcuff::TendonSegmenter {
public:
  LevelSetSegmenter(std::shared_ptr<const hipcuff::TendonSegmenter> before, level_set::Settings settings)
      : before_(std::move(before))
      , settings_(settings) {}

  [[nodiscard]] hipcuff::Tendon segment(const hipcuff::Frame& frame, const hipcuff::WorkingFrame& working,
                                        const hipcuff::Cortex& cortex,
                                        std::optional<hipcuff::View> view) const override {
    return level_set::refine(frame, working, before_->segment(frame, working, cortex, view), view, settings_);
  }

private:
  std::shared_ptr<const hipcuff::TendonSegmenter> before_;
  level_set::Settings settings_;
};

hipcuff::plugin::Provided make(const hipcuff::plugin::Setup& setup) {
  if (!setup.before.tendon)
    throw std::invalid_argument("level_set refines another segmenter's tendon, and there is none before it");
  const hipcuff::plugin::Values& v = setup.values;
  level_set::Settings settings;
  settings.maxMoveMm = v.number("max_move_mm");
  settings.edgeSigmaMm = v.number("edge_sigma_mm");
  settings.alongSigmaMm = v.number("along_sigma_mm");
  settings.edgeWeight = v.number("edge_weight");
  settings.tissueWeight = v.number("tissue_weight");
  settings.tissueLean = v.number("tissue_lean");
  settings.holdWeight = v.number("hold_weight");
  settings.curvatureWeight = v.number("curvature_weight");
  settings.iterations = static_cast<int>(v.integer("iterations"));
  hipcuff::plugin::Provided provided;
  provided.tendon = std::make_shared<LevelSetSegmenter>(setup.before.tendon, settings);
  return provided;
}

} // namespace

HIPCUFF_PLUGIN(make)
