// Compresses one frame without loss.
#pragma once

#include "hipcuff/dicom/reading.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcxfer.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// How a JPEG 2000 codestream was made, from its COD segment.
struct Wavelet {
  bool reversible = false;      ///< 5-3
  bool colourTransform = false; ///< RCT or ICT
};
/// No value: no codestream with a COD segment.
[[nodiscard]] std::optional<Wavelet> waveletOf(std::span<const std::uint8_t> frame);

/// Segments of packed bytes (PS3.5 annex G), most significant byte first.
[[nodiscard]] std::vector<std::uint8_t> encodeRle(const StoredFrame& frame);
/// Empty: `why` says what failed.
[[nodiscard]] std::vector<std::uint8_t> encodeJpegLossless(const StoredFrame& frame, std::string& why);
[[nodiscard]] std::vector<std::uint8_t> encodeJpegLs(const StoredFrame& frame, std::string& why);
/// Reversible 5-3 wavelet, RCT where asked for.
[[nodiscard]] std::vector<std::uint8_t> encodeJpeg2000(const StoredFrame& frame, bool colourTransform,
                                                       std::string& why);

} // namespace hipcuff::dicom
