// A geodesic active contour in a flat band, by ITK.
#pragma once

#include "hipcuff/core/image.h"

#include <vector>

namespace level_set {

/// What moves the contour, at each place of the band (column x: along the border; row y: towards the skin). All sizes
/// are in places of the band.
struct Forces {
  hipcuff::FloatImage stopping; ///< g of Caselles et al.: 0..1, 1 where there is no edge, near 0 on a strong one
  hipcuff::FloatImage speed;    ///< along the normal, positive: towards the skin; 0: no opinion
};

struct Evolution {
  double edgeWeight = 1;      ///< of grad g, that pulls the contour into the edge's valley
  double curvatureWeight = 1; ///< of g * curvature
  int iterations = 100;       ///< at most
};

/// phi_t = curvatureWeight * g * kappa |grad phi| + edgeWeight * grad g . grad phi - speed * |grad phi|
///
/// (Caselles, Kimmel, Sapiro, "Geodesic active contours", Int J Comput Vis 22:61-79, 1997, equation 24, with the
/// balloon force replaced by a given speed), solved on a sparse field of level sets (Whitaker 1998; ITK's
/// SparseFieldLevelSetImageFilter). phi is negative below the border. The contour starts straight, on `startRow`.
/// Uses one thread, the caller's. ITK's sparse field does not move on the image's rim: the first and last columns lag,
/// and hold back their neighbours, by about 20 columns where the contour is stiff.
///
/// @return for each column where the contour lies, minus startRow: rows towards the skin, to a fraction of a row;
///         0 where it was lost
[[nodiscard]] std::vector<double> evolve(const Forces& forces, double startRow, const Evolution& evolution);

} // namespace level_set
