// Truth of one frame from the scene's own geometry: nothing is measured on the picture.
#pragma once

#include "insonify.h"
#include "scene.h"

namespace hipcuff::phantom {

[[nodiscard]] Truth makeTruth(const HipRecipe& recipe, const Scene& scene, int frame);

} // namespace hipcuff::phantom
