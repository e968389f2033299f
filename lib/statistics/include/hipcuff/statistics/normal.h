// Quantiles and probabilities that many intervals share (Boost.Math behind them).
#pragma once

namespace hipcuff::statistics {

/// z with P(|Z| <= z) = level for a standard normal Z; 1.96 for 0.95. @param level within (0, 1)
[[nodiscard]] double normalQuantileTwoSided(double level);
/// P(Z <= z).
[[nodiscard]] double normalCdf(double z);
/// z with P(Z <= z) = p. @param p within (0, 1)
[[nodiscard]] double normalQuantile(double p);

} // namespace hipcuff::statistics
