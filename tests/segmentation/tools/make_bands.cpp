// Training material for the tissue classifier: simulated hips through the real screen and cortex stages, laid out as
// the classifier sees them, with the exact tissue of each place.
//
//   make_bands OUT FIRST COUNT [JOBS]
//
// OUT: one record a line of bone: int32 magic "HCB1", columns, rows, view (0 long, 1 short), pathology, first and last
// seen column, seed; float32 slopes (channel 3) a column; uint8 grey (128 = 1.0), usable, tissue kind (TissueKind), row
// by row. Read by train_tissue_net.py.
#include "hipcuff/phantom/phantom.h"
#include "hipcuff/segmentation/bone_surface_segmenter.h"
#include "hipcuff/segmentation/working_grid.h"
#include "hips.h"
#include "tissue_layout.h"

#include <atomic>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace hipcuff;

namespace {

/// Of twenty hips three are normal, four have something that looks like a tear and is none (three of them normal, one
/// worn), one has both a tear and such a thing, two must not be graded, and the rest are drawn freely.
phantom::HipRecipe recipeOf(std::uint64_t seed) {
  using phantom::Confounder;
  using phantom::NotGradable;
  using phantom::Pathology;
  phantom::RecipeWishes wishes;
  const std::uint64_t turn = seed % 20;
  const std::uint64_t round = seed / 20;
  constexpr auto confounders = static_cast<std::uint64_t>(Confounder::corticalIrregular);
  constexpr Pathology torn[] = {Pathology::undersurface, Pathology::bursal, Pathology::intrasubstance,
                                Pathology::fullThickness};
  constexpr NotGradable refused[] = {NotGradable::noCortex, NotGradable::wrongRegion, NotGradable::wrongRegion,
                                     NotGradable::tooDark,  NotGradable::saturated,   NotGradable::tooOblique};
  if (turn <= 5)
    wishes.pathology = Pathology::normal;
  if (turn == 6)
    wishes.pathology = Pathology::tendinosis;
  if (turn == 7)
    wishes.pathology = torn[round % 4];
  if (turn >= 3 && turn <= 7)
    wishes.confounder = static_cast<Confounder>(1 + (round + 2 * turn) % confounders);
  if (turn == 8 || turn == 9)
    wishes.notGradable = refused[(2 * round + turn) % 6];
  return phantom::drawRecipe(seed, wishes);
}

std::string record(std::uint64_t seed) {
  const phantom::HipRecipe recipe = recipeOf(seed);
  const testing::SimulatedHip hip = testing::simulatedHip(recipe);
  const Frame& frame = hip.frame;
  const WorkingFrame working = makeWorkingFrame(frame);
  const Cortex cortex = BoneSurfaceSegmenter().segment(frame, working);
  std::string out;
  for (const auto& layout : segmentation::tissueLayouts(frame, cortex, 1)) {
    const auto channels = segmentation::tissueChannels(frame, working, layout, recipe.view);
    const auto put = [&](auto value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); };
    const int columns = channels[0].width;
    const int rows = channels[0].height;
    out += "HCB1";
    for (const int v : {columns, rows, recipe.view == View::shortAxis ? 1 : 0, static_cast<int>(recipe.pathology),
                        static_cast<int>(layout.first), static_cast<int>(layout.last), static_cast<int>(seed)})
      put(static_cast<std::int32_t>(v));
    for (int c = 0; c < columns; ++c)
      put(channels[3].at(c, 0));
    for (const float v : channels[0].data)
      put(static_cast<std::uint8_t>(std::lround(std::min(255.0F, 128 * v))));
    for (const float v : channels[1].data)
      put(static_cast<std::uint8_t>(v > 0));
    for (int r = 0; r < rows; ++r)
      for (int c = 0; c < columns; ++c) {
        const auto i = static_cast<std::size_t>(c);
        const Point p = frame.toFullPixels(
            layout.base[i] + layout.normals[i] * (segmentation::tissueLowestMm + r * segmentation::tissueHeightMm));
        const auto x = static_cast<int>(std::lround(p.x));
        const auto y = static_cast<int>(std::lround(p.y));
        const bool inside = x >= 0 && y >= 0 && x < hip.tissue.width && y < hip.tissue.height;
        put(inside ? hip.tissue.at(x, y) : std::uint8_t{0});
      }
  }
  return out;
}

} // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> args(argv + 1, argv + argc);
  if (args.size() < 3) {
    std::cerr << "make_bands OUT FIRST COUNT [JOBS]\n";
    return 2;
  }
  std::ofstream file(args[0], std::ios::binary);
  const std::uint64_t first = std::stoull(args[1]);
  const std::uint64_t count = std::stoull(args[2]);
  std::atomic<std::uint64_t> next = 0;
  std::atomic<int> without = 0;
  std::mutex mutex;
  std::vector<std::jthread> pool;
  for (int j = 0; j < (args.size() > 3 ? std::stoi(args[3]) : 1); ++j)
    pool.emplace_back([&] {
      for (std::uint64_t i = next++; i < count; i = next++) {
        const std::string bytes = record(first + i);
        if (bytes.empty())
          ++without;
        const std::lock_guard lock(mutex);
        file << bytes;
      }
    });
  pool.clear();
  std::cout << count << " hips, " << without << " without a line of bone\n";
  return 0;
}
