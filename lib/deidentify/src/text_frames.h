// What a cine's frames have in common, pixel by pixel, gathered one frame at a time.
#pragma once

#include "hipcuff/core/cine.h"

#include <functional>
#include <optional>
#include <string>

namespace hipcuff::deidentify {

struct FrameExtremes {
  RgbImage low;  ///< per pixel and channel the least value of all frames
  RgbImage high; ///< and the greatest
  int frames = 0;
  [[nodiscard]] bool empty() const noexcept { return frames == 0; }
  /// @param frame of the same size as those before it
  void add(const RgbImage& frame);
};

/// Lossy codecs spread what a pixel holds over a block: a mask changes whole blocks then.
struct Coding {
  bool lossy = false;
  int grain = 2; ///< px around a mask's box that may change, and that edges are blurred by
};
[[nodiscard]] Coding codingOf(const Cine& cine);

/// The colour of most flat pixels: what lies behind everything.
struct Background {
  int red = 0, green = 0, blue = 0;
  bool found = false; ///< false where nothing is flat: the picture is tissue to its edges
};
[[nodiscard]] Background backgroundOf(const RgbImage& picture);

/// 255 where a channel of any frame is more than `tolerance` away from the background.
[[nodiscard]] Mask contentOf(const FrameExtremes& extremes, const Background& background, int tolerance);

} // namespace hipcuff::deidentify
