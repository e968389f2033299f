// ms a frame of the segmentation stages on one simulated hip, single thread.
#include "hipcuff/phantom/phantom.h"
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/layer_tendon_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"

#include <benchmark/benchmark.h>

#include <utility>

namespace {

using namespace hipcuff;

Frame hipFrame(int columns, int rows) {
  phantom::RecipeWishes wishes;
  wishes.view = View::longAxis;
  wishes.screen = std::pair{columns, rows};
  const phantom::HipSimulator simulator(phantom::drawRecipe(7, wishes));
  const phantom::Truth truth = simulator.truth();
  Pane pane;
  pane.box = truth.regionPx;
  pane.usable = Mask(pane.box.width(), pane.box.height(), 255);
  pane.mmPerPx = truth.mmPerPx;
  pane.probe.kind = ProbeGeometry::Kind::linear;
  return makeFrame(simulator.renderRgb(), pane, 0);
}

void workingGrid(benchmark::State& state) {
  const Frame frame = hipFrame(int(state.range(0)), int(state.range(1)));
  for (auto step : state)
    benchmark::DoNotOptimize(makeWorkingFrame(frame));
}

void cortex(benchmark::State& state) {
  const Frame frame = hipFrame(int(state.range(0)), int(state.range(1)));
  const WorkingFrame working = makeWorkingFrame(frame);
  for (auto step : state)
    benchmark::DoNotOptimize(BoneSurfaceSegmenter().segment(frame, working));
}

void tendon(benchmark::State& state) {
  const Frame frame = hipFrame(int(state.range(0)), int(state.range(1)));
  const WorkingFrame working = makeWorkingFrame(frame);
  const Cortex found = BoneSurfaceSegmenter().segment(frame, working);
  for (auto step : state)
    benchmark::DoNotOptimize(LayerTendonSegmenter().segment(frame, working, found, View::longAxis));
}

void wholeSegmentation(benchmark::State& state) {
  const Frame frame = hipFrame(int(state.range(0)), int(state.range(1)));
  for (auto step : state) {
    const WorkingFrame working = makeWorkingFrame(frame);
    const Cortex found = BoneSurfaceSegmenter().segment(frame, working);
    benchmark::DoNotOptimize(LayerTendonSegmenter().segment(frame, working, found, View::longAxis));
  }
}

BENCHMARK(workingGrid)->Args({640, 480})->Args({1024, 768})->Unit(benchmark::kMillisecond);
BENCHMARK(cortex)->Args({640, 480})->Args({1024, 768})->Unit(benchmark::kMillisecond);
BENCHMARK(tendon)->Args({640, 480})->Args({1024, 768})->Unit(benchmark::kMillisecond);
BENCHMARK(wholeSegmentation)->Args({640, 480})->Args({1024, 768})->Unit(benchmark::kMillisecond);

} // namespace
