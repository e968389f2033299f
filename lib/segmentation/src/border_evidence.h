// What speaks for the tendon's superficial border at each height over the cortex, in the straightened band.
#pragma once

#include "hipcuff/core/image.h"

#include <array>
#include <vector>

namespace hipcuff::segmentation {

inline constexpr std::size_t borderFeatureCount = 22;
using BorderFeatures = std::array<float, borderFeatureCount>;

/// A straightened band: column = place along the cortex, row = height over it, grey between 0 (echo-free) and about 1
/// (strong tissue) of its picture.
struct Band {
  FloatImage grey;
  double stepMm = 0.2;   ///< between columns
  double heightMm = 0.1; ///< between rows
  double firstMm = 0;    ///< height of row 0
  /// Height above which there is no room for tissue over a tendon, per column: skin and the picture's edge.
  std::vector<double> ceilingMm;
};

/// Heights that are considered, mm: below, cortex echo and border cannot be told apart; above, no gluteal tendon.
inline constexpr double lowestBorderMm = 0.7;
inline constexpr double highestBorderMm = 11.0;

class BorderEvidence {
public:
  explicit BorderEvidence(const Band& band);
  [[nodiscard]] BorderFeatures features(int column, int row) const;
  /// Log-odds of the border at each point of the band, the floor outside the considered heights.
  [[nodiscard]] FloatImage logOdds() const;
  [[nodiscard]] int rowOf(double mm) const;

private:
  void extremes();
  [[nodiscard]] float mean(const FloatImage& sums, int column, double fromMm, double toMm) const;

  const Band& band_;
  FloatImage smooth_;      // grey, a little smoothed
  FloatImage line_;        // mean along the best of a few slopes
  FloatImage ridge_;       // line above its neighbours
  FloatImage deeper_;      // strongest ridge nearer to the bone
  FloatImage shallower_;   // strongest ridge in the 3 mm above
  FloatImage darkest_;     // darkest line just above
  FloatImage greySums_;    // running sums up each column, averaged along the cortex
  FloatImage textureSums_; // |change with height|
  FloatImage acrossSums_;  // squared change with height
  FloatImage alongSums_;   // squared change along the cortex
  FloatImage voidSums_;    // how nearly echo-free
};

[[nodiscard]] float borderLogOdds(const BorderFeatures& features) noexcept;

inline constexpr float borderFloor = -4.0F;
inline constexpr float borderCeiling = 4.0F;

} // namespace hipcuff::segmentation
