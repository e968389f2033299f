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

/// Thickness of the fluid on the tendon's superficial border, kept up over bursal_fluid_min_length; 0 where it was
/// looked for and there is none of bursal_fluid_min. None without a tissue map.
[[nodiscard]] std::optional<double> bursalFluidMm(const Tendon& tendon, const Criteria& criteria);

} // namespace hipcuff
