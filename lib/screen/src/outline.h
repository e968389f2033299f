// The exact outline of one pane and how its beams run.
#pragma once

#include "evidence.h"

#include "hipcuff/core/screen.h"

#include <vector>

namespace hipcuff::screen {

struct Outline {
  PixelBox box;          ///< full-image px
  std::vector<int> left; ///< per row of the box: first and last column inside (full-image px); left > right: none
  std::vector<int> right;
  std::vector<int> top; ///< per column of the box: first row inside (full-image px)
  bool rectangular = false;
  ProbeGeometry probe;
};

/// @param limits the declared region or the whole picture: the outline stays inside
[[nodiscard]] Outline traceOutline(const GreyImage& grey, const Evidence& evidence, const Patch& patch,
                                   const PixelBox& limits);

/// Column at which two panes that touch meet; -1 where the box holds one picture. Looks in the middle fifth only.
[[nodiscard]] int findSeam(const GreyImage& grey, const PixelBox& box);

} // namespace hipcuff::screen
