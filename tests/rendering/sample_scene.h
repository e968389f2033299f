// A drawing-board hip for the tests of the overlay: simple shapes, known pixels. Not a simulation of ultrasound.
#pragma once

#include "hipcuff/rendering/overlay_scene.h"

#include <cmath>
#include <cstdint>

namespace hipcuff::test {

/// Cortex height in picture pixels: a hump that falls off to the left (proximal) and flattens to the right.
inline double cortexY(double x) {
  return 170 + 60 * std::exp(-x / 90.0) + 0.0009 * (x - 260) * (x - 260);
}

inline double thicknessAt(double x) {
  return 46 - 0.09 * x;
}

/// Layers with hashed grain: bright fascia, fibrillar band, bright cortex, dark shadow, dark defect.
inline RgbImage samplePicture(int width = 400, int height = 300) {
  RgbImage picture(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double bone = cortexY(x);
      const double top = bone - thicknessAt(x);
      double grey = 70;
      if (y > bone + 6)
        grey = 8;
      else if (y > bone)
        grey = 235;
      else if (y > top)
        grey = 130 + 40 * std::sin((bone - y) * 1.3);
      else if (y > top - 5)
        grey = 200;
      if (x > 150 && x < 200 && y > bone - 22 && y <= bone)
        grey = 25;
      std::uint32_t hash = static_cast<std::uint32_t>(x) * 73856093U ^ static_cast<std::uint32_t>(y) * 19349663U;
      hash = (hash ^ (hash >> 13)) * 0x5bd1e995U;
      grey *= 0.75 + 0.5 * ((hash >> 16) & 0xFF) / 255.0;
      const auto value = static_cast<std::uint8_t>(std::min(255.0, grey));
      for (int c = 0; c < 3; ++c)
        picture.at(x, y, c) = value;
    }
  return picture;
}

inline OverlayScene sampleScene(bool torn) {
  OverlayScene scene;
  scene.picture = samplePicture();
  scene.mmPerPx = Spacing{0.1, 0.1};
  Polyline cortex;
  Polyline superficial;
  Polyline bridged;
  Polyline rest;
  for (int x = 20; x <= 380; x += 2)
    cortex.push_back({static_cast<double>(x), cortexY(x)});
  for (int x = 60; x <= 300; x += 2) {
    const Point p{static_cast<double>(x), cortexY(x) - thicknessAt(x)};
    if (x <= 220)
      superficial.push_back(p);
    if (x >= 220 && x <= 250)
      bridged.push_back(p);
    if (x >= 250)
      rest.push_back(p);
  }
  Polyline deep;
  for (const Point p : cortex)
    if (p.x >= 60 && p.x <= 300)
      deep.push_back(p);
  scene.lines = {{OverlayRole::cortex, cortex, false},
                 {OverlayRole::deepBorder, deep, false},
                 {OverlayRole::superficialBorder, superficial, false},
                 {OverlayRole::superficialBorder, bridged, true},
                 {OverlayRole::superficialBorder, rest, false}};
  scene.facets = {{{70, cortexY(70)}, {240, cortexY(240)}, "lateral facet"}};
  scene.title = "left, long axis, frame 12 (of 0 to 49)";
  scene.grade = GradeClass::normal;
  scene.badge = "Normal, suspected, confidence 81 %";
  if (torn) {
    OverlayRegion tear;
    tear.kind = DiscontinuityKind::undersurface;
    tear.depthFraction = 0.62;
    for (int x = 150; x <= 200; x += 2)
      tear.px.push_back({static_cast<double>(x), cortexY(x) - 22});
    for (int x = 200; x >= 150; x -= 2)
      tear.px.push_back({static_cast<double>(x), cortexY(x)});
    scene.regions.push_back(tear);
    scene.grade = GradeClass::partialThickness;
    scene.badge = "Partial-thickness tear, undersurface, suspected, confidence 71 %";
    scene.remarks = {"Undersurface defect of 62 % of the tendon's thickness at a fibre angle of 3 degrees."};
  }
  return scene;
}

/// Every kind of discontinuity, a doubtful one, two facets; no scale.
inline OverlayScene crowdedScene() {
  OverlayScene scene = sampleScene(false);
  scene.mmPerPx.reset();
  scene.lines.erase(scene.lines.begin() + 3);
  const auto blob = [&](DiscontinuityKind kind, double x0, double x1, double lo, double hi) {
    OverlayRegion region;
    region.kind = kind;
    region.depthFraction = hi - lo;
    for (double x = x0; x <= x1; x += 2)
      region.px.push_back({x, cortexY(x) - hi * thicknessAt(x)});
    for (double x = x1; x >= x0; x -= 2)
      region.px.push_back({x, cortexY(x) - lo * thicknessAt(x)});
    return region;
  };
  scene.regions = {
      blob(DiscontinuityKind::undersurface, 70, 105, 0, 0.4), blob(DiscontinuityKind::bursal, 120, 155, 0.7, 1),
      blob(DiscontinuityKind::intrasubstance, 165, 205, 0.35, 0.65),
      blob(DiscontinuityKind::fullThickness, 220, 250, 0, 1), blob(DiscontinuityKind::undersurface, 260, 295, 0, 0.6)};
  scene.regions.back().suspectedAnisotropy = true;
  scene.facets.push_back({{245, cortexY(245)}, {375, cortexY(375)}, "posterior facet"});
  scene.grade = GradeClass::notGradable;
  scene.badge = "Not gradable";
  scene.remarks = {explain(Refusal::noCalibration), explain(Refusal::regionUnconfirmed)};
  return scene;
}

} // namespace hipcuff::test
