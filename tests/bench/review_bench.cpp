// Milliseconds from a border's drag to the new grade: what the viewer's goal of 50 ms is made from.
#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/screen.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/phantom/phantom.h"
#include "hipcuff/review/image_review.h"

#include <benchmark/benchmark.h>

#include <memory>
#include <stdexcept>

namespace {

using namespace hipcuff;
using namespace hipcuff::review;

/// A simulated 800x600 picture with an undersurface tear, analysed.
ImageReview reviewed() {
  phantom::RecipeWishes wishes;
  wishes.pathology = phantom::Pathology::undersurface;
  wishes.view = View::longAxis;
  phantom::HipRecipe recipe = phantom::drawRecipe(7, wishes);
  const phantom::HipSimulator simulator(recipe);
  const auto picture = std::make_shared<const RgbImage>(simulator.renderRgb());
  const phantom::Truth truth = simulator.truth();
  Pane pane;
  pane.box = truth.regionPx;
  pane.usable = Mask(pane.box.width(), pane.box.height(), 255);
  pane.mmPerPx = truth.mmPerPx;
  pane.calibrationOrigin = CalibrationOrigin::ultrasoundRegion;
  const Stages stages = builtinStages();
  const Criteria& criteria = builtinCriteria();
  FrameResult found = analyzeFrame(*picture, pane, 0, View::longAxis, {}, stages, criteria);
  if (found.anatomy.tendon.stations.size() < 40)
    throw std::runtime_error("the benchmark's tendon was not found");
  ImageResult result;
  result.rows = picture->height;
  result.columns = picture->width;
  result.frames = 1;
  result.view = {View::longAxis, "simulated"};
  result.bodyRegion = {BodyRegion::lateralHip, "simulated"};
  result.mmPerPx = pane.mmPerPx;
  result.regionPx = pane.box;
  result.frame = 0;
  result.scale = *pane.mmPerPx;
  result.anatomy = std::move(found.anatomy);
  result.measurements = std::move(found.measurements);
  result.grade = std::move(found.grade);
  PictureAccess access{[pane] { return pane; }, [picture](int) { return *picture; }, 1};
  return {std::move(result), std::move(access), stages, criteria};
}

EditRecord pull(const ImageReview& review, Border border, double byMm) {
  const ImageResult& image = review.current();
  const TendonStation& s = image.anatomy.tendon.stations[image.anatomy.tendon.stations.size() / 2];
  const Point on = border == Border::cortex ? s.cortexMm : s.superficialMm;
  return {RedrawBorder{border, pulled(image, border, image.toFullPixels(on), image.toFullPixels(on + s.normal * byMm))},
          0, "bench", ""};
}

void previewSuperficial(benchmark::State& state) {
  ImageReview review = reviewed();
  review.prepare();
  double by = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(review.preview(pull(review, Border::superficial, by += 0.001)));
}

void previewCortex(benchmark::State& state) {
  ImageReview review = reviewed();
  review.prepare();
  double by = 0;
  for (auto _ : state)
    benchmark::DoNotOptimize(review.preview(pull(review, Border::cortex, by += 0.001)));
}

void applyAndUndo(benchmark::State& state) {
  ImageReview review = reviewed();
  review.prepare();
  for (auto _ : state) {
    review.apply(pull(review, Border::superficial, 0.5));
    review.undo();
  }
}

void previewAfterTwentyEdits(benchmark::State& state) {
  ImageReview review = reviewed();
  for (int i = 0; i < 20; ++i)
    review.apply(pull(review, i % 2 ? Border::superficial : Border::cortex, i % 4 < 2 ? 0.2 : -0.2));
  for (auto _ : state)
    benchmark::DoNotOptimize(review.preview(pull(review, Border::superficial, 0.3)));
}

void previewOutline(benchmark::State& state) {
  ImageReview review = reviewed();
  review.prepare();
  const ImageResult& image = review.program();
  const auto& stations = image.anatomy.tendon.stations;
  Polyline px;
  for (std::size_t i = 10; i <= 25; ++i)
    px.push_back(image.toFullPixels(stations[i].cortexMm));
  for (std::size_t i = 25; i >= 10; --i)
    px.push_back(image.toFullPixels(stations[i].cortexMm + stations[i].normal * 1.5));
  for (auto _ : state)
    benchmark::DoNotOptimize(review.preview({AddDiscontinuity{px}, 0, "bench", ""}));
}

void previewDrawnTendon(benchmark::State& state) {
  ImageReview review = reviewed();
  review.prepare();
  DrawTendon drawn;
  const ImageResult& image = review.program();
  drawn.arrivesFromLeft = image.anatomy.tendon.arrivesFromLeft;
  for (const TendonStation& s : image.anatomy.tendon.stations) {
    drawn.cortexPx.push_back(image.toFullPixels(s.cortexMm));
    drawn.superficialPx.push_back(image.toFullPixels(s.superficialMm));
  }
  for (auto _ : state) {
    drawn.cortexPx.front().y += 0.01; // another line each time
    benchmark::DoNotOptimize(review.preview({drawn, 0, "bench", ""}));
  }
}

void snap(benchmark::State& state) {
  ImageReview review = reviewed();
  review.prepare();
  Polyline px;
  for (const TendonStation& s : review.program().anatomy.tendon.stations)
    px.push_back(review.program().toFullPixels(s.superficialMm));
  for (auto _ : state)
    benchmark::DoNotOptimize(review.snapped(Border::superficial, px));
}

void prepare(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    ImageReview review = reviewed();
    state.ResumeTiming();
    review.prepare();
  }
}

BENCHMARK(previewSuperficial)->Unit(benchmark::kMillisecond);
BENCHMARK(previewCortex)->Unit(benchmark::kMillisecond);
BENCHMARK(applyAndUndo)->Unit(benchmark::kMillisecond);
BENCHMARK(previewAfterTwentyEdits)->Unit(benchmark::kMillisecond);
BENCHMARK(previewOutline)->Unit(benchmark::kMillisecond);
BENCHMARK(previewDrawnTendon)->Unit(benchmark::kMillisecond);
BENCHMARK(snap)->Unit(benchmark::kMillisecond);
BENCHMARK(prepare)->Unit(benchmark::kMillisecond)->Iterations(10);

} // namespace

BENCHMARK_MAIN();
