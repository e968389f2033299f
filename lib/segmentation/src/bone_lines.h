// Bone lines as rows of the beam grid: optimal paths over the evidence, each judged as a whole.
#pragma once

#include "beam_grid.h"
#include "bone_evidence.h"

#include <vector>

namespace hipcuff::segmentation {

/// One line without a gap: rows[i] belongs to column first + i.
struct BoneLine {
  int first = 0;
  std::vector<int> rows;
  float meanCrestOdds = 0; ///< mean probability of its crests, 0..1
  LineFeatures features{};
  float logOdds = 0; ///< that it is bone; see lineLogOdds()
  [[nodiscard]] int last() const noexcept { return first + static_cast<int>(rows.size()) - 1; }
};

inline constexpr double shortestBoneMm = 3.0;

/// The lines of a picture with log-odds of at least `leastLogOdds`, from left to right; at most one a beam, because
/// bone hides what lies behind it. A line that is refused gives way to the next best one of its beams.
/// `switchPrice`: what a line must earn twice, in log-odds times mm.
[[nodiscard]] std::vector<BoneLine> boneLines(const BeamGrid& beams, const BoneEvidence& evidence, float leastLogOdds,
                                              double switchPrice, const OtherEvidence& other = {});

} // namespace hipcuff::segmentation
