// Tells tissue from tissue in the band over a line of bone.
#pragma once

#include "tissue_layout.h"

namespace hipcuff::segmentation {

/// Probabilities of the tissue classes over the line. The weights are trained on simulated hips alone
/// (tests/segmentation/tools/train_tissue_net.py); no patient, no real picture.
[[nodiscard]] TissueBand classifyTissue(const Frame& frame, const WorkingFrame& working, const TissueLayout& layout,
                                        std::optional<View> view);

/// The stretch of columns that is the footprint, its border and how sure each is.
struct TissueFootprint {
  std::size_t first = 0; ///< columns, left to right, both included
  std::size_t last = 0;
  double evidence = 0;          ///< log-odds times millimetres that this is a footprint and not other tissue on bone
  bool arrivesFromLeft = true;  ///< by the free tendon on either side
  std::vector<double> heightMm; ///< of the superficial border, a value for each column first..last
  std::vector<double> sdMm;     ///< standard uncertainty of it
  std::vector<double> support;  ///< step of the tendon's probability across the border, 0..1
  double certainty = 0;         ///< mean of how clearly inside is inside and outside is outside, 0..1
};

/// None where no stretch of 4 mm is likelier a footprint than not.
[[nodiscard]] std::optional<TissueFootprint> footprintIn(const TissueBand& band, const TissueLayout& layout,
                                                         std::optional<View> view);

} // namespace hipcuff::segmentation
