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
  FloatImage
      local; ///< against the tendon within a few mm along the cortex: blind to angle, which acts on whole columns
  FloatImage global;             ///< against the tendon where its angle is assessable
  FloatImage dark;               ///< what counts: the larger of local, and global where it is as dark as fluid
  std::vector<double> reference; ///< the column's local reference level, grey
  double globalReference = 0;
  double floor = 0;
  double speckleSd = 0; ///< of `local` where the tendon is intact: what chance does at this smoothing
  [[nodiscard]] double range() const noexcept { return globalReference - floor; }
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
