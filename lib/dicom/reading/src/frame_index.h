// Where each frame's bytes are.
#pragma once

#include "header.h"
#include "hipcuff/dicom/guard/structure.h"

#include <cstdint>
#include <string>
#include <vector>

namespace hipcuff::dicom {

struct ByteRange {
  std::uint64_t at = 0;
  std::uint64_t length = 0;
};

/// Encapsulated pixel data: 16 bytes of memory a fragment, 8 a frame.
struct FrameIndex {
  std::vector<ByteRange> fragments;
  /// Of each frame, its first fragment; one entry more than frames, the last being fragments.size().
  std::vector<std::size_t> firstFragment;
  std::vector<std::string> problems;
  [[nodiscard]] std::size_t frames() const noexcept { return firstFragment.empty() ? 0 : firstFragment.size() - 1; }
};

/// Reads item headers, offset tables and at most 4 bytes of a fragment.
/// @param declaredFrames what the header says, 1 where it says nothing; at least 1
/// @param wholeStream a video: all fragments are one stream; firstFragment stays empty
/// @throws InputError where there is no fragment at all
[[nodiscard]] FrameIndex indexFrames(const Structure& structure, std::size_t declaredFrames, bool wholeStream);

} // namespace hipcuff::dicom
