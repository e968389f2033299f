// The gluteus medius tendon on the trochanter's facet.
#pragma once

#include "hipcuff/core/stages.h"

#include <functional>

namespace hipcuff {

/// Another's word on the tissue: changes the probabilities of a band that the classifier has filled, and nothing else
/// of it. At each place they must sum to 1. Called from several threads at once.
using TissueReading = std::function<void(const Frame& frame, const WorkingFrame& working, TissueBand& band)>;

/// 1. Lines along the bone: pieces of the cortex less than 5 mm apart belong together. The band above each of the two
///    best is laid out flat along the cortex normals, 0.25 mm by 0.15 mm.
/// 2. A small convolutional network tells the tissue of every place of the band: tendon on its footprint, degenerated
///    tendon, tear, fluid, bone, free tendon, other. It sees the grey relative to the picture's own range, the height
///    over the bone, the bone's slope against the beam (a tendon goes dark where the beam is oblique) and the view. It
///    was trained on simulated hips alone, half of them with their tissue painted anew at random, so that what it knows
///    is layers and interruptions and not one simulator's greys (tests/segmentation/tools/train_tissue_net.py).
/// 3. The footprint is the stretch of the bone over which tendon is likeliest; of two lines the one with more evidence.
/// 4. The superficial border is the optimal path that best parts tendon below from other tissue above, to a fraction of
///    a row; its uncertainty comes from how much worse the paths beside it are. Stretches where the tissue does not
///    change across it are marked `superficialInferred`.
/// 5. The underside is the cortex, unless fluid at least 3 mm long and 0.6 mm high lies between (subgluteus medius
///    bursa).
/// 6. Fibre angle from the course of the bone and of the border. In the short axis the fibres run through the picture:
///    no angle.
///
/// Station positions run from the footprint's edge where the tendon arrives (short axis: from its left end): the side
/// with more free tendon. No stations where no footprint of 4 mm is likely, or less than `leastTendonConfidence`.
class LayerTendonSegmenter final : public TendonSegmenter {
public:
  LayerTendonSegmenter() = default;
  /// Footprint, border, fluid and all that reads Tendon::tissue then go by what `reading` makes of it. Confidence and
  /// uncertainty are calibrated for the built-in classifier alone. segment() throws what `reading` throws, and
  /// std::invalid_argument where it changed the band's size.
  explicit LayerTendonSegmenter(TissueReading reading);

  [[nodiscard]] Tendon segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                               std::optional<View> view) const override;

private:
  TissueReading reading_{};
};

/// Below, no tendon is reported. Own choice on simulated hips and real pictures without a hip (see the tests).
inline constexpr double leastTendonConfidence = 0.42;

} // namespace hipcuff
