// What a tendon's stations are made from, for those who are given its lines instead of finding them.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/frame.h"

#include <optional>
#include <vector>

namespace hipcuff {

/// Between stations, along the cortex; that of TissueBand's columns too.
inline constexpr double stationStepMm = 0.25;

/// A line of bone, left to right as it was given, a point every stationStepMm, and the normals there towards the skin.
/// The line is smoothed over 0.5 mm; the normals over 1.5 mm, because they must not follow the bone's roughness.
struct BoneLine {
  Polyline pointsMm;
  std::vector<Point> normals; ///< unit
};
/// Empty where the line has fewer than two points or no length.
[[nodiscard]] BoneLine boneLine(const Frame& frame, const Polyline& interfaceMm);

/// Signed angle of the fibres against the perpendicular to the beam at each point of a line of bone (left to right),
/// degrees: positive where they go down to the right. Half way up, fibres lie between the bone's course and the
/// border's.
/// @param heightMm of the tendon's superficial border, one for each point
[[nodiscard]] std::vector<double> fibreAngles(const Frame& frame, const Polyline& pointsMm,
                                              const std::vector<Point>& normals, const std::vector<double>& heightMm);

/// What the tissue is over a line of bone (left to right), as the tissue classifier tells it. The band goes on straight
/// beyond either end. None for a line without length.
[[nodiscard]] std::optional<TissueBand> tissueOver(const Frame& frame, const WorkingFrame& working,
                                                   const Polyline& interfaceMm, std::optional<View> view);

} // namespace hipcuff
