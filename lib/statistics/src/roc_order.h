// What curve, area and operating points share.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace hipcuff::statistics {

/// @throws std::invalid_argument: lengths differ, or a score is not finite
void requireScores(std::span<const double> scores, const std::vector<bool>& positive);

/// The cases by score; equal scores by their number.
[[nodiscard]] std::vector<std::uint32_t> ascending(std::span<const double> scores);

} // namespace hipcuff::statistics
