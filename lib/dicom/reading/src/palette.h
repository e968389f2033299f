// PALETTE COLOR tables: plain or segmented, 8 or 16 bit entries, and the ways writers get them wrong.
#pragma once

#include "header.h"

namespace hipcuff::dicom {

struct PaletteSource {
  struct Channel {
    long entries = 0; ///< descriptor; 0 stands for 65536
    long firstMapped = 0;
    long bits = 0;
    bool segmented = false;
    std::vector<std::uint8_t> table; ///< little-endian words
  };
  std::array<Channel, 3> channels;
  bool signedPixels = false;
};

/// No value: no usable palette; `problem` says why.
[[nodiscard]] std::optional<Palette> makePalette(const PaletteSource& source, std::string& problem);

} // namespace hipcuff::dicom
