// Where the grey changes: the stopping function of a geodesic active contour.
#pragma once

#include "hipcuff/core/frame.h"

namespace level_set {

/// Below, a change of grey (0..255) is speckle and no edge, however even the picture is. Own choice: a twentieth of
/// the range within a millimetre.
inline constexpr double leastEdgePerMm = 12;

/// A piece of the picture laid out flat.
struct FlatBand {
  hipcuff::FloatImage grey;
  hipcuff::Mask usable; ///< 255 where the grey is known
};

/// Puts the grey at a place of the frame (mm) at (x, y) of the band. Leaves it unusable outside of the picture.
void sample(const hipcuff::WorkingFrame& working, hipcuff::Point mm, FlatBand& band, int x, int y);

/// g = 1 / (1 + (m / k)^2), where m is the length of the Gaussian gradient (sigmas across rows and along columns, in
/// places of the band) and k the fourth fifth of m over the usable band, at least `leastEdge` (a place). 1 where the
/// Gaussian meets what is not usable.
[[nodiscard]] hipcuff::FloatImage stoppingImage(FlatBand band, double acrossSigma, double alongSigma, double leastEdge);

} // namespace level_set
