// Texts that devices leave inside compressed frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hipcuff::dicom {

struct CleanedFrame {
  std::string problem;           ///< why the frame can't be said to be clean; empty: it is
  std::size_t found = 0;         ///< stretches that held something
  bool changed = false;          ///< the bytes given are no longer what they were
  bool more = false;             ///< something stood behind the picture's end; cut off
  int precision = 0;             ///< bits a sample of the codestream
  std::vector<std::uint8_t> raw; ///< of RLE: the samples, little endian, interleaved
};

/// Overwrites with zeros what a decoder of JPEG, JPEG-LS or JPEG 2000 has no use for: comments, application segments
/// (but JFIF's and Adobe's own, which say what the colours are), segments that no standard knows, bytes between
/// segments. A JP2 file around a JPEG 2000 codestream goes, as PS3.5 A.4.4 wants it; what stands behind the first
/// picture's end is cut off.
[[nodiscard]] CleanedFrame cleanCodestream(std::vector<std::uint8_t>& frame);

/// PS3.5 annex G. Bytes behind a segment's last sample become codes that mean nothing; behind the last segment they
/// are cut off.
/// @param planes Samples per Pixel times bytes a sample
/// @param pixels of one plane
[[nodiscard]] CleanedFrame cleanRle(std::vector<std::uint8_t>& frame, std::size_t planes, std::size_t bytesPerSample,
                                    std::size_t pixels);

} // namespace hipcuff::dicom
