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
};

/// A hip as drawRecipe makes it; its frame is the declared region, without burned-in text.
[[nodiscard]] SimulatedHip simulatedHip(std::uint64_t seed, const phantom::RecipeWishes& wishes);
/// The same from any recipe.
[[nodiscard]] SimulatedHip simulatedHip(phantom::HipRecipe recipe);
/// Another population than drawRecipe's default: probes, gain, grey maps and shapes moved away from it.
[[nodiscard]] phantom::HipRecipe shifted(phantom::HipRecipe recipe);

} // namespace hipcuff::testing
