// What of a result is drawn over its image for any viewer to show.
#pragma once

#include "hipcuff/core/result.h"
#include "hipcuff/dicom/results/presentation.h"

#include <string>
#include <vector>

namespace hipcuff::dicom {

/// Lines are thinned: no point of the original lies farther than this from what is drawn.
inline constexpr double presentationTolerancePx = 0.25;
/// Coordinates are multiples of this, so that single precision holds them exactly.
inline constexpr double presentationGridPx = 1.0 / 64;

/// Layers CORTEX, BORDERS, DISCONTINUITIES, CALIPERS and TEXT. Lines lie on the frame that was measured, a person's
/// annotations on their own frames, the grade and its reason on all. Texts stand beside the tendon: in the bone's
/// shadow, else over the tendon, never outside of the pane, where the scanner writes.
/// @param panes results of this image, one a pane, at least one
/// @param measuredBy the version of HipCuff that the results are of
/// @throws std::invalid_argument no result, or one of an image of another size or with other frames
[[nodiscard]] Presentation presentationOf(const SourceImage& source, const std::vector<const ImageResult*>& panes,
                                          const std::string& measuredBy);

} // namespace hipcuff::dicom
