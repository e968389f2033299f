// Findings that the tissue classifier's map holds.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/measurements.h"

#include <optional>
#include <vector>

namespace hipcuff {

/// See Findings::degeneratedShare; stations inside a discontinuity and those beyond fibre_angle_max are left out. None
/// without a tissue map or with less than 10 mm2 of tendon to read.
[[nodiscard]] std::optional<double>
degeneratedShare(const Tendon& tendon, const std::vector<Discontinuity>& discontinuities, const Criteria& criteria);

/// See Findings::tornShare and tornAreaMm2.
struct TornTissue {
  double share = 0;
  double areaMm2 = 0;
};
/// Stations beyond fibre_angle_max count only inside a discontinuity that is evidence at any angle: darkness there may
/// be the angle's doing. None without a tissue map.
[[nodiscard]] std::optional<TornTissue>
tornTissue(const Tendon& tendon, const std::vector<Discontinuity>& discontinuities, const Criteria& criteria);

/// The largest layer of fluid on the tendon.
struct FluidLayer {
  double mm = 0;      ///< 0: looked for, and there is none of bursal_fluid_min
  Polyline outlineMm; ///< closed, frame mm; empty where there is none. As high everywhere as the fluid measured there
};
/// Closed line around a layer. @param lower its underside, from one end to the other; @param upper the same places
[[nodiscard]] Polyline around(Polyline lower, const Polyline& upper);

/// Fluid on the tendon's superficial border, kept up over bursal_fluid_min_length. None without a tissue map.
[[nodiscard]] std::optional<FluidLayer> bursalFluid(const Tendon& tendon, const Criteria& criteria);

} // namespace hipcuff
