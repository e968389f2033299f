// Which scanner looks at the hip: probe, processing and screen, drawn to suit the depth of the bone.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include "random.h"

namespace hipcuff::phantom {

/// Draws recipe.probe (all but tiltDeg, which belongs to how the probe is held), processing and screen. Reads the
/// geometry: the picture reaches below the bone.
void drawScanner(HipRecipe& recipe, Rng& rng, const RecipeWishes& wishes);
/// The same transducer and machine set anew for changed geometry: depth, focus, frequency, noise, place on the screen.
void redrawScanner(HipRecipe& recipe, Rng& rng);

} // namespace hipcuff::phantom
