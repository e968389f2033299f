// PNG in and out through libpng.
#pragma once

#include "hipcuff/core/image.h"

#include <filesystem>
#include <string>

namespace hipcuff {

/// Any PNG as 8 bit RGB. @throws InputError where it can't be read, is broken or larger than `maxSide` a side
[[nodiscard]] RgbImage readPng(const std::filesystem::path& file, int maxSide);

/// The bytes of a PNG file. @throws std::runtime_error where libpng fails
[[nodiscard]] std::string encodePng(const RgbImage& image);

} // namespace hipcuff
