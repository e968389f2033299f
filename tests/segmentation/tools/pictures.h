// Reading pictures and drawing on them, for the tests and tools of this folder.
#pragma once

#include "hipcuff/core/frame.h"

#include <filesystem>
#include <optional>
#include <string>

namespace hipcuff::testing {

/// Folder of the shared pictures (HIPCUFF_SHARED, else ../shared beside the sources); none where it is absent.
[[nodiscard]] std::optional<std::filesystem::path> sharedPictures();

/// One slice of a picture file as RGB. @throws itk::ExceptionObject
[[nodiscard]] RgbImage readPicture(const std::filesystem::path& path, int slice = 0);
void writePicture(const std::filesystem::path& path, const RgbImage& picture);

/// A pane that is the whole box, all of it usable, linear probe. mmPerPx <= 0: no scale.
[[nodiscard]] Frame frameOf(const RgbImage& picture, std::optional<PixelBox> box, double mmPerPx);

/// Draws a polyline given in full-image pixels.
void draw(RgbImage& picture, const Polyline& px, std::uint8_t r, std::uint8_t g, std::uint8_t b);

} // namespace hipcuff::testing
