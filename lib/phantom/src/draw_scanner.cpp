#include "draw_scanner.h"

#include <algorithm>
#include <array>
#include <cmath>
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

constexpr std::array<std::pair<int, int>, 7> screens = {
    {{640, 480}, {800, 600}, {960, 720}, {1016, 708}, {1024, 768}, {1280, 800}, {1280, 960}}};

void drawProbe(HipRecipe& r, Rng& rng) {
  auto& g = r.geometry;
  auto& p = r.probe;
  const double drop = r.view == View::longAxis ? 0.36 * g.facetLengthMm : 11.0;
  const double want = g.apexDepthMm + std::max(8.0, drop) + rng.uniform(3, 12);
  p.depthMm = std::clamp(5.0 * std::ceil(want / 5.0), 25.0, 70.0);
  p.frequencyMHz = std::clamp(15.5 - 0.22 * g.apexDepthMm + rng.uniform(-2, 2), 6.5, 15.0);
  p.bandwidth = rng.uniform(0.4, 0.75);
  p.apertureMm = rng.uniform(38, 52);
  p.focusMm = std::clamp(g.apexDepthMm + rng.normal(0, 4), 6.0, p.depthMm);
  p.fNumber = rng.uniform(1.7, 2.8);
  constexpr std::array<int, 4> looks = {1, 3, 3, 5};
  p.compoundAngles = looks[static_cast<std::size_t>(rng.below(4))];
  p.compoundStepDeg = p.compoundAngles == 5 ? rng.uniform(2, 3.5) : rng.uniform(3, 5);
  // Noise reaches the tissue's level some way above or below the picture's lower edge.
  const double twoWay = 2 * 0.75 * 0.055 * p.frequencyMHz * p.depthMm;
  r.processing.noiseDb = -twoWay - rng.uniform(20, 42);
}

void drawLayout(HipRecipe& r, Rng& rng, const RecipeWishes& wishes) {
  auto& s = r.screen;
  const auto [columns, rows] = wishes.screen.value_or(screens[static_cast<std::size_t>(rng.below(7))]);
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
  const double fits =
      std::max(r.probe.depthMm / (rows - top - bottom - 1), r.probe.apertureMm / (columns - side - right - 1));
  s.mmPerPx = fits * rng.uniform(1.0, 1.12);
  const int width = static_cast<int>(r.probe.apertureMm / s.mmPerPx) + 1;
  const int height = static_cast<int>(r.probe.depthMm / s.mmPerPx) + 1;
  const int x0 = side + rng.below(std::max(1, columns - side - right - width));
  s.region = {x0, top, x0 + width - 1, top + height - 1};
}

} // namespace

void drawScanner(HipRecipe& r, Rng& rng, const RecipeWishes& wishes) {
  r.processing.gainDb = rng.normal(-1.5, 4);
  r.processing.dynamicRangeDb = rng.uniform(52, 75);
  r.processing.greyGamma = rng.uniform(0.85, 1.3);
  r.processing.tgcError = rng.normal(0, 0.06);
  r.processing.clutterDb = rng.uniform(-38, -27);
  drawProbe(r, rng);
  drawLayout(r, rng, wishes);
}

void redrawScanner(HipRecipe& r, Rng& rng) {
  RecipeWishes wishes;
  wishes.screen = {r.screen.columns, r.screen.rows};
  wishes.colour = r.screen.colour;
  const bool flip = r.screen.flip;
  const bool colour = r.screen.colour;
  const Probe probe = r.probe;
  drawProbe(r, rng);
  r.probe.apertureMm = probe.apertureMm; // the same transducer
  r.probe.bandwidth = probe.bandwidth;
  drawLayout(r, rng, wishes);
  r.screen.flip = flip;
  r.screen.colour = colour;
}

} // namespace hipcuff::phantom
