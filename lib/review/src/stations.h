// Small things that all edits of stations need. Frame mm.
#pragma once

#include "geometry_edits.h"

#include <vector>

namespace hipcuff::review {

/// A line drawn by hand is this sure: the spread between readers who place calipers, as a part of the thickness.
[[nodiscard]] double handSd(const TendonStation& station, const Criteria& criteria);

/// Fibre angles that follow from the borders, one for each station in the stations' own order; all none in the short
/// axis.
[[nodiscard]] std::vector<std::optional<double>> anglesOf(const std::vector<TendonStation>& stations,
                                                          bool arrivesFromLeft, std::optional<View> view,
                                                          const Frame& frame);

/// Positions anew from the first station on, by the cortex's own length.
void renumber(std::vector<TendonStation>& stations);

/// "3.2 mm"
[[nodiscard]] std::string millimetres(double mm);

} // namespace hipcuff::review
