// Ratings counted by subject, and the jackknife, for the coefficients of raters' agreement.
#pragma once

#include "hipcuff/statistics/raters.h"

#include <functional>
#include <string>
#include <vector>

namespace hipcuff::statistics {

using WeightMatrix = std::vector<std::vector<double>>;
/// Agreement weights: 1 on the diagonal; linear and quadratic fall to 0 between the outermost categories.
[[nodiscard]] WeightMatrix weightMatrix(std::size_t categories, KappaWeights weights);

/// A subject with one rating or more.
struct RatedSubject {
  std::vector<double> counts{}; ///< by category
  double ratings = 0;
  std::size_t cluster = 0;                                          ///< 0 ... clusterCount - 1
  const std::vector<std::optional<std::size_t>>* byRater = nullptr; ///< in the table
};

struct RaterCounts {
  std::vector<RatedSubject> subjects{};
  std::size_t rows = 0;
  std::size_t raters = 0;
  std::size_t clusterCount = 0; ///< of patients; as many as subjects where none are given
  bool clustered = false;
  bool complete = true; ///< no holes in any row
  [[nodiscard]] std::size_t pairedSubjects() const;
  /// Why nothing can be said; empty if something can.
  [[nodiscard]] std::string refusal() const;
  /// The subjects of each cluster.
  [[nodiscard]] std::vector<std::vector<std::size_t>> members() const;
};
/// Refers to the table's rows. @throws std::invalid_argument for a table that is wrong in itself
[[nodiscard]] RaterCounts countRatings(const RatingTable& table);

/// Standard error and t interval, cut at 1. An error of 0 gives no interval.
void setInterval(Estimate& estimate, double se, double df, double level, const char* method);

/// Leaves out one cluster at a time, or (more than 1,000 clusters) every 200th from each of 200 starts.
/// @param valueWithout of all clusters but from, from + step, from + 2 step, ...
void jackknife(Estimate& estimate, std::size_t clusters, bool clustered, double level,
               const std::function<std::optional<double>(std::size_t from, std::size_t step)>& valueWithout);

} // namespace hipcuff::statistics
