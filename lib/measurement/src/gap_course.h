// Where a torn tendon has gone back to: a stump seldom stops at the footprint's edge.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/frame.h"

namespace hipcuff {

/// A full-thickness gap followed from the footprint's edge along the course that the tendon had.
struct GapCourse {
  double lengthMm = 0;    ///< beyond the footprint's edge; 0 where no stump was seen to close it
  bool stumpSeen = false; ///< also where the stump stands at the edge itself
  Polyline deepMm;        ///< outwards from the edge, as far as the gap goes
  Polyline superficialMm;
};

/// The tendon is taken to go on straight, as the bone under the footprint's last millimetres does and as thick as it
/// is at the edge. The gap ends where the grey comes nearer to the tendon's than to the gap's and stays so.
/// @param gapGrey, tendonGrey mean levels inside the gap and of what is left of the tendon; too near to each other
///        nothing is followed
[[nodiscard]] GapCourse followGap(const WorkingFrame& working, const Tendon& tendon, double gapGrey, double tendonGrey);

} // namespace hipcuff
