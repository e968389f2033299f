#include "hipcuff/phantom/phantom.h"

#include "draw_hip.h"
#include "draw_scanner.h"
#include "random.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::phantom {

GradeClass gradeOf(Pathology p) noexcept {
  switch (p) {
  case Pathology::normal:
    return GradeClass::normal;
  case Pathology::tendinosis:
    return GradeClass::tendinosis;
  case Pathology::fullThickness:
    return GradeClass::fullThickness;
  default:
    return GradeClass::partialThickness;
  }
}

bool isTear(Pathology p) noexcept {
  return p != Pathology::normal && p != Pathology::tendinosis;
}

HipRecipe drawRecipe(std::uint64_t seed, const RecipeWishes& wishes) {
  return drawRecipe(seed, wishes, [](HipRecipe&, DrawnPart) {});
}

HipRecipe drawRecipe(std::uint64_t seed, const RecipeWishes& wishes,
                     const std::function<void(HipRecipe&, DrawnPart)>& changed) {
  Rng rng(mix(seed, 1));
  HipRecipe r;
  r.seed = seed;
  const bool left = rng.chance(0.5);
  const bool longAxis = rng.chance(0.6);
  const int pathology = rng.below(6);
  const bool confounded = rng.chance(0.45);
  const int confounder = 1 + rng.below(static_cast<int>(Confounder::corticalIrregular));
  r.side = wishes.side.value_or(left ? Side::left : Side::right);
  r.view = wishes.view.value_or(longAxis ? View::longAxis : View::shortAxis);
  r.pathology = wishes.pathology.value_or(static_cast<Pathology>(pathology));
  r.confounder = wishes.confounder.value_or(confounded ? static_cast<Confounder>(confounder) : Confounder::none);
  r.notGradable = wishes.notGradable;
  r.frames = std::max(1, wishes.frames);
  r.frameRateHz = std::round(rng.uniform(12, 40));
  r.rockingDeg = rng.uniform(4, 9);
  r.slideMm = rng.chance(0.5) ? rng.uniform(0.5, 3) : 0.0;
  r.sweepBeams = rng.chance(0.5) ? rng.uniform(0.2, 1.2) : 0.0;

  drawCourse(r, rng);
  drawPerson(r, rng);
  drawFindings(r, rng);
  drawTraits(r, rng);
  placeApex(r);
  changed(r, DrawnPart::hip);
  drawScanner(r, rng, wishes);
  changed(r, DrawnPart::scanner);
  placeAcross(r);
  drawPictureTraits(r, rng);
  makeLegible(r);
  changed(r, DrawnPart::all);
  return r;
}

HipRecipe sameBody(const HipRecipe& drawn, const HipRecipe& known) {
  HipRecipe r = drawn;
  r.echo = known.echo;
  r.echo.lesionDb = std::min(drawn.echo.lesionDb, r.echo.tendonDb - r.degeneration.fadeDb - 6);
  r.geometry.skinMm = known.geometry.skinMm;
  r.geometry.fatMm = known.geometry.fatMm;
  r.geometry.maximusMm = known.geometry.maximusMm;
  r.probe = known.probe; // one machine, one transducer
  r.processing = known.processing;
  r.probe.tiltDeg = drawn.probe.tiltDeg;
  r.screen.columns = known.screen.columns;
  r.screen.rows = known.screen.rows;
  r.screen.colour = known.screen.colour;
  placeApex(r);
  Rng rng(mix(r.seed, 5));
  redrawScanner(r, rng);
  placeAcross(r);
  drawPictureTraits(r, rng);
  makeLegible(r);
  return r;
}

HipRecipe otherView(const HipRecipe& recipe, View view, std::uint64_t seed) {
  HipRecipe r = recipe;
  Rng rng(mix(seed, 3));
  r.seed = seed;
  if (view != recipe.view) {
    r.view = view;
    drawCourse(r, rng);
    const Tear known = r.tear;
    drawTear(r, rng);
    r.tear.fluid = known.fluid; // the lesion is the same one, cut the other way
    r.tear.debris = known.debris;
    r.tear.depthFraction = known.depthFraction;
    r.tear.softEdgeMm = known.softEdgeMm;
    drawTraits(r, rng);
    placeApex(r);
  }
  redrawScanner(r, rng);
  placeAcross(r);
  drawPictureTraits(r, rng);
  makeLegible(r);
  return r;
}

} // namespace hipcuff::phantom
