// What a scanner writes around the picture: text, depth ruler, grey bar, orientation marker. All of it is invented.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include <string>

namespace hipcuff::phantom {

/// Grey value of the scanner's grey map at 0..1 of its dynamic range.
[[nodiscard]] std::uint8_t greyMap(const HipRecipe& recipe, double level);
void drawText(GreyImage& screen, int x, int y, const std::string& text, int scale, std::uint8_t grey);
/// Draws everything but the B-mode picture.
void drawScreen(GreyImage& screen, const HipRecipe& recipe, int frame);

} // namespace hipcuff::phantom
