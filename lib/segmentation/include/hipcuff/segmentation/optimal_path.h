// The best line across a picture, column by column, that may also be nowhere.
#pragma once

#include "hipcuff/core/image.h"

#include <vector>

namespace hipcuff {

struct PathCosts {
  int maxStep = 3;         ///< rows between neighbouring columns, at most
  float perRow = 0.1F;     ///< price of each row of change (total variation: a steady slope costs as little as a jump)
  float perSwitch = 3.0F;  ///< price of appearing or disappearing
  bool mayBeAbsent = true; ///< false: the path runs from the first column to the last
};

/// Row of the best path in each column, -1 where it is absent. "Best" maximises the sum of `reward` along the path
/// less the prices. Dynamic programming over all columns; exact. Absence earns 0.
[[nodiscard]] std::vector<int> optimalPath(const FloatImage& reward, const PathCosts& costs);

/// The same on rewards stored column by column (width x height values): saves turning the picture.
[[nodiscard]] std::vector<int> optimalPath(const std::vector<float>& rewards, int width, int height,
                                           const PathCosts& costs);

/// For each point the total of the best path through it (both directions), for judging how sharply the path is
/// determined. Only for paths that may not be absent.
[[nodiscard]] FloatImage pathTotals(const FloatImage& reward, const PathCosts& costs);

} // namespace hipcuff
