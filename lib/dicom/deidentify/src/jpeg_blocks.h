// Lossy JPEG without a second loss: the DCT coefficients of some blocks are replaced, all others stay the same numbers.
#pragma once

#include "hipcuff/core/geometry.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::dicom {

struct JpegBlackened {
  bool done = false;
  std::string problem; ///< where !done
  std::vector<std::uint8_t> bytes;
  std::vector<PixelBox> changed; ///< of each box, the pixels that may differ
};

enum class JpegColours { grey, inverseGrey, rgb, ybr };

/// 8 bit Huffman JPEG, sequential or progressive. Each block of each component that a box touches becomes flat black.
[[nodiscard]] JpegBlackened blackenJpeg(std::span<const std::uint8_t> jpeg, JpegColours colours,
                                        std::span<const PixelBox> boxes);

} // namespace hipcuff::dicom
