#include "hipcuff/phantom/phantom.h"

#include "draw_scanner.h"
#include "random.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::phantom {

const char* toString(Pathology p) noexcept {
  switch (p) {
  case Pathology::normal:
    return "normal";
  case Pathology::tendinosis:
    return "tendinosis";
  case Pathology::undersurface:
    return "undersurface";
  case Pathology::bursal:
    return "bursal";
  case Pathology::intrasubstance:
    return "intrasubstance";
  case Pathology::fullThickness:
    return "full_thickness";
  }
  return "";
}

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

namespace {

/// Skin to bone and how it lies in this view.
void drawCourse(HipRecipe& r, Rng& rng) {
  auto& g = r.geometry;
  if (r.view == View::longAxis) {
    // The sonographer turns the facet towards the beam, mostly.
    g.facetAngleDeg = rng.chance(0.75) ? std::clamp(rng.normal(1.5, 3), -5.0, 9.0) : rng.uniform(8, 24);
    g.distalAngleDeg = std::clamp(rng.normal(20, 7), 6.0, 34.0);
    g.facetLengthMm = rng.uniform(13, 24);
    g.insertionFraction = rng.uniform(0.25, 0.5);
    g.bendRadiusMm = rng.uniform(4, 9);
    g.apexAcross = rng.uniform(0.6, 0.76);
    r.probe.tiltDeg = std::abs(rng.normal(0, 1.5));
  } else {
    g.facetAngleDeg = std::clamp(rng.normal(0, 6), -12.0, 12.0);
    g.distalAngleDeg = rng.uniform(22, 48);
    g.anteriorAngleDeg = rng.uniform(25, 50);
    g.facetLengthMm = rng.uniform(11, 17);
    g.insertionFraction = rng.uniform(0.45, 0.7); // the anterolateral part is thin in health too
    g.bendRadiusMm = rng.uniform(3, 7);
    g.apexAcross = rng.uniform(0.58, 0.7);
    r.probe.tiltDeg = rng.chance(0.75) ? std::abs(rng.normal(0, 2)) : rng.uniform(5, 14);
  }
  g.facetBulgeMm = rng.uniform(0.05, 0.4);
}

void drawTear(HipRecipe& r, Rng& rng) {
  if (!isTear(r.pathology))
    return;
  auto& t = r.tear;
  t.fluid = rng.chance(0.6);
  t.depthFraction = rng.uniform(0.25, 0.8);
  t.level = rng.uniform(0.35, 0.65);
  if (r.pathology == Pathology::fullThickness) {
    t.depthFraction = 1;
    t.collapse = rng.chance(0.5) ? rng.uniform(0.1, 0.6) : 0.0;
    t.retractionMm = rng.chance(0.2) ? 0.0 : rng.uniform(2, 20);
    t.centre = rng.uniform(0.7, 1.0);
    if (r.view == View::shortAxis) {
      t.centre = rng.uniform(0.4, 0.6);
      t.lengthMm = rng.uniform(0.4, 0.95) * r.geometry.facetLengthMm;
    } else {
      t.lengthMm = std::max(2.0, t.retractionMm);
    }
    return;
  }
  t.lengthMm = std::min(rng.uniform(3, 12), 0.75 * r.geometry.facetLengthMm);
  const double margin = 0.5 * t.lengthMm / r.geometry.facetLengthMm + 0.04;
  t.centre = rng.uniform(margin, std::max(margin, 0.75 - 0.4 * margin));
}

} // namespace

HipRecipe drawRecipe(std::uint64_t seed, const RecipeWishes& wishes) {
  Rng rng(mix(seed, 1));
  HipRecipe r;
  r.seed = seed;
  const bool left = rng.chance(0.5);
  const bool longAxis = rng.chance(0.6);
  const int pathology = rng.below(6);
  r.side = wishes.side.value_or(left ? Side::left : Side::right);
  r.view = wishes.view.value_or(longAxis ? View::longAxis : View::shortAxis);
  r.pathology = wishes.pathology.value_or(static_cast<Pathology>(pathology));
  r.frames = std::max(1, wishes.frames);
  r.frameRateHz = std::round(rng.uniform(12, 40));
  r.rockingDeg = rng.uniform(4, 9);

  auto& g = r.geometry;
  drawCourse(r, rng);
  // No normal thickness is published; 3 to 6 mm is a plausible spread, not a norm.
  g.tendonMm = rng.uniform(3.0, 6.0);
  g.skinMm = rng.uniform(1.2, 2.4);
  g.fatMm = rng.chance(0.7) ? rng.uniform(5, 16) : rng.uniform(14, 28);
  g.itbMm = rng.uniform(1.0, 2.0);
  g.maximusMm = rng.chance(r.view == View::shortAxis ? 0.8 : 0.5) ? rng.uniform(3, 8) : 0.0;
  g.cortexRoughnessMm = rng.uniform(0.03, 0.12);

  auto& e = r.echo;
  e.tendonDb = rng.uniform(6, 10);
  e.equalAtDeg = rng.uniform(4, 7.5);
  e.tendonFloorDb = rng.uniform(-8, -4);
  e.fibrillarContrastDb = rng.uniform(5, 9);
  e.fatDb = rng.uniform(-4, 3);
  e.fasciaDb = rng.uniform(10, 16);
  e.cortexDb = rng.uniform(24, 34);
  e.lesionDb = rng.uniform(-18, -10);

  const bool bursitis = rng.chance(r.pathology == Pathology::normal ? 0.1 : 0.35);
  g.bursalFluidMm = bursitis ? rng.uniform(0.8, 3.5) : 0.0;
  const double swelling = rng.uniform(1.25, 1.8);
  const double fade = rng.uniform(4, 9);
  if (r.pathology == Pathology::tendinosis) {
    g.tendonMm = std::clamp(g.tendonMm * swelling, 4.8, 9.0);
    e.tendonDb -= fade;
    e.fibrillarContrastDb *= 0.35;
    g.cortexRoughnessMm += rng.uniform(0, 0.15);
  } else if (isTear(r.pathology)) {
    // Tendons that tear are mostly worn before.
    if (rng.chance(0.6)) {
      g.tendonMm *= 1 + 0.4 * (swelling - 1);
      e.tendonDb -= 0.4 * fade;
      e.fibrillarContrastDb *= 0.7;
    }
    g.tendonMm = std::max(3.6, g.tendonMm);
    g.cortexRoughnessMm += rng.uniform(0, 0.15);
  }
  drawTear(r, rng);

  const double cover = g.tendonMm * (r.view == View::longAxis ? g.insertionFraction : 1.0);
  g.apexDepthMm = g.skinMm + g.fatMm + g.itbMm + cover + g.bursalFluidMm + rng.uniform(0.6, 2.0);

  drawScanner(r, rng, wishes);
  // The footprint and some of the free tendon must be in the picture.
  if (r.view == View::longAxis)
    g.apexAcross = std::max(g.apexAcross, (g.facetLengthMm + 9.0) / r.probe.apertureMm);
  return r;
}

HipRecipe otherView(const HipRecipe& recipe, View view, std::uint64_t seed) {
  HipRecipe r = recipe;
  Rng rng(mix(seed, 3));
  r.seed = seed;
  if (view != recipe.view) {
    r.view = view;
    drawCourse(r, rng);
    const bool fluid = r.tear.fluid;
    const double depth = r.tear.depthFraction;
    drawTear(r, rng);
    r.tear.fluid = fluid; // the lesion is the same one, cut the other way
    r.tear.depthFraction = depth;
    const double cover =
        r.geometry.tendonMm * (view == View::longAxis ? r.geometry.insertionFraction : 1.0) + r.geometry.bursalFluidMm;
    r.geometry.apexDepthMm = r.geometry.skinMm + r.geometry.fatMm + r.geometry.itbMm + cover + rng.uniform(0.6, 2.0);
  }
  redrawScanner(r, rng);
  if (view == View::longAxis)
    r.geometry.apexAcross = std::max(r.geometry.apexAcross, (r.geometry.facetLengthMm + 9.0) / r.probe.apertureMm);
  return r;
}

} // namespace hipcuff::phantom
