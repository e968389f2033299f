// A tendon of even layers on a round cortex, with known heights: what must come out flat.
#pragma once

#include "hipcuff/core/result.h"

#include <cmath>
#include <memory>

namespace hipcuff::test {

inline constexpr double curveRadiusMm = 40;
inline constexpr Point curveCentreMm{14, 62}; ///< the cortex's highest point lies at (14, 22)
inline constexpr double curvedThicknessMm = 5;

inline Point onCurve(double alongMm, double heightMm, bool arrivesFromLeft = true) {
  const double angle = (arrivesFromLeft ? 1 : -1) * (alongMm - 9) / curveRadiusMm;
  return curveCentreMm + Point{std::sin(angle), -std::cos(angle)} * (curveRadiusMm + heightMm);
}

inline double heightOnCurve(Point mm) {
  return distance(mm, curveCentreMm) - curveRadiusMm;
}

/// Layers of 1 mm with greys of their own; bone is 20.
inline double greyAtHeight(double mm) {
  if (mm < 0)
    return 20;
  return 60 + 40 * (static_cast<int>(mm) % 4);
}

/// 18 mm of tendon; stations every 0.25 mm.
inline ImageResult curvedTendon(bool arrivesFromLeft = true, Spacing scale = {0.05, 0.06}) {
  ImageResult image;
  auto picture = std::make_shared<RgbImage>(560, 460);
  for (int y = 0; y < picture->height; ++y)
    for (int x = 0; x < picture->width; ++x)
      for (int c = 0; c < 3; ++c)
        picture->at(x, y, c) = static_cast<std::uint8_t>(greyAtHeight(heightOnCurve({x * scale.x, y * scale.y})));
  image.columns = picture->width;
  image.rows = picture->height;
  image.picture = picture;
  image.regionPx = PixelBox{0, 0, picture->width - 1, picture->height - 1};
  image.mmPerPx = scale;
  image.scale = scale;
  Tendon& tendon = image.anatomy.tendon;
  tendon.arrivesFromLeft = arrivesFromLeft;
  auto& profile = image.measurements.thickness.profile;
  for (int i = 0; i <= 72; ++i) {
    TendonStation s;
    s.positionMm = 0.25 * i;
    s.cortexMm = onCurve(s.positionMm, 0, arrivesFromLeft);
    s.normal = normalized(s.cortexMm - curveCentreMm);
    s.superficialMm = onCurve(s.positionMm, curvedThicknessMm, arrivesFromLeft);
    s.deepMm = s.cortexMm;
    s.superficialInferred = i >= 20 && i <= 28;
    s.fibreAngleDeg = i >= 50 ? 12.0 : 2.0;
    tendon.stations.push_back(s);
    profile.push_back({s.positionMm, curvedThicknessMm, curvedThicknessMm - 0.4, curvedThicknessMm + 0.4,
                       i >= 36 && i <= 48 ? 3.0 : curvedThicknessMm});
  }
  Discontinuity tear;
  tear.kind = DiscontinuityKind::undersurface;
  tear.depthFraction = 0.4;
  tear.beginMm = 9;
  tear.endMm = 12;
  for (double p = 9; p <= 12; p += 0.25)
    tear.polygonMm.push_back(onCurve(p, 2, arrivesFromLeft));
  for (double p = 12; p >= 9; p -= 0.25)
    tear.polygonMm.push_back(onCurve(p, 0, arrivesFromLeft));
  image.measurements.discontinuities.push_back(tear);
  image.grade.grade = GradeClass::partialThickness;
  Facet facet;
  facet.kind = FacetKind::lateral;
  facet.beginMm = onCurve(2, 0, arrivesFromLeft);
  facet.endMm = onCurve(30, 0, arrivesFromLeft); // beyond the tendon
  image.anatomy.cortex.facets.push_back(facet);
  return image;
}

} // namespace hipcuff::test
