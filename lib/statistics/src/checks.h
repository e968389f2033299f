// What the functions of this room ask of their arguments.
#pragma once

#include "hipcuff/statistics/clusters.h"

#include <cmath>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>

namespace hipcuff::statistics {

inline void requireLevel(double level) {
  if (!(level > 0 && level < 1)) {
    throw std::invalid_argument("the level of an interval must lie between 0 and 1");
  }
}

inline void requireSameLength(std::size_t a, std::size_t b) {
  if (a != b) {
    throw std::invalid_argument("lists of different lengths: " + std::to_string(a) + " and " + std::to_string(b));
  }
}

inline void requireRows(const Clusters* clusters, std::size_t rows) {
  if (clusters != nullptr) {
    requireSameLength(clusters->rows(), rows);
  }
}

inline void requireFinite(std::span<const double> values) {
  for (const double value : values) {
    if (!std::isfinite(value)) {
      throw std::invalid_argument("a score is not a finite number");
    }
  }
}

inline void requireProbabilities(std::span<const double> values) {
  for (const double value : values) {
    if (!(value >= 0 && value <= 1)) {
      throw std::invalid_argument("a probability is not a number between 0 and 1");
    }
  }
}

} // namespace hipcuff::statistics
