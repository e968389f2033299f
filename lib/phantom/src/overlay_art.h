// What a sonographer lays over the tendon and so takes from the reader: text, callipers, a colour box.
#pragma once

#include "hipcuff/phantom/phantom.h"

namespace hipcuff::phantom {

/// The pixels around the tendon on its footprint; a middle part of the region where there is none.
[[nodiscard]] PixelBox tendonBox(const Truth& truth);
/// Lines of annotation across the box.
void drawTextOver(GreyImage& screen, const HipRecipe& recipe, const PixelBox& over);
/// A colour Doppler box with some flow in it, and its colour bar beside the picture.
void drawColourBox(RgbImage& screen, const HipRecipe& recipe, int frame, const PixelBox& over);

} // namespace hipcuff::phantom
