// Which hip lies under the probe, drawn by seed: anatomy, echo, findings, and what is made to look like a finding.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include "random.h"

namespace hipcuff::phantom {

/// How bone and tendon lie in this view, and how the probe is held.
void drawCourse(HipRecipe& recipe, Rng& rng);
/// The person: layers and how they answer. Reads the view only.
void drawPerson(HipRecipe& recipe, Rng& rng);
/// The condition that recipe.pathology names, with what goes along with it.
void drawFindings(HipRecipe& recipe, Rng& rng);
/// The tear alone, fitted to the footprint.
void drawTear(HipRecipe& recipe, Rng& rng);
/// The confounder's and the refusal's traits that belong to the hip (before the scanner is drawn) ...
void drawTraits(HipRecipe& recipe, Rng& rng);
/// ... and those that belong to the picture (after it).
void drawPictureTraits(HipRecipe& recipe, Rng& rng);
/// Depth of the bone from the layers over it.
void placeApex(HipRecipe& recipe);
/// Footprint and some of the free tendon inside the picture.
void placeAcross(HipRecipe& recipe);

} // namespace hipcuff::phantom
