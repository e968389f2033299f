// Texts that devices leave inside compressed frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hipcuff::dicom {

/// Overwrites with zeros what a decoder has no use for: comments and application segments of JPEG, JPEG-LS and JPEG
/// 2000 (but JFIF's and Adobe's own, which say what the colours are), boxes around a JPEG 2000 codestream, and what
/// stands behind the end marker. No length changes.
/// @return how many stretches held something
std::size_t wipeCodestreamTexts(std::span<std::uint8_t> frame);

} // namespace hipcuff::dicom
