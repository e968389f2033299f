// The cortex on a B-mode picture.
#pragma once

#include "hipcuff/core/stages.h"

namespace hipcuff {

/// Evidence for bone at each bright crest along each beam (BoneLikelihoodImageFilter), then the best set of lines over
/// all beams by dynamic programming with the right to see none: the approach of Foroughi et al. 2007 (dynamic
/// programming on brightness and shadow) and Jia et al. 2016 (greater trochanter), with an explicit price for beginning
/// and ending, so that a picture without bone has no line. One bone a beam; any number side by side.
///
/// `ridgeMm` is the crest to a fraction of a grid step; `interfaceMm` is the steepest rise on its superficial side,
/// which is where the echo of a specular surface begins. Segments shorter than 3 mm are left out.
///
/// Confidence: the mean probability along the segment, less for short ones; about the share of the segment that lies
/// on the annotated line on real pictures (see bone_accuracy_test). Facets have kind `unknown`; see nameFacets().
///
/// Linear, steered and sector probes: works along the beams of Frame::probe. @throws nothing on any picture.
class BoneSurfaceSegmenter final : public CortexSegmenter {
public:
  [[nodiscard]] Cortex segment(const Frame& frame, const WorkingFrame& working) const override;
};

} // namespace hipcuff
