// Is it the same discontinuity as in another frame? Geometry along the tendon only; no pixels.
#pragma once

#include "hipcuff/core/measurements.h"

namespace hipcuff {

/// How much two discontinuities of two frames (of the same hip and plane) look like one, 0..1.
///
/// Overlap of their stretches on the position axis over the shorter stretch, weighed by kind: same kind 1; full
/// thickness against any partial kind, or two partial kinds that share a border or may merge (intrasubstance with
/// undersurface or bursal) 0.5; undersurface against bursal 0.
/// The position axis starts at the footprint's edge, so a probe that slides along moves both alike.
[[nodiscard]] double overlap(const Discontinuity& a, const Discontinuity& b) noexcept;

} // namespace hipcuff
