// What every statistic gives: a value with its interval and the name of the method, or the reason why there is none.
#pragma once

#include <optional>
#include <string>

namespace hipcuff::statistics {

struct Interval {
  double lower = 0;
  double upper = 0;
};

/// A point estimate. `value` empty: not estimable, and `note` says why ("no positive cases").
struct Estimate {
  std::optional<double> value{};
  std::optional<Interval> ci{}; ///< at the stated level, 95 % unless a function's parameter says otherwise
  std::optional<double> se{};
  std::string method{}; ///< of the interval, with its source: "Wilson 1927"
  std::string note{};   ///< why something is missing, or what to keep in mind; empty where there is nothing to say
};

/// A significance test. `p` empty: not estimable, and `note` says why.
struct Test {
  std::optional<double> statistic{};
  std::optional<double> df{};
  std::optional<double> df2{}; ///< of an F test's denominator
  std::optional<double> p{};   ///< two-sided unless the method says otherwise
  std::string method{};
  std::string note{};
};

/// An Estimate without a value. @param why one clause without full stop
[[nodiscard]] Estimate notEstimable(std::string why);

} // namespace hipcuff::statistics
