// What lies over the tissue inside a pane: drawn lines and letters, and colour.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <optional>
#include <vector>

namespace hipcuff::screen {

struct Graphics {
  Mask mask;                   ///< box-sized: 255 on graphics and two pixels around
  std::vector<PixelBox> boxes; ///< full-image px
};

/// Letters, rulers, calipers, frames: thin lines of constant grey with abrupt sides. Fascia and cortex are brighter
/// than their surroundings too, but neither constant nor abrupt.
[[nodiscard]] Graphics findGraphics(const GreyImage& grey, const PixelBox& box);

struct Colour {
  std::optional<PixelBox> doppler; ///< full-image px
  Mask marks; ///< box-sized: 255 on coloured pixels outside of it (marks, calipers); empty where there are none
};

/// Colour that is not a function of brightness. @param cell size of the cells that Doppler has to fill
[[nodiscard]] Colour findColour(const RgbImage& picture, const GreyImage& grey, const PixelBox& box, int cell);

/// Sets mask pixels to `value` within `reach` px (square) of where `from` is set.
void spread(const Mask& from, Mask& onto, int reach, std::uint8_t value);

} // namespace hipcuff::screen
