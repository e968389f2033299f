// From where a tear lies to what is said of it.
#pragma once

#include "tear_regions.h"

#include "hipcuff/core/frame.h"
#include "hipcuff/core/measurements.h"

namespace hipcuff {

/// How deep a region reaches at each of its columns, one odd column smoothed away.
struct TearDepth {
  std::vector<double> depthMm;
  std::vector<double> fraction; ///< of the tendon's thickness there
  [[nodiscard]] double largestMm() const noexcept;
  [[nodiscard]] double largestFraction() const noexcept;
};
[[nodiscard]] TearDepth depthOf(const TearMap& map, const TearRegion& region);

/// All of a Discontinuity but its confidence.
[[nodiscard]] Discontinuity describeTear(const WorkingFrame& working, const Tendon& tendon, const TearMap& map,
                                         const TearRegion& region, const TearDepth& depth, const Criteria& criteria);

} // namespace hipcuff
