// Small text helpers of this room.
#pragma once

#include "hipcuff/report/page_text.h"
#include "hipcuff/report/worst_discontinuity.h"

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::report {

[[nodiscard]] const char* words(DiscontinuityKind kind) noexcept;
/// How far the grade was seen; a normal tendon is "judged on", not "suspected".
[[nodiscard]] const char* certaintyText(const Grade& grade) noexcept;
/// The same of a hip; of a normal one, on how many images and planes.
[[nodiscard]] std::string certaintyText(const HipResult& hip);
/// "mean 4.1 mm (95 % interval 3.8 to 4.4 mm), 3.2 to 5.0 mm along the tendon"
[[nodiscard]] std::string words(const ThicknessSummary& thickness);
/// Whether the difference between the sides is more than scanning the same hip again would show by itself; empty where
/// the criteria don't tell.
[[nodiscard]] std::string againstRescan(const HipResult& hip, const Criteria& criteria);
[[nodiscard]] const char* words(FacetKind kind) noexcept;

/// Whether a class takes discontinuities for tears. A picture graded normal must not show one as a tear.
[[nodiscard]] bool countsAsTear(GradeClass grade) noexcept;

} // namespace hipcuff::report
