// Bits of stored samples that are no part of the picture: another picture can be drawn there.
#pragma once

#include <cstdint>
#include <span>

namespace hipcuff::dicom {

struct PixelShape;

/// Whether such bits hold anything but zeros or, in all samples of signed pictures, copies of the sign.
/// @param samples little endian
[[nodiscard]] bool unusedBitsHold(std::span<const std::uint8_t> samples, const PixelShape& shape);
/// Zeros; copies of the sign in signed pictures where these stand above the picture's bits.
void clearUnusedBits(std::span<std::uint8_t> samples, const PixelShape& shape);

} // namespace hipcuff::dicom
