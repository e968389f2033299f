// How common the four classes are among the people scanned: what turns evidence into probabilities.
#pragma once

#include "hipcuff/core/criteria.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff {

/// Shares of normal, tendinosis, partial-thickness and full-thickness tear; above 0 each, 1 together.
using Prevalence = std::array<double, 4>;

struct NamedPrevalence {
  std::string name;
  Prevalence shares;
  std::string source;
};

/// Those that --prevalence knows by name.
[[nodiscard]] const std::vector<NamedPrevalence>& namedPrevalences();

/// The same for a name or "normal=0.4,tendinosis=0.2,partial=0.2,full=0.2": all four, in any order.
/// Shares that add up to 1 within 0.01 (rounding) are scaled to 1.
/// @throws UsageError naming what is wrong: an unknown or missing class, one given twice, a share that is no number
///         or not above 0 (a class that cannot occur could never be found), or a sum that is not 1
[[nodiscard]] NamedPrevalence parsePrevalence(std::string_view text);

/// What the criteria assume (prevalence_normal, ...). @throws ConfigError where one is missing or they don't sum to 1
[[nodiscard]] Prevalence prevalenceOf(const Criteria& criteria);

/// Puts the shares into the criteria, so that they are printed with the result like every other number.
void setPrevalence(Criteria& criteria, const NamedPrevalence& prevalence);

/// The upper 95 % bound of the share of wrong ones among graded pictures (graded_wrong_bound). It was found for
/// pictures like those of the calibration set; none where another prevalence is assumed, or where the criteria don't
/// have it.
[[nodiscard]] std::optional<double> wrongAtMost(const Criteria& criteria);

} // namespace hipcuff
