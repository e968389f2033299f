// What the grey pattern of a tissue is like, in figures that others have used on tendons. Reported, never graded.
#pragma once

#include "hipcuff/core/image.h"
#include "hipcuff/core/measurements.h"

#include <optional>

namespace hipcuff {

/// Distance from the origin of the highest peak of the power spectrum, cycles per mm: the spacing of the fibres' echoes
/// (goes with stiffness in degenerated Achilles tendons: Ultrasound Med Biol 2016;42:664). The spectra of windows of 2
/// x 2 mm that lie wholly inside the mask are added up; what is slower than once in a millimetre is the window's own
/// and is left out.
/// @return none where fewer than three such windows fit, or where there is no pattern at all
[[nodiscard]] std::optional<double> peakSpatialFrequencyPerMm(const FloatImage& grey, const Mask& mask, double stepMm);

/// The pixels inside a mask in 16 levels of their own range, their darkest and brightest 2 % cut off: gain and dynamic
/// range of the scanner then change little.
class GreyLevels {
public:
  GreyLevels(const FloatImage& grey, const Mask& mask);
  /// Of all pairs of pixels inside the mask that lie (dx, dy) pixels apart, counted both ways.
  /// @return none where there are fewer than 500 pairs, or no contrast
  [[nodiscard]] std::optional<CoOccurrence> coOccurrence(int dx, int dy) const;

private:
  Mask level_; ///< 255 outside
};

} // namespace hipcuff
