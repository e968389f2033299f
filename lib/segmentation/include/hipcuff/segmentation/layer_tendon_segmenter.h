// The gluteus medius tendon on the trochanter's facet.
#pragma once

#include "hipcuff/core/stages.h"

namespace hipcuff {

/// 1. One line along the bone (pieces less than 5 mm apart belong together) and the face of it that can carry the
///    tendon. Long axis: the face at the end where the bone drops away and soft tissue goes on deeper, which is where
///    the tendon arrives. Short axis: the face that lies most nearly across the beam.
/// 2. The band above that face, straightened along the cortex normals (StraightenedBandImageFilter).
/// 3. The superficial border: at each place and height, the evidence of a line or a change of brightness, texture and
///    streakiness there; then the best path from end to end. Defects below it and missing stretches are bridged by the
///    path and marked `superficialInferred`.
/// 4. Uncertainty of each station from how much worse the paths beside the best one are.
/// 5. The underside is the cortex, unless an echo-free layer at least 3 mm long separates them from the proximal edge
///    on (fluid in the subgluteus medius bursa); an undersurface tear does not start there and stays inside the tendon.
/// 6. Fibre angle from the structure tensor between the borders; the layers' own direction where there are no streaks.
///    In the short axis the fibres run through the picture: no angle.
///
/// Station positions run from the face's edge where the tendon arrives (short axis: from its left end). No stations
/// where there is no believable configuration: no line of bone of 12 mm, no face of 6 mm less steep than 40 degrees, or
/// less than `leastTendonConfidence`.
class LayerTendonSegmenter final : public TendonSegmenter {
public:
  [[nodiscard]] Tendon segment(const Frame& frame, const WorkingFrame& working, const Cortex& cortex,
                               std::optional<View> view) const override;
};

/// Below, no tendon is reported. Own choice on simulated hips and real pictures without a hip (see the tests).
inline constexpr double leastTendonConfidence = 0.42;

} // namespace hipcuff
