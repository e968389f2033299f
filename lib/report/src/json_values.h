// How single values are written: rounded, and null where there is nothing.
#pragma once

#include "json_result.h"

#include "hipcuff/core/grade.h"
#include "hipcuff/core/measurements.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::report {

/// Pixels to 0.01; millimetres, degrees, fractions to 0.001. Null where not finite.
[[nodiscard]] Json px(double value);
[[nodiscard]] Json fine(double value);
[[nodiscard]] Json fine(const std::optional<double>& value);
/// Of two values as they are written, so that the file does not contradict itself.
[[nodiscard]] Json difference(double a, double b);
[[nodiscard]] Json text(const std::string& value); ///< null where empty
template <typename Enum>
[[nodiscard]] Json word(const std::optional<Enum>& value) {
  return value ? Json(toString(*value)) : Json(nullptr);
}
[[nodiscard]] Json codes(const std::vector<Refusal>& refusals);
[[nodiscard]] Json strings(const std::vector<std::string>& values);
void addSummary(Json& out, const std::optional<ThicknessSummary>& summary);
[[nodiscard]] Json summaryJson(const std::optional<ThicknessSummary>& summary); ///< null where there is none

} // namespace hipcuff::report
