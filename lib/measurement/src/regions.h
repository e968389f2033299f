// Dark regions of a band: the contrast map, its regions and what each looks like.
#pragma once

#include "band.h"
#include "band_filters.h"

#include "hipcuff/core/criteria.h"

#include <optional>
#include <vector>

namespace hipcuff {

/// Darkness of every tendon pixel: 0 = as bright as the tendon's own upper level, 1 = the floor. NaN-free; pixels
/// outside the tendon hold 0.
struct ContrastMap {
  Mask tendon;
  Mask assessable;           ///< tendon whose fibre angle is within the limit, or unknown
  FloatImage own;            ///< against the tendon at the same fibre angle, and nearby: what angle does is not in it
  FloatImage whole;          ///< against the brighter of the best seen tendon and the tissue above: near 1 for fluid
  FloatImage dark;           ///< what counts: own where assessable, whole where it is as dark as fluid
  double reference = 0;      ///< upper level of the tendon where the beam meets it best, grey
  double wholeReference = 0; ///< the larger of that and the tissue above
  double floor = 0;
  double speckleSd = 0; ///< of `own` where the tendon is intact: what chance does at this smoothing
};

/// @return none where the tendon hardly differs from the floor (nothing can be said)
[[nodiscard]] std::optional<ContrastMap> contrastMap(const Band& band, double floor, const Criteria& criteria);

struct Region {
  Mask pixels; ///< band-sized
  int x0 = 0;  ///< first and last column
  int x1 = 0;
  double areaMm2 = 0;
  double contrast = 0;       ///< mean darkness
  double core = 0;           ///< upper quartile of the darkness
  std::vector<double> lowMm; ///< a value for each of its columns: lowest and highest height
  std::vector<double> highMm;
};

/// Regions that reach the core contrast, grown to half of their own; largest first.
[[nodiscard]] std::vector<Region> darkRegions(const Band& band, const ContrastMap& map, const Criteria& criteria);

} // namespace hipcuff
