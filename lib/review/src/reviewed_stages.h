// Detection and grading with what a person knows.
#pragma once

#include "hipcuff/core/stages.h"

#include <memory>
#include <string>
#include <vector>

namespace hipcuff::review {

/// A person's outlines on the frame that is judged. Frame mm.
struct Outlines {
  std::vector<Polyline> torn;
  std::vector<Polyline> rejected;
};

/// Of two outlines, this part of the smaller one in common makes them the same discontinuity.
inline constexpr double sameOutline = 1.0 / 3;

/// What `inner` finds, without what a person rejected, and what a person outlined instead of what lies there.
/// @param tissue as it is without what a person outlined as torn (the anatomy's own has that painted in)
[[nodiscard]] std::shared_ptr<const DiscontinuityDetector>
reviewedDetector(std::shared_ptr<const DiscontinuityDetector> inner, Outlines outlines,
                 std::shared_ptr<const TissueBand> tissue);

/// The grade of `inner`, given that every tear that a person outlined is there.
/// @param notes sentences that the reasons begin with
[[nodiscard]] std::shared_ptr<const Grader> reviewedGrader(std::shared_ptr<const Grader> inner,
                                                           std::vector<std::string> notes);

} // namespace hipcuff::review
