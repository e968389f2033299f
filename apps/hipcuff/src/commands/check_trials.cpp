#include "commands/check_trials.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/assessment/studies.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/progress.h"
#include "hipcuff/ingest/open.h"
#include "hipcuff/phantom/cine.h"
#include "hipcuff/segmentation/working_grid.h"

#include <algorithm>

namespace hipcuff::cli {
namespace {

Cine simulated(View view, std::uint64_t seed) {
  phantom::RecipeWishes wishes;
  wishes.view = view;
  wishes.pathology = phantom::Pathology::undersurface;
  wishes.confounder = phantom::Confounder::none;
  return phantom::simulatedCine(phantom::drawRecipe(seed, wishes));
}

plugin::Trial trialOf(std::string name, Frame frame, std::optional<View> view) {
  plugin::Trial trial;
  trial.name = std::move(name);
  trial.working = makeWorkingFrame(frame);
  trial.frame = std::move(frame);
  trial.view = view;
  return trial;
}

/// The middle frame of each pane, and the whole analysis.
void add(const Cine& cine, const std::string& name, const Stages& builtin, const Analyzer& analyzer,
         CheckMaterial& material) {
  const int index = cine.frames / 2;
  const RgbImage picture = cine.source->frame(index);
  const Screen screen = builtin.screen->read(cine, {picture});
  if (screen.panes.empty())
    throw InputError(cine.path, "shows no B-mode picture", "choose another");
  for (std::size_t i = 0; i < screen.panes.size(); ++i)
    material.trials.push_back(trialOf(i == 0 ? name : name + ", pane " + std::to_string(i),
                                      makeFrame(picture, screen.panes[i], index), cine.view.value));
  SilentProgress silent;
  for (ImageResult& image : analyzer.analyze(cine, silent))
    material.images.push_back(std::move(image));
}

/// What often is not thought of, made from an ordinary picture.
void addAwkward(CheckMaterial& material) {
  const plugin::Trial first = material.trials.front();
  Frame black = first.frame;
  std::fill(black.pixels.data.begin(), black.pixels.data.end(), std::uint8_t{0});
  material.trials.push_back(trialOf("black", std::move(black), first.view));

  constexpr int side = 16;
  Frame tiny = first.frame;
  tiny.pixels = GreyImage(side, side);
  tiny.usable = Mask(side, side);
  std::fill(tiny.pixels.data.begin(), tiny.pixels.data.end(), std::uint8_t{90});
  std::fill(tiny.usable.data.begin(), tiny.usable.data.end(), std::uint8_t{255});
  tiny.box = {tiny.box.x0, tiny.box.y0, tiny.box.x0 + side - 1, tiny.box.y0 + side - 1};
  material.trials.push_back(trialOf("of 16 x 16 pixels", std::move(tiny), first.view));

  Frame nominal = first.frame;
  nominal.nominal = true;
  nominal.scale = {nominalDepthMm / nominal.pixels.height, nominalDepthMm / nominal.pixels.height};
  material.trials.push_back(trialOf("without calibration", std::move(nominal), std::nullopt));
}

} // namespace

CheckMaterial checkMaterial(const std::vector<std::string>& files, const Stages& builtin, const Criteria& criteria) {
  CheckMaterial material;
  const Analyzer analyzer({.stages = builtin, .criteria = criteria, .frames = {FrameChoice::Kind::count, 1}});
  for (const std::string& file : files)
    add(openCine(file), std::filesystem::path(file).filename().string(), builtin, analyzer, material);
  if (files.empty()) {
    add(simulated(View::longAxis, 610201), "simulated, long axis", builtin, analyzer, material);
    add(simulated(View::shortAxis, 610202), "simulated, short axis", builtin, analyzer, material);
  }
  addAwkward(material);
  StudyCollector studies(criteria);
  for (const ImageResult& image : material.images)
    studies.add(image, {});
  material.studies = studies.finish();
  return material;
}

} // namespace hipcuff::cli
