// Letters over echoes.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <vector>

namespace hipcuff::deidentify {

struct Lettering {
  PixelBox box;         ///< full-picture px, around the letters
  bool onBlack = false; ///< no echo touches them
};

/// Words in one picture, in any script. @param area 255 where to look; words that reach into it count
///
/// A letter's strokes are even along and end within a pixel or two. Echoes are blurred by the beam's width and grainy:
/// they rarely do both, and hardly ever upright and level at one place. How often they do it by chance is counted
/// around each place, at several contrasts, so that sharp and grainy pictures bring their own limit. Single letters,
/// crosses and other marks of one glyph, long lines and frames are no words.
///
/// @param leastStep the weakest contrast looked for, grey steps
[[nodiscard]] std::vector<Lettering> findLettering(const RgbImage& picture, const Mask& area, bool lossy,
                                                   int leastStep = 28);

} // namespace hipcuff::deidentify
