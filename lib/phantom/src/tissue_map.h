// The kind of tissue at every pixel of one frame, from the scene itself.
#pragma once

#include "insonify.h"
#include "scene.h"

namespace hipcuff::phantom {

[[nodiscard]] Raster<std::uint8_t, 1> makeTissueMap(const HipRecipe& recipe, const Scene& scene, int frame);

} // namespace hipcuff::phantom
