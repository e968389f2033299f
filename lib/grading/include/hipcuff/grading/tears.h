// Which discontinuity a grade rests on.
#pragma once

#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"

#include <vector>

namespace hipcuff {

[[nodiscard]] bool isTear(GradeClass grade) noexcept;

/// For sentences: "normal", "tendinosis", "a partial-thickness tear", "a full-thickness tear", "not gradable".
[[nodiscard]] constexpr const char* inWords(GradeClass grade) noexcept {
  switch (grade) {
  case GradeClass::normal:
    return "normal";
  case GradeClass::tendinosis:
    return "tendinosis";
  case GradeClass::partialThickness:
    return "a partial-thickness tear";
  case GradeClass::fullThickness:
    return "a full-thickness tear";
  case GradeClass::notGradable:
    break;
  }
  return "not gradable";
}

/// The surest of those that count as evidence, of full thickness or partial; nullptr where there is none.
[[nodiscard]] const Discontinuity* surestTear(const std::vector<Discontinuity>& all, bool fullThickness) noexcept;

/// The one that a tear's class rests on: the surest of the class's own kind, else the surest of the other kind. nullptr
/// where the class is no tear or nothing was outlined.
[[nodiscard]] const Discontinuity* gradedTear(GradeClass grade, const std::vector<Discontinuity>& all) noexcept;

} // namespace hipcuff
