// Stretches of the tendon whose fibres are interrupted, from the tissue classifier's probabilities.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/image.h"

#include <vector>

namespace hipcuff {

/// Probability of a tear on a grid of stations (columns, in order of position) by heights over the cortex (rows).
/// Fluid counts as tear where it lies within the tendon; 0 above the superficial border and below the underside.
struct TearMap {
  FloatImage tear;
  double stepMm = 0.25;            ///< between columns
  double heightStepMm = 0.15;      ///< between rows; row r covers heights r * heightStepMm to (r + 1) * heightStepMm
  std::vector<double> thicknessMm; ///< of each column
  std::vector<double> deepMm;      ///< height of the tendon's underside
};

/// Needs tendon.tissue; empty where there is none.
[[nodiscard]] TearMap tearMap(const Tendon& tendon);

/// The same without what the tissue classifier says: all probabilities 0. Empty where there are fewer than two
/// stations.
[[nodiscard]] TearMap intactMap(const Tendon& tendon);

struct TearRegion {
  int x0 = 0; ///< first and last column
  int x1 = 0;
  std::vector<double> lowMm; ///< a value for each of its columns: the heights between which it lies
  std::vector<double> highMm;
  double areaMm2 = 0;
  double probability = 0; ///< mean over its area
};

/// Connected regions likelier torn than `tear_probability_edge`, each holding at least `tear_core_area_min` of
/// `tear_probability_core`; largest first.
[[nodiscard]] std::vector<TearRegion> tearRegions(const TearMap& map, const Criteria& criteria);

} // namespace hipcuff
