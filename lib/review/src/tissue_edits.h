// The tissue map as it follows corrected stations and a person's outlines.
#pragma once

#include "hipcuff/core/anatomy.h"

#include <memory>

namespace hipcuff::review {

/// Whether a band still tells the tissue over these stations: their cortex lies on its base line.
[[nodiscard]] bool liesOn(const TissueBand& band, const std::vector<TendonStation>& stations);

/// The band cut to the stations, a column for each, heights over their own cortex; sets their columns.
[[nodiscard]] std::shared_ptr<const TissueBand> cutTo(const TissueBand& band, Tendon& tendon);

enum class Paint { torn, intact };
/// Inside the closed outline (frame mm) all tissue is torn, or what was torn or fluid is tendon.
void paint(TissueBand& band, const Polyline& outlineMm, Paint what);

} // namespace hipcuff::review
