// Moves a tendon's superficial border onto what the picture shows, starting from the border that is there.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/core/frame.h"

#include <optional>

namespace level_set {

struct Settings {
  double maxMoveMm = 0.75;    ///< the border goes no further than this from where it was
  double tissueWeight = 0.3;  ///< pull of what the tissue is
  double tissueLean = 0.4;    ///< log-odds in favour of tendon
  double edgeWeight = 0.1;    ///< pull of the grey's edges
  double edgeSigmaMm = 0.15;  ///< of the Gaussian across the border, of which the derivative is an edge
  double alongSigmaMm = 0.5;  ///< of the Gaussian along the border
  double holdWeight = 0.1;    ///< pull back to where the border was: the surer it was, the stronger
  double curvatureWeight = 3; ///< against bends that the border did not have
  int iterations = 80;
};

/// 1. The band within maxMoveMm (and a margin) of the border is laid out flat along it, 0.1 mm by 0.1 mm. There the
///    border is a straight line, so that curvature works on its change and not on its own bends.
/// 2. g = 1 / (1 + (|grad G * I| / k)^2); k: four fifths of the band's gradients are smaller, but at least
///    leastEdgePerMm. 1 where the picture is not usable.
/// 3. speed = tissueWeight * (log-odds of tendon, torn or not, + tissueLean) - holdWeight * d / sd, d mm from where the
///    border was. The tissue is that of Tendon::tissue; where the tendon brings none, HipCuff's classifier is asked.
///    Columns where the tissue is the same all over the band's height are not pulled; nor is an inferred border.
/// 4. The contour (contour.h) is read at each station. Stations whose border is inferred or drawn by hand keep theirs;
///    so do those whose new border would lie outside of the usable picture or less than 0.3 mm over the underside.
///    Towards the kept ones the change fades out within 1 mm.
/// 5. Fibre angles turn by half of what the border does. sdMm becomes at least the distance moved: two ways to see the
///    border differ by that much.
///
/// Everything else is as it was: footprint, cortex, underside, confidences, tissue. A tendon of fewer than four
/// stations is returned as it is.
[[nodiscard]] hipcuff::Tendon refine(const hipcuff::Frame& frame, const hipcuff::WorkingFrame& working,
                                     hipcuff::Tendon tendon, std::optional<hipcuff::View> view,
                                     const Settings& settings);

} // namespace level_set
