// PNG in and out through libpng: the one place for it.
#pragma once

#include "hipcuff/core/image.h"

#include <filesystem>
#include <string>

namespace hipcuff {

/// Any PNG as 8 bit RGB. @throws InputError where it can't be read, is broken or larger than `maxSide` a side
[[nodiscard]] RgbImage readPng(const std::filesystem::path& file, int maxSide);

/// The bytes of an 8 bit grey PNG; the values are stored as they are. @throws OutputError where libpng fails
[[nodiscard]] std::string encodePng(const GreyImage& image);
/// 8 bit RGB, or 8 bit grey where every pixel is grey. @throws OutputError where libpng fails
[[nodiscard]] std::string encodePng(const RgbImage& image);

} // namespace hipcuff
