// The two grey levels between which darkness is read, and what is seen along the beam beyond the tendon.
#pragma once

#include "band.h"

#include "hipcuff/core/frame.h"

namespace hipcuff {

/// Grey where nothing answers: the bone's shadow (2 to 6 mm behind the cortex along the beam), or the darkest parts of
/// the picture where that is darker still.
[[nodiscard]] double floorLevel(const Frame& frame, const WorkingFrame& working, const Band& band);

/// Mean grey along the beam through a point, from `fromMm` to `toMm` towards the probe (positive) or away (negative);
/// none where less than half of it is usable.
[[nodiscard]] std::optional<double> meanAlongBeam(const Frame& frame, const WorkingFrame& working, Point at,
                                                  double fromMm, double toMm);

/// The tendon's rows of the band: usable and between the margins off both borders.
[[nodiscard]] Mask tendonMask(const Band& band, double deepMarginMm, double superficialMarginMm);

} // namespace hipcuff
