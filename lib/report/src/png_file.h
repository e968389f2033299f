// PNG bytes from a raster.
#pragma once

#include "hipcuff/core/image.h"

#include <string>

namespace hipcuff::report {

/// 8-bit grey; the values are stored as they are. @throws OutputError
[[nodiscard]] std::string encodePng(const GreyImage& image);
/// 8-bit RGB, or 8-bit grey where every pixel is grey. @throws OutputError
[[nodiscard]] std::string encodePng(const RgbImage& image);

} // namespace hipcuff::report
