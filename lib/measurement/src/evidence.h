// What speaks for and against a dark region being a gap in the fibres.
#pragma once

#include "regions.h"

#include "hipcuff/core/frame.h"
#include "hipcuff/core/measurements.h"

namespace hipcuff {

struct Evidence {
  DiscontinuityKind kind = DiscontinuityKind::intrasubstance;
  double lengthMm = 0;
  double depthMm = 0;
  double depthFraction = 0;
  double fullLengthMm = 0; ///< over which (nearly) the whole thickness is dark
  double contrast = 0;     ///< mean darkness, 0..1
  double core = 0;
  double chance = 0; ///< contrast in standard deviations of speckle averaged over the region
  double bright =
      0; ///< darkness of its brightest tenth, pixel by pixel, against the whole: high only without scatterers
  double shadow = 0;    ///< darkness of the tissue above it against beside it: near 1 for a shadow from above
  double coherence = 0; ///< of the pattern inside, along the cortex
  double outsideCoherence = 0;
  double edge = 0; ///< how fast darkness falls at its ends along the cortex, contrast per mm
  double step = 0; ///< part of the thickness missing under a concavity of the superficial border; 0: none
  std::optional<double> angleDeg;
  bool oblique = false; ///< most of it lies where the angle is beyond the limit
  bool anisotropy = false;
  double confidence = 0;
  bool accepted = false;
  // The outline along the cortex: a value for each column of the region.
  std::vector<double> lowMm;
  std::vector<double> highMm;
};

[[nodiscard]] Evidence weigh(const Frame& frame, const WorkingFrame& working, const Band& band, const ContrastMap& map,
                             const Texture& pattern, const Region& region, const Criteria& criteria);

[[nodiscard]] Discontinuity toDiscontinuity(const Band& band, const Region& region, const Evidence& evidence,
                                            const Criteria& criteria);

} // namespace hipcuff
