// Letters over echoes.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <vector>

namespace hipcuff::deidentify {

struct Lettering {
  PixelBox box;         ///< full-picture px, around the strokes
  bool onBlack = false; ///< what lies around the strokes is flat and dark
};

/// Words and marks in one picture. @param area where to look: full picture
[[nodiscard]] std::vector<Lettering> findLettering(const RgbImage& picture, const Mask& area, bool lossy);

} // namespace hipcuff::deidentify
