// Pictures that are drawn larger and averaged down: smooth lines from any driver.
#pragma once

#include "hipcuff/core/image.h"

namespace hipcuff::drawing {

/// @param rows RGB, bottom row first as OpenGL gives them, `factor` times as wide and high as the result
[[nodiscard]] RgbImage averagedDown(const unsigned char* rows, int width, int height, int factor);

} // namespace hipcuff::drawing
