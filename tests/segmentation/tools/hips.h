// Simulated hips as frames, for the tests and tools of this folder.
#pragma once

#include "hipcuff/core/frame.h"
#include "hipcuff/phantom/phantom.h"

namespace hipcuff::testing {

struct SimulatedHip {
  RgbImage picture;
  phantom::Truth truth;
  Frame frame;
  View view = View::longAxis;
  Raster<std::uint8_t, 1> tissue; ///< phantom::TissueKind of each pixel of the picture
};

/// A hip as drawRecipe makes it, through the real screen stage. @throws std::runtime_error where that finds no pane
[[nodiscard]] SimulatedHip simulatedHip(std::uint64_t seed, const phantom::RecipeWishes& wishes);
[[nodiscard]] SimulatedHip simulatedHip(const phantom::HipRecipe& recipe);

} // namespace hipcuff::testing
