// Small simulated hips, ready for the stages.
#pragma once

#include "hipcuff/core/frame.h"
#include "hipcuff/core/stages.h"
#include "hipcuff/phantom/phantom.h"

#include <memory>
#include <vector>

namespace hipcuff::test {

struct Scene {
  Cine cine;
  RgbImage picture;
  Pane pane;
  Frame frame;
  WorkingFrame working;
  View view = View::longAxis;
};

/// @throws std::runtime_error where no pane is found on it
[[nodiscard]] Scene makeScene(std::uint64_t seed, const phantom::RecipeWishes& wishes = {});
/// A hip with a tear that the built-in stages see; made once.
[[nodiscard]] const Scene& tornScene();
/// The built-in stages, each behind a guard.
[[nodiscard]] Stages guardedBuiltin();
[[nodiscard]] Cine cineOf(const Scene& scene);

} // namespace hipcuff::test
