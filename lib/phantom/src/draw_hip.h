// Which hip lies under the probe, drawn by seed: anatomy, echo, findings, and what is made to look like a finding.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include "random.h"

#include <functional>

namespace hipcuff::phantom {

/// drawRecipe calls back after each part: hip (before the scanner is fitted to it), scanner, all.
enum class DrawnPart { hip, scanner, all };
[[nodiscard]] HipRecipe drawRecipe(std::uint64_t seed, const RecipeWishes& wishes,
                                   const std::function<void(HipRecipe&, DrawnPart)>& changed);

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
/// The other hip of the same person: layers and echo of `known`, bone, tendon and findings of `drawn`.
[[nodiscard]] HipRecipe sameBody(const HipRecipe& drawn, const HipRecipe& known);
/// Depth of the bone from the layers over it.
void placeApex(HipRecipe& recipe);
/// Footprint and some of the free tendon inside the picture.
void placeAcross(HipRecipe& recipe);

} // namespace hipcuff::phantom
