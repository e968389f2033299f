#include "hipcuff/measurement/tracking.h"

#include <algorithm>

namespace hipcuff {

namespace {

double kindWeight(DiscontinuityKind a, DiscontinuityKind b) noexcept {
  if (a == b)
    return 1;
  const auto either = [&](DiscontinuityKind kind) { return a == kind || b == kind; };
  if (either(DiscontinuityKind::fullThickness) || either(DiscontinuityKind::intrasubstance))
    return 0.5;
  return 0;
}

} // namespace

double overlap(const Discontinuity& a, const Discontinuity& b) noexcept {
  const double shared = std::min(a.endMm, b.endMm) - std::max(a.beginMm, b.beginMm);
  const double shorter = std::min(a.endMm - a.beginMm, b.endMm - b.beginMm);
  if (!(shared > 0) || !(shorter > 0))
    return 0;
  return std::clamp(shared / shorter, 0.0, 1.0) * kindWeight(a.kind, b.kind);
}

} // namespace hipcuff
