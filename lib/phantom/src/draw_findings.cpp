#include "draw_hip.h"

#include <algorithm>
#include <cmath>

namespace hipcuff::phantom {
namespace {

double logUniform(Rng& rng, double low, double high) {
  return std::exp(rng.uniform(std::log(low), std::log(high)));
}

void drawTendinosis(HipRecipe& r, Rng& rng) {
  auto& d = r.degeneration;
  auto& g = r.geometry;
  // Tendinosis is named by what is seen: hypoechogenicity and a lost fibrillar pattern. What shows none of it is
  // normal.
  d.severity = rng.uniform(0.5, 1);
  d.focal = rng.chance(0.4);
  d.fadeDb = rng.uniform(3.5, 5.5) + 3 * d.severity * rng.uniform(0.2, 1);
  // Darker than muscle at times, never as dark as fluid.
  d.fadeDb = std::clamp(r.echo.tendonDb + 2, 3.0, d.fadeDb);
  d.at = rng.uniform(0.25, 0.75);
  d.lengthMm = std::min(rng.uniform(5, 15), 0.9 * g.facetLengthMm);
  d.level = rng.uniform(0.3, 0.7);
  d.height = rng.uniform(0.5, 1.1);
  if (rng.chance(0.65)) // thickened
    g.tendonMm = std::clamp(g.tendonMm * rng.uniform(1.15, 1.8), 3.2, 9.0);
  if (rng.chance(0.3))
    g.spindle = rng.uniform(0.1, 0.35);
}

void drawWear(HipRecipe& r, Rng& rng) {
  // Tendons that tear are mostly worn before.
  auto& d = r.degeneration;
  auto& g = r.geometry;
  if (rng.chance(0.6)) {
    d.severity = rng.uniform(0.15, 0.6);
    d.focal = rng.chance(0.35);
    d.fadeDb = rng.uniform(0.5, 4.5);
    d.at = rng.uniform(0.2, 0.8);
    d.lengthMm = rng.uniform(6, 16);
    d.level = rng.uniform(0.2, 0.8);
    d.height = rng.uniform(0.5, 1.2);
    g.tendonMm = std::min(9.0, g.tendonMm * rng.uniform(1, 1.4));
  }
  g.tendonMm = std::max(2.8, g.tendonMm);
}

void drawCalcifications(HipRecipe& r, Rng& rng) {
  const bool tear = isTear(r.pathology);
  const double chance = r.pathology == Pathology::normal ? 0.06 : tear ? 0.22 : 0.35;
  if (!rng.chance(chance))
    return;
  for (int i = 0, n = rng.chance(0.7) ? 1 : 2 + rng.below(2); i < n; ++i) {
    Calcification c;
    c.lengthMm = logUniform(rng, 0.8, 6);
    c.heightMm = std::min({c.lengthMm * rng.uniform(0.4, 1), 0.55 * r.geometry.tendonMm, 2.5});
    c.at = rng.uniform(0.1, 0.9);
    c.level = rng.uniform(0.2, 0.8);
    c.echoDb = r.echo.tendonDb + rng.uniform(6, 16);
    c.shadowDb = rng.chance(0.5) ? 0.0 : rng.uniform(5, 26) * std::min(1.0, c.lengthMm / 2);
    const double facet = r.geometry.facetLengthMm;
    const double half = 0.5 * r.tear.lengthMm + 0.5 * c.lengthMm;
    const bool inTear = r.pathology == Pathology::fullThickness || std::abs(c.at - r.tear.centre) * facet < half;
    if (!tear || !inTear) // never in the gap
      r.calcifications.push_back(c);
  }
}

void drawBone(HipRecipe& r, Rng& rng) {
  auto& g = r.geometry;
  const bool ill = r.pathology != Pathology::normal;
  g.cortexRoughnessMm += ill ? rng.uniform(0, 0.1) : 0.0;
  g.irregularityMm = rng.chance(ill ? 0.45 : 0.12) ? rng.uniform(0.05, ill ? 0.4 : 0.15) : 0.0;
  g.pits.clear();
  if (rng.chance(ill ? 0.25 : 0.04))
    for (int i = 0, n = 1 + rng.below(3); i < n; ++i)
      g.pits.push_back({rng.uniform(0.1, 0.95), rng.uniform(0.4, 1.5), rng.uniform(1, 2.6)});
  const bool spur = rng.chance(ill ? 0.22 : 0.05);
  g.enthesophyteMm = spur ? logUniform(rng, 0.7, std::max(1.0, 0.6 * g.tendonMm)) : 0.0;
  g.enthesophyteAt = rng.chance(0.75) ? rng.uniform(0.6, 1.0) : rng.uniform(0.02, 0.2);
}

} // namespace

void drawTear(HipRecipe& r, Rng& rng) {
  if (!isTear(r.pathology))
    return;
  auto& t = r.tear;
  const double facet = r.geometry.facetLengthMm;
  t.fluid = rng.chance(0.55);
  t.debris = t.fluid && rng.chance(0.4) ? rng.uniform(0.1, 0.6) : 0.0;
  t.shape = static_cast<TearShape>(rng.below(5));
  t.stump = static_cast<StumpShape>(rng.below(4));
  t.skew = rng.chance(0.5) ? rng.uniform(-0.6, 0.6) : 0.0;
  t.raggedness = rng.chance(0.3) ? 0.0 : rng.uniform(0.05, 0.9);
  t.softEdgeMm = rng.chance(0.5) ? 0.0 : rng.uniform(0.1, 0.6);
  t.stumpMm = t.stump == StumpShape::tapered ? rng.uniform(0.8, 4) : rng.uniform(0.3, 1.6);
  t.level = rng.uniform(0.25, 0.75);
  t.collapse = 0;
  t.retractionMm = 0;
  if (r.pathology == Pathology::fullThickness) {
    t.depthFraction = 1;
    const double sunk = rng.uniform(0, 1);
    t.collapse = sunk < 0.45 ? 0.0 : sunk < 0.8 ? rng.uniform(0.1, 0.5) : rng.uniform(0.5, 0.9);
    if (r.view == View::shortAxis) {
      t.centre = rng.uniform(0.35, 0.65);
      t.lengthMm = rng.uniform(0.3, 0.97) * facet;
    } else {
      t.retractionMm = rng.chance(0.2) ? 0.0 : rng.uniform(2, rng.chance(0.8) ? 18 : 30);
      t.centre = rng.chance(0.7) ? rng.uniform(0.7, 1.0) : rng.uniform(0.4, 0.75);
      t.lengthMm = std::max(2.0, t.retractionMm);
    }
    return;
  }
  t.depthFraction = rng.chance(0.15) ? rng.uniform(0.1, 0.25) : rng.uniform(0.25, 0.9);
  if (r.pathology == Pathology::intrasubstance)
    t.depthFraction = std::min(t.depthFraction, 0.8);
  t.lengthMm = std::min(logUniform(rng, 2, 20), 0.92 * facet);
  const double margin = 0.5 * t.lengthMm / facet + 0.02;
  t.centre = rng.uniform(margin, std::max(margin, 1.0 - margin));
}

void drawFindings(HipRecipe& r, Rng& rng) {
  auto& g = r.geometry;
  const bool ill = r.pathology != Pathology::normal;
  g.bursalFluidMm = rng.chance(ill ? 0.35 : 0.1) ? rng.uniform(0.5, ill ? 5 : 2) : 0.0;
  if (ill && rng.chance(0.12))
    g.itbMm = rng.uniform(2.4, 6);
  if (r.pathology == Pathology::tendinosis)
    drawTendinosis(r, rng);
  else if (ill)
    drawWear(r, rng);
  drawTear(r, rng);
  // Granulation varies from nearly black to nearly tendon, always darker than what is left of the tendon.
  r.echo.lesionDb = std::min(rng.uniform(-20, -1), r.echo.tendonDb - r.degeneration.fadeDb - 6);
  drawCalcifications(r, rng);
  drawBone(r, rng);
}

} // namespace hipcuff::phantom
