// A little picture maker for unit tests, independent of lib/phantom: fully developed speckle with a known point spread
// function on tissue of known levels, log compressed. Anatomy and defects are exact.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/frame.h"
#include "hipcuff/core/screen.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace hipcuff::test {

struct SyntheticTear {
  double beginMm = 0;
  double endMm = 0;
  double low = 0; ///< relative depth, 0 cortex .. 1 superficial border
  double high = 1;
  double dB = -45; ///< level of its echo
};

struct SyntheticHip {
  std::uint64_t seed = 1;
  double widthMm = 38;
  double heightMm = 36;
  double thicknessMm = 5;
  double footprintMm = 20;
  double slopeDegrees = 0;   ///< of the footprint
  double curvaturePerMm = 0; ///< of the footprint, 1/mm; positive = convex
  double tendonDb = 0;
  double tissueDb = -12; ///< above the tendon
  double fibreDb = 6;    ///< contrast between bright and dark fibre layers; 0: no pattern
  double cortexDb = 22;
  double floorDb = -50; ///< noise
  double rangeDb = 60;
  double whiteDb = 14; ///< shown as 255
  double bursalFluidMm = 0;
  double irregularityMm = 0;          ///< amplitude of a 2 mm wave on the cortex
  std::optional<double> angleDegrees; ///< what the stations say the fibre angle is
  /// Extra dB at (position, height over the cortex), e.g. a band of anisotropy.
  std::function<double(double, double)> extraDb;
  /// Attenuation in dB of everything deeper than the skin at frame x.
  std::function<double(double)> shadowDb;
  std::vector<SyntheticTear> tears;
  std::optional<Point> calcification; ///< position along the footprint and height, mm; 1.6 mm across, shadow below
};

struct SyntheticPicture {
  Frame frame;
  WorkingFrame working;
  Anatomy anatomy;
  Pane pane;
};

[[nodiscard]] SyntheticPicture render(const SyntheticHip& hip);

} // namespace hipcuff::test
