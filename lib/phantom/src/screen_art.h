// What a scanner writes around the picture: text, depth ruler, grey bar, orientation marker. All of it is invented.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include <string>

namespace hipcuff::phantom {

void drawText(GreyImage& screen, int x, int y, const std::string& text, int scale, std::uint8_t grey);
/// Draws everything but the B-mode picture.
void drawScreen(GreyImage& screen, const HipRecipe& recipe, int frame);

} // namespace hipcuff::phantom
