// Cine -> one grade: what several frames say together.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"

#include "hipcuff/assessment/analysis.h"

#include <optional>
#include <vector>

namespace hipcuff {

/// What is kept of an analysed frame: no geometry.
struct FrameNote {
  FrameSummary summary;
  std::array<double, 4> probabilities{};
  std::vector<Discontinuity> tears;     ///< without outline; those that the grader may count
  double angleDeg = 0;                  ///< median absolute fibre angle; 90 where unknown
  std::optional<double> signedAngleDeg; ///< median with its sign: rocking through the perpendicular changes it
  /// Intact tendon against the tissue above, grey levels: falls with the angle to the fibres, where that of the tissue
  /// above does not.
  std::optional<double> echogenicity;
  std::string fault; ///< of the first plugin that failed on this frame; mostly empty
};

[[nodiscard]] FrameNote noteOf(const FrameResult& result, int frame, std::optional<double> timeSeconds);

struct CineVerdict {
  int representative = 0; ///< index into the notes
  std::optional<Grade>
      grade; ///< the cine's grade, its subtype left to the representative; none where no frame was gradable
};

/// @throws ConfigError naming the criterion that judgeCine() will need and that is missing
void requireCineCriteria(const Criteria& criteria);

/// Frames' probabilities are averaged, weighed by how squarely the beam meets the fibres: frames of one cine see the
/// same tissue and are no independent witnesses. A tear is persistent where enough gradable frames show it and the
/// fibre angle changes by cine_angle_spread_min over those that do.
/// @param notes at least one, in frame order
[[nodiscard]] CineVerdict judgeCine(const std::vector<FrameNote>& notes, const Criteria& criteria);

/// In how many of the frames a discontinuity like this one was seen.
[[nodiscard]] int framesWith(const Discontinuity& wanted, const std::vector<FrameNote>& notes);

} // namespace hipcuff
