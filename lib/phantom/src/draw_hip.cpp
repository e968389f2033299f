#include "draw_hip.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::phantom {

void drawCourse(HipRecipe& r, Rng& rng) {
  auto& g = r.geometry;
  if (r.view == View::longAxis) {
    // The sonographer turns the facet towards the beam, mostly.
    g.facetAngleDeg = rng.chance(0.8) ? std::clamp(rng.normal(1.5, 3), -6.0, 8.0) : rng.uniform(5, 10);
    g.distalAngleDeg = std::clamp(rng.normal(20, 9), 4.0, 40.0);
    g.facetLengthMm = rng.uniform(13, 26);
    g.insertionFraction = rng.uniform(0.2, 0.7);
    g.bendRadiusMm = rng.uniform(3, 11);
    g.apexAcross = rng.uniform(0.58, 0.78);
    r.probe.tiltDeg = std::abs(rng.normal(0, 1.8));
  } else {
    g.facetAngleDeg = std::clamp(rng.normal(0, 6), -12.0, 12.0);
    g.distalAngleDeg = rng.uniform(18, 52);
    g.anteriorAngleDeg = rng.uniform(20, 55);
    g.facetLengthMm = rng.uniform(10, 18);
    g.insertionFraction = rng.uniform(0.4, 0.8); // the anterolateral part is thin in health too
    g.bendRadiusMm = rng.uniform(2, 8);
    g.apexAcross = rng.uniform(0.54, 0.72);
    r.probe.tiltDeg = rng.chance(0.85) ? std::abs(rng.normal(0, 2)) : rng.uniform(4, 8);
  }
  const int shape = rng.below(10);
  g.facetShape = shape < 4 ? FacetShape::convex : shape < 7 ? FacetShape::flat : FacetShape::stepped;
  g.facetBulgeMm = g.facetShape == FacetShape::convex ? rng.uniform(0.1, 0.9) : rng.uniform(-0.15, 0.25);
  g.facetStepMm = (rng.chance(0.5) ? 1 : -1) * rng.uniform(0.25, 0.9);
  g.spindle = rng.chance(0.4) ? rng.uniform(0.02, 0.18) : 0.0;
  g.taperFrom = rng.uniform(0.0, 0.6);
  g.thinZone = rng.chance(0.2) ? rng.uniform(0.05, 0.2) : 0.0;
  g.thinZoneAt = rng.uniform(0.25, 0.75);
  g.thinZoneMm = rng.uniform(1.5, 4);
  g.insertionTurnDeg = rng.chance(0.3) ? rng.uniform(2, 10) : 0.0;
}

void drawPerson(HipRecipe& r, Rng& rng) {
  auto& g = r.geometry;
  // No normal thickness is published; this is a plausible spread, not a norm.
  g.tendonMm = rng.uniform(2.5, 6.5);
  g.skinMm = rng.uniform(1.0, 2.8);
  const double habitus = rng.uniform(0, 1);
  g.fatMm = habitus < 0.68 ? rng.uniform(3, 17) : habitus < 0.92 ? rng.uniform(14, 30) : rng.uniform(28, 45);
  g.itbMm = rng.chance(0.9) ? rng.uniform(0.6, 2.4) : rng.uniform(2.4, 5.5);
  g.maximusMm = rng.chance(r.view == View::shortAxis ? 0.7 : 0.5) ? rng.uniform(3, 10) : 0.0;
  const double loose = rng.uniform(0, 1);
  g.coverMm = loose < 0.6 ? rng.uniform(0.3, 2) : loose < 0.88 ? rng.uniform(2, 6) : rng.uniform(6, 11);
  g.cortexRoughnessMm = rng.uniform(0.02, 0.13);
  g.itbFollows = rng.uniform(0.25, 0.95);
  g.pennationDeg = rng.uniform(3, 22);
  g.mediusAngleDeg = rng.uniform(2, 18);
  g.mediusMm = rng.uniform(4, 15);
  g.vastusMm = rng.uniform(1.5, 11);
  g.minimusMm = rng.uniform(1.8, 5.5);
  g.sideTaperMm = rng.uniform(2.5, 9);
  g.freeTendonMm = rng.uniform(9, 34);
  g.fasciaSplitMm = rng.chance(0.25) ? rng.uniform(1.5, 4.5) : 0.0;

  auto& e = r.echo;
  e.tendonDb = rng.uniform(2, 14);
  e.equalAtDeg = rng.uniform(3.5, 8.5);
  e.tendonFloorDb = rng.uniform(-11, -2.5);
  e.fibrillarContrastDb = rng.uniform(2, 11);
  e.fibrilMm = rng.uniform(0.2, 0.6);
  e.fatDb = rng.chance(0.75) ? rng.uniform(-8, 3) : rng.uniform(2, 9);
  e.fatStyle = static_cast<FatStyle>(rng.below(4));
  e.septaDb = rng.uniform(6, 20);
  e.septaScale = rng.uniform(0.6, 2.0);
  e.fasciaDb = rng.uniform(6, 18);
  e.fasciaBreakDb = rng.chance(0.6) ? rng.uniform(0, 12) : 0.0;
  e.cortexDb = rng.uniform(20, 40);
  const double drops = rng.uniform(0, 1);
  e.cortexDropoutDb = drops < 0.5 ? rng.uniform(0, 4) : drops < 0.85 ? rng.uniform(4, 10) : rng.uniform(10, 18);
  e.muscleStreakDb = rng.uniform(4, 18);
  e.bundleMm = rng.uniform(0.45, 1.7);
  e.maximusDb = rng.uniform(-5, 4);
  e.vastusDb = rng.uniform(-5, 4);
  e.skinDb = rng.uniform(0, 14);
  e.unevenDb = rng.uniform(0.6, 3);
  e.degeneratedPatchDb = rng.uniform(1, 6);
}

void placeApex(HipRecipe& r) {
  auto& g = r.geometry;
  g.insertionFraction = std::max(g.insertionFraction, 0.9 / g.tendonMm);
  const double cover = g.tendonMm * (r.view == View::longAxis ? std::max(g.insertionFraction, 0.25) : 1.0);
  g.apexDepthMm = g.skinMm + g.fatMm + g.itbMm + cover + g.bursalFluidMm + g.coverMm;
  if (g.bodyPart == BodyPart::limb)
    g.apexDepthMm = g.skinMm + g.fatMm + g.itbMm + g.mediusMm;
}

void placeAcross(HipRecipe& r) {
  auto& g = r.geometry;
  if (r.view == View::longAxis && g.bodyPart == BodyPart::lateralHip)
    g.apexAcross = std::max(g.apexAcross, (g.facetLengthMm + 9.0) / r.probe.apertureMm);
}

void drawTraits(HipRecipe& r, Rng& rng) {
  auto& g = r.geometry;
  const bool longAxis = r.view == View::longAxis;
  switch (r.confounder) {
  case Confounder::anisotropy:
    if (longAxis)
      g.facetAngleDeg = rng.chance(0.7) ? rng.uniform(6, 11) : rng.uniform(-10, -6);
    else
      r.probe.tiltDeg = rng.uniform(5, 10);
    break;
  case Confounder::insertionTurn:
    g.insertionTurnDeg = rng.uniform(12, 40);
    if (!longAxis) // across the tendon it shows as darkness of the tilted part
      r.probe.tiltDeg = rng.uniform(4, 8);
    break;
  case Confounder::thinAnterior:
    g.insertionFraction = rng.uniform(0.25, 0.45);
    if (longAxis)
      g.taperFrom = rng.uniform(0.0, 0.2);
    break;
  case Confounder::thinZone:
    g.thinZone = rng.uniform(0.2, 0.5);
    g.thinZoneAt = rng.uniform(0.25, 0.75);
    g.thinZoneMm = rng.uniform(1.2, 4);
    break;
  case Confounder::corticalIrregular:
    g.irregularityMm = rng.uniform(0.12, 0.4);
    g.pits.clear();
    for (int i = 0, n = 1 + rng.below(3); i < n; ++i)
      g.pits.push_back({rng.uniform(0.1, 0.9), rng.uniform(0.4, 1.6), rng.uniform(0.9, 2.6)});
    break;
  default:
    break;
  }
  switch (r.notGradable) {
  case NotGradable::noCortex:
    g.bodyPart = BodyPart::muscleOnly;
    g.pennationDeg = rng.uniform(2, 20);
    break;
  case NotGradable::wrongRegion:
    // A round slender bone or a flat broad one, muscle directly on it.
    g.bodyPart = BodyPart::limb;
    g.boneRadiusMm = rng.chance(0.5) ? rng.uniform(7, 16) : rng.uniform(40, 250);
    g.facetAngleDeg = rng.uniform(-9, 9);
    g.mediusMm = rng.uniform(5, 22);
    g.fatMm = rng.uniform(2, 16);
    g.pits.clear();
    g.enthesophyteMm = 0;
    break;
  case NotGradable::tooOblique:
    if (longAxis) // the tendon slopes away from the probe
      g.facetAngleDeg = rng.chance(0.75) ? rng.uniform(17, 28) : rng.uniform(-26, -17);
    // By itself more than the 12 degrees beyond which nothing can be judged, wherever the fibres curve towards the
    // beam.
    r.probe.tiltDeg = longAxis ? rng.uniform(12.5, 17) : rng.uniform(15, 26);
    break;
  default:
    break;
  }
  if (g.bodyPart != BodyPart::lateralHip) {
    r.pathology = Pathology::normal;
    r.calcifications.clear();
    r.degeneration = {};
    g.bursalFluidMm = 0;
  }
}

void drawPictureTraits(HipRecipe& r, Rng& rng) {
  const auto& g = r.geometry;
  auto& a = r.artefacts;
  // Over the footprint, where it can be taken for a finding.
  const double across =
      (g.apexAcross * r.probe.apertureMm - rng.uniform(0.05, 0.95) * g.facetLengthMm) / r.probe.apertureMm;
  r.shadows.clear();
  const auto septa = [&](int count, double weakest, double strongest) {
    for (int i = 0; i < count; ++i)
      r.shadows.push_back({i == 0 ? across : rng.uniform(0.05, 0.95), rng.uniform(0.15, 0.9), rng.uniform(0.6, 2.8),
                           rng.uniform(weakest, strongest)});
  };
  switch (r.confounder) {
  case Confounder::septumShadow:
    septa(1 + rng.below(3), 6, 15);
    break;
  case Confounder::edgeShadow:
    a.edgeShadow = rng.uniform(0.45, 1);
    a.edgeShadowAt = across;
    a.edgeShadowDepthMm = rng.uniform(0.3, 0.9) * (g.skinMm + g.fatMm);
    a.edgeShadowWidthMm = rng.uniform(0.5, 2.2);
    a.edgeShadows = 1 + rng.below(2);
    break;
  case Confounder::reverberation:
    a.reverberation = rng.uniform(0.35, 0.9);
    break;
  case Confounder::dropout:
    a.dropout = rng.uniform(0.4, 1);
    break;
  case Confounder::poorContact:
    a.contactLoss = rng.uniform(0.06, 0.22);
    a.contactAt = rng.chance(0.6) ? across : rng.uniform(0, 1);
    a.contactDepthDb = rng.uniform(10, 28);
    break;
  default:
    if (rng.chance(0.25))
      septa(1 + rng.below(2), 1.5, 5);
  }
  switch (r.notGradable) {
  case NotGradable::noCortex:
    break;
  case NotGradable::tooDark:
    r.processing.gainDb = -r.processing.dynamicRangeDb * rng.uniform(0.42, 0.6);
    r.processing.greyBlack = std::min(r.processing.greyBlack, 8);
    break;
  case NotGradable::saturated:
    r.processing.gainDb = r.processing.dynamicRangeDb * rng.uniform(0.7, 0.95);
    r.processing.greyMap = GreyMap::power;
    r.processing.greyWhite = 255;
    break;
  case NotGradable::colourBox:
    r.screen.colour = true;
    break;
  case NotGradable::tooOblique:
    if (r.probe.shape != ProbeShape::linear) // beams that fan out meet some of any slope square
      r.probe.tiltDeg = std::max(r.probe.tiltDeg, rng.uniform(15, 22));
    break;
  default:
    break;
  }
}

} // namespace hipcuff::phantom
