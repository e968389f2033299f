// JPEG through libjpeg-turbo.
#pragma once

#include "hipcuff/core/image.h"

#include <string>

namespace hipcuff::report {

/// Baseline JPEG with full colour resolution: thin coloured lines on grey keep their colours. No metadata but JFIF's
/// header. @param quality 1 to 100  @throws OutputError where libjpeg fails
[[nodiscard]] std::string encodeJpeg(const RgbImage& image, int quality);

} // namespace hipcuff::report
