// Black, and boxes of it, in uncompressed samples.
#pragma once

#include "hipcuff/dicom/deidentify/mask.h"
#include "pixels.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

class DcmDataset;

namespace hipcuff::dicom {

/// A pixel's stored samples.
using Black = std::array<std::uint32_t, 3>;

/// What is shown as black: the darkest entry of a palette, the highest value of MONOCHROME1, Y 0 with neutral chroma.
/// No value: `why` says what stands in the way.
[[nodiscard]] std::optional<Black> blackOf(DcmDataset& data, const PixelShape& shape, std::string& why);

/// Overwrites one frame, little endian. Nothing else changes.
/// @param boxes inside of the picture
void blacken(std::span<std::uint8_t> frame, const PixelShape& shape, std::span<const PixelBox> boxes,
             const Black& black);

/// The boxes that touch this frame, cut to the picture.
[[nodiscard]] std::vector<PixelBox> boxesOf(std::span<const MaskBox> masks, int frame, const PixelShape& shape);

} // namespace hipcuff::dicom
