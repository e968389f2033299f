#include "rater_counts.h"

#include "distributions.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace hipcuff::statistics {

WeightMatrix weightMatrix(std::size_t categories, KappaWeights weights) {
  WeightMatrix matrix(categories, std::vector<double>(categories, 0.0));
  for (std::size_t k = 0; k < categories; ++k)
    for (std::size_t l = 0; l < categories; ++l) {
      if (k == l) {
        matrix[k][l] = 1;
        continue;
      }
      const double distance = (static_cast<double>(k) - static_cast<double>(l)) / static_cast<double>(categories - 1);
      if (weights == KappaWeights::linear)
        matrix[k][l] = 1 - std::abs(distance);
      else if (weights == KappaWeights::quadratic)
        matrix[k][l] = 1 - distance * distance;
    }
  return matrix;
}

std::size_t RaterCounts::pairedSubjects() const {
  return static_cast<std::size_t>(
      std::count_if(subjects.begin(), subjects.end(), [](const RatedSubject& s) { return s.ratings >= 2; }));
}

std::string RaterCounts::refusal() const {
  if (raters < 2)
    return "fewer than two raters";
  if (pairedSubjects() == 0)
    return "no subject was rated twice";
  return {};
}

std::vector<std::vector<std::size_t>> RaterCounts::members() const {
  std::vector<std::vector<std::size_t>> result(clusterCount);
  for (std::size_t i = 0; i < subjects.size(); ++i)
    result[subjects[i].cluster].push_back(i);
  return result;
}

RaterCounts countRatings(const RatingTable& table) {
  RaterCounts counts;
  counts.rows = table.ratings.size();
  counts.raters = table.raters.size();
  counts.clustered = table.clusters.rows() > 0 && !table.clusters.singletons();
  if (table.clusters.rows() > 0 && table.clusters.rows() != table.ratings.size())
    throw std::invalid_argument("every rated subject needs its patient");
  constexpr std::size_t unseen = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> clusterNumber(table.clusters.count(), unseen);
  for (std::size_t i = 0; i < table.ratings.size(); ++i) {
    const auto& row = table.ratings[i];
    if (row.size() != table.raters.size())
      throw std::invalid_argument("every rated subject needs a cell for each rater");
    RatedSubject subject;
    subject.counts.assign(table.categories.size(), 0.0);
    subject.byRater = &row;
    for (const auto& rating : row) {
      if (!rating) {
        counts.complete = false;
        continue;
      }
      if (*rating >= table.categories.size())
        throw std::invalid_argument("a rating is of no category");
      subject.counts[*rating] += 1;
      subject.ratings += 1;
    }
    if (subject.ratings == 0)
      continue;
    if (counts.clustered) {
      std::size_t& number = clusterNumber[table.clusters.of(i)];
      if (number == unseen)
        number = counts.clusterCount++;
      subject.cluster = number;
    } else {
      subject.cluster = counts.clusterCount++;
    }
    counts.subjects.push_back(std::move(subject));
  }
  return counts;
}

void setInterval(Estimate& estimate, double se, double df, double level, const char* method) {
  const double value = estimate.value.value();
  // Rounding leaves a trace of error where there is none.
  if (se < 1e-12) {
    estimate.note = "no variance between subjects, so no interval";
    return;
  }
  const double t = tQuantileTwoSided(level, df);
  estimate.se = se;
  estimate.ci = Interval{value - t * se, std::min(1.0, value + t * se)};
  estimate.method = method;
}

void jackknife(Estimate& estimate, std::size_t clusters, bool clustered, double level,
               const std::function<std::optional<double>(std::size_t, std::size_t)>& valueWithout) {
  if (clusters < 2) {
    estimate.note = clustered ? "one patient only" : "one subject only";
    return;
  }
  const std::size_t groups = clusters > 1000 ? 200 : clusters;
  std::vector<double> values;
  values.reserve(groups);
  double mean = 0;
  for (std::size_t g = 0; g < groups; ++g) {
    const auto value = valueWithout(g, groups);
    if (!value) {
      estimate.note = clustered ? "no interval: the value hangs on a single patient"
                                : "no interval: the value hangs on a single subject";
      return;
    }
    values.push_back(*value);
    mean += *value / static_cast<double>(groups);
  }
  double ss = 0;
  for (const double value : values)
    ss += (value - mean) * (value - mean);
  const auto g = static_cast<double>(groups);
  setInterval(estimate, std::sqrt((g - 1) / g * ss), g - 1, level,
              clustered ? "jackknife over patients, t" : "jackknife over subjects, t");
}

} // namespace hipcuff::statistics
