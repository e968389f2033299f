// Boxes to black out, and what came of them.
#pragma once

#include "hipcuff/core/geometry.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

struct MaskBox {
  PixelBox box;             ///< inclusive, full-picture pixels; what lies outside of the picture doesn't count
  std::optional<int> frame; ///< from 0; all frames where there is none
};

enum class MaskMethod {
  none,         ///< no box touches the picture
  native,       ///< uncompressed samples were overwritten
  recoded,      ///< decoded, overwritten, compressed without loss in the same transfer syntax
  blocks,       ///< lossy JPEG: DCT coefficients of the touched blocks were replaced, all others are the same bits
  decompressed, ///< decoded, overwritten and stored as Explicit VR Little Endian: no encoder of the same kind is here
};

[[nodiscard]] const char* toString(MaskMethod method) noexcept;

struct MaskResult {
  MaskMethod method = MaskMethod::none;
  int framesTouched = 0;
  /// Pixels that may differ from the original's, as boxes: the boxes asked for, grown to what the compression knows
  /// (whole 8 x 8 blocks, for coarser chroma also one pixel more, which decoders blend).
  std::vector<MaskBox> changed;
  std::string said; ///< one sentence on what was done to the pixels; empty for none
};

} // namespace hipcuff::dicom
