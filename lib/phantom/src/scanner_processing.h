// What a machine does with its decibels: compression, vendor-like filters, grey map.
#pragma once

#include "hipcuff/phantom/phantom.h"

namespace hipcuff::phantom {

/// Where the gluteus medius muscle lies in the dynamic range at gain 0.
inline constexpr double muscleLevel = 0.40;

/// Grey value of the machine's grey map at 0..1 of its dynamic range.
[[nodiscard]] std::uint8_t greyMap(const Processing& processing, double level);
/// The gain that gives muscle (its mean power) this grey.
[[nodiscard]] double gainForGrey(const Processing& processing, double grey);

/// Decibels to 0..1 of the dynamic range, not clipped above 1.
[[nodiscard]] FloatImage compressed(const FloatImage& decibels, const Processing& processing);
/// Speckle filter and edge enhancement in place.
void enhance(FloatImage& levels, const Processing& processing, double mmPerPx);
/// Levels to greys, with the pixel noise of video capture.
[[nodiscard]] GreyImage toGreys(const FloatImage& levels, const Processing& processing, std::uint64_t noiseSeed);

} // namespace hipcuff::phantom
