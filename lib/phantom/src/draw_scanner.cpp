#include "draw_scanner.h"

#include "probe_geometry.h"
#include "scanner_processing.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace hipcuff::phantom {

const char* toString(ScannerStyle style) noexcept {
  switch (style) {
  case ScannerStyle::standard:
    return "standard";
  case ScannerStyle::modern:
    return "modern";
  case ScannerStyle::smooth:
    return "smooth";
  case ScannerStyle::coarse:
    return "coarse";
  case ScannerStyle::contrasty:
    return "contrasty";
  case ScannerStyle::plain:
    return "plain";
  }
  return "";
}

namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr std::array<std::pair<int, int>, 10> screens = {{{640, 480},
                                                          {720, 576},
                                                          {800, 600},
                                                          {960, 720},
                                                          {1016, 708},
                                                          {1024, 768},
                                                          {1152, 864},
                                                          {1280, 720},
                                                          {1280, 800},
                                                          {1280, 960}}};

template <typename T, std::size_t N>
T oneOf(Rng& rng, const std::array<T, N>& choices) {
  return choices[static_cast<std::size_t>(rng.below(static_cast<int>(N)))];
}

ScannerStyle drawStyle(Rng& rng) {
  constexpr std::array<std::pair<ScannerStyle, double>, 6> shares = {{{ScannerStyle::standard, 0.28},
                                                                      {ScannerStyle::modern, 0.26},
                                                                      {ScannerStyle::smooth, 0.15},
                                                                      {ScannerStyle::coarse, 0.12},
                                                                      {ScannerStyle::contrasty, 0.1},
                                                                      {ScannerStyle::plain, 0.09}}};
  double u = rng.uniform(0, 1);
  for (const auto& [style, share] : shares) {
    if (u < share)
      return style;
    u -= share;
  }
  return ScannerStyle::standard;
}

/// What the hand sets for this hip: depth, frequency, focus. @param renew also what belongs to the transducer
void setForDepth(HipRecipe& r, Rng& rng, bool renew) {
  const auto& g = r.geometry;
  auto& p = r.probe;
  const ScannerStyle style = r.processing.style;
  const double drop = r.view == View::longAxis ? 0.36 * g.facetLengthMm : 11.0;
  const double want = g.apexDepthMm + std::max(8.0, drop) + rng.uniform(3, 12);
  p.depthMm = std::clamp(5.0 * std::ceil(want / 5.0), 25.0, 85.0);
  // Shallow bones allow high frequencies; a machine of its time offers what it offers.
  double best = 15.5 - 0.22 * g.apexDepthMm + rng.uniform(-2.5, 3.0);
  if (style == ScannerStyle::coarse)
    best = std::min(best, 9.5) - rng.uniform(0, 2.5);
  p.frequencyMHz = p.shape == ProbeShape::curved
                       ? std::clamp(7.8 - 0.06 * g.apexDepthMm + rng.uniform(-1.2, 1), 3.5, 7.0)
                       : std::clamp(best, 5.0, 17.0);
  p.focusMm = std::clamp(g.apexDepthMm + rng.normal(0, 5), 6.0, p.depthMm);
  // Noise reaches the tissue's level some way above or below the picture's lower edge.
  const double twoWay = 2 * 0.75 * 0.055 * p.frequencyMHz * p.depthMm;
  const double clean = style == ScannerStyle::plain ? 55 : rng.chance(0.15) ? rng.uniform(8, 20) : rng.uniform(20, 42);
  r.processing.noiseDb = -twoWay - clean;
  if (!renew)
    return;
  p.bandwidth = rng.uniform(0.25, 0.6); // of the pulse, not of the transducer: two to four cycles
  p.fNumber = rng.uniform(1.6, 2.9);
  p.beamSpread = rng.uniform(0.3, 1.6);
}

/// Width of the picture. A fan is as wide as its deepest beams are long.
void setWidth(HipRecipe& r, double faceWidth) {
  auto& p = r.probe;
  switch (p.shape) {
  case ProbeShape::linear:
    p.apertureMm = faceWidth;
    break;
  case ProbeShape::trapezoid:
    p.apertureMm = faceWidth + 2 * p.depthMm * std::tan(p.steerSideDeg * degree);
    break;
  case ProbeShape::curved:
    p.apertureMm = 2 * (p.radiusMm + p.depthMm) * std::sin(0.5 * p.fieldDeg * degree);
    break;
  }
  // With a fan the bone is brought to the middle, where beams meet it squarely.
  auto& g = r.geometry;
  if (p.shape != ProbeShape::linear)
    g.apexAcross = std::clamp(0.5 + 0.5 * g.facetLengthMm / p.apertureMm, 0.5, 0.75);
}

void drawProbe(HipRecipe& r, Rng& rng, const RecipeWishes& wishes) {
  auto& p = r.probe;
  const ScannerStyle style = r.processing.style;
  // Obese hips are looked at with a curved probe more often than not.
  const double deep = r.geometry.apexDepthMm;
  const double curved = deep > 42 ? 0.6 : deep > 32 ? 0.3 : deep > 22 ? 0.06 : 0.0;
  const double u = rng.uniform(0, 1);
  p.shape = wishes.shape.value_or(u < curved          ? ProbeShape::curved
                                  : u < curved + 0.12 ? ProbeShape::trapezoid
                                                      : ProbeShape::linear);
  setForDepth(r, rng, true);
  p.steerSideDeg = rng.uniform(6, 16);
  p.radiusMm = rng.uniform(40, 62);
  p.fieldDeg = rng.uniform(48, 70);
  const double face = p.shape == ProbeShape::linear ? rng.uniform(36, 53) : rng.uniform(34, 50);
  setWidth(r, face);

  switch (style) {
  case ScannerStyle::standard:
    p.compoundAngles = oneOf<int, 4>(rng, {1, 1, 3, 3});
    p.lines = rng.chance(0.5) ? 0 : 160 + rng.below(97);
    break;
  case ScannerStyle::modern:
    p.compoundAngles = oneOf<int, 4>(rng, {3, 3, 5, 7});
    p.frequencyBands = oneOf<int, 4>(rng, {1, 1, 2, 3});
    p.focalZones = 1 + rng.below(3);
    p.beamSpread = rng.uniform(0.1, 0.8);
    break;
  case ScannerStyle::smooth:
    p.compoundAngles = oneOf<int, 3>(rng, {3, 5, 7});
    p.frequencyBands = 1 + rng.below(3);
    p.beamSpread = rng.uniform(0.1, 1.0);
    break;
  case ScannerStyle::coarse:
    p.compoundAngles = 1;
    p.lines = 96 + rng.below(80);
    p.fNumber = rng.uniform(2.4, 3.8);
    p.bandwidth = rng.uniform(0.16, 0.34);
    p.beamSpread = rng.uniform(0.8, 2.2);
    break;
  case ScannerStyle::contrasty:
    p.compoundAngles = oneOf<int, 3>(rng, {1, 3, 5});
    p.lines = rng.chance(0.6) ? 0 : 192 + rng.below(129);
    break;
  case ScannerStyle::plain:
    p.compoundAngles = 1;
    p.fNumber = rng.uniform(1.4, 2.0);
    p.bandwidth = rng.uniform(0.15, 0.4);
    p.beamSpread = 0;
    break;
  }
  p.compoundStepDeg = rng.uniform(6, 16) / std::max(1, p.compoundAngles);
}

void drawSliders(Processing& p, Rng& rng) {
  if (rng.chance(0.5))
    return;
  const double size = rng.uniform(0.5, 2.6);
  double last = 0;
  for (double& slider : p.tgcSlidersDb) {
    last = std::clamp(0.6 * last + rng.normal(0, size), -6.0, 6.0);
    slider = last;
  }
}

void drawFilter(Processing& p, Rng& rng, double chance, double weakest, double strongest) {
  constexpr std::array<SpeckleFilter, 5> kinds = {SpeckleFilter::median, SpeckleFilter::bilateral,
                                                  SpeckleFilter::diffusion, SpeckleFilter::oriented,
                                                  SpeckleFilter::oriented};
  const bool used = rng.chance(chance);
  const SpeckleFilter kind = oneOf(rng, kinds);
  const double strength = rng.uniform(weakest, strongest);
  if (used) {
    p.speckleFilter = kind;
    p.speckleSmoothing = strength;
  }
}

void drawProcessing(HipRecipe& r, Rng& rng) {
  auto& p = r.processing;
  const auto edge = [&](double chance, double most) {
    const bool used = rng.chance(chance);
    const double amount = rng.uniform(0.15, most);
    p.edgeEnhancement = used ? amount : 0.0;
    p.edgeRadiusMm = rng.uniform(0.2, 0.7);
  };
  const auto map = [&](double power) {
    constexpr std::array<GreyMap, 3> bent = {GreyMap::sCurve, GreyMap::knee, GreyMap::logistic};
    p.greyMap = rng.chance(power) ? GreyMap::power : oneOf(rng, bent);
    p.greyShape = rng.uniform(0.2, 1);
    p.greyGamma = p.greyMap == GreyMap::knee ? rng.uniform(0.9, 1.7) : rng.uniform(0.75, 1.35);
  };
  switch (p.style) {
  case ScannerStyle::standard:
    p.dynamicRangeDb = rng.uniform(54, 72);
    map(0.6);
    drawFilter(p, rng, 0.25, 0.1, 0.4);
    edge(0.25, 0.6);
    break;
  case ScannerStyle::modern:
    p.dynamicRangeDb = rng.uniform(56, 78);
    map(0.35);
    drawFilter(p, rng, 0.85, 0.2, 0.7);
    edge(0.7, 1.2);
    break;
  case ScannerStyle::smooth:
    p.dynamicRangeDb = rng.uniform(58, 78);
    map(0.4);
    drawFilter(p, rng, 1.0, 0.6, 1.0);
    edge(0.5, 1.0);
    break;
  case ScannerStyle::coarse:
    p.dynamicRangeDb = rng.uniform(50, 62);
    map(0.6);
    drawFilter(p, rng, 0.1, 0.1, 0.3);
    edge(0.3, 0.8);
    break;
  case ScannerStyle::contrasty:
    p.dynamicRangeDb = rng.uniform(50, 59);
    map(0.15);
    drawFilter(p, rng, 0.4, 0.1, 0.6);
    edge(0.5, 1.4);
    break;
  case ScannerStyle::plain:
    p.dynamicRangeDb = rng.uniform(50, 66);
    map(0.85);
    drawFilter(p, rng, 0.25, 0.1, 0.8);
    edge(0.1, 0.5);
    break;
  }
  p.greyBlack = rng.chance(0.7) ? 0 : 1 + rng.below(18);
  p.greyWhite = rng.chance(0.75) ? 255 : 212 + rng.below(43);
  p.tgcError = rng.normal(0, 0.07);
  drawSliders(p, rng);
  const bool plain = p.style == ScannerStyle::plain;
  p.clutterDb = plain ? -70.0 : rng.uniform(-40, -26);
  p.hazeFloorDb = !plain && rng.chance(0.3) ? rng.uniform(-42, -23) : -200.0;
  p.persistence = rng.chance(0.5) ? rng.uniform(0.15, 0.65) : 0.0;
  p.pixelNoise = rng.chance(p.style == ScannerStyle::coarse ? 0.4 : 0.12) ? rng.uniform(0.5, 4.5) : 0.0;
  if (p.pixelNoise > 0)
    p.greyBlack = std::max(p.greyBlack, 1 + static_cast<int>(p.pixelNoise));
  // The operator turns the gain until the picture looks right, or nearly.
  p.gainDb = gainForGrey(p, p.greyBlack + std::clamp(rng.normal(70, 20), 36.0, 130.0));
}

void drawLayout(HipRecipe& r, Rng& rng, const RecipeWishes& wishes) {
  auto& s = r.screen;
  const auto [columns, rows] = wishes.screen.value_or(oneOf(rng, screens));
  s.columns = columns;
  s.rows = rows;
  s.flip = rng.chance(0.3);
  s.textInside = rng.chance(0.15);
  s.colour = wishes.colour || rng.chance(0.2);
  const int scale = rows >= 900 ? 2 : 1;
  const int top = 44 * scale + rng.below(std::max(1, rows / 24));
  const int bottom = 30 * scale;
  const int side = rng.chance(0.5) ? 90 * scale : 14 * scale; // settings beside or below the picture
  const int right = 56 * scale;
  const double tall = pictureHeightMm(r.probe);
  const double fits = std::max(tall / (rows - top - bottom - 1), r.probe.apertureMm / (columns - side - right - 1));
  s.mmPerPx = fits * rng.uniform(1.0, 1.12);
  const int width = static_cast<int>(r.probe.apertureMm / s.mmPerPx) + 1;
  const int height = static_cast<int>(tall / s.mmPerPx) + 1;
  const int x0 = side + rng.below(std::max(1, columns - side - right - width));
  s.region = {x0, top, x0 + width - 1, top + height - 1};
}

} // namespace

void drawScanner(HipRecipe& r, Rng& rng, const RecipeWishes& wishes) {
  const ScannerStyle style = drawStyle(rng);
  r.processing.style = wishes.style.value_or(style);
  drawProbe(r, rng, wishes);
  drawProcessing(r, rng);
  drawLayout(r, rng, wishes);
}

void redrawScanner(HipRecipe& r, Rng& rng) {
  RecipeWishes wishes;
  wishes.screen = {r.screen.columns, r.screen.rows};
  wishes.colour = r.screen.colour;
  const bool flip = r.screen.flip;
  const bool colour = r.screen.colour;
  const double face = faceMm(r.probe); // before the depth changes
  setForDepth(r, rng, false);
  setWidth(r, face);
  drawLayout(r, rng, wishes);
  r.screen.flip = flip;
  r.screen.colour = colour;
}

} // namespace hipcuff::phantom
