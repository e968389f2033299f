// Upright and level strokes in one plane, and what they make together.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <vector>

namespace hipcuff::deidentify {

struct StrokeRule {
  int step = 60;    ///< grey steps between a stroke and both its sides
  int plateau = 16; ///< grey steps that a stroke varies across, up to the step
  int along = 6;    ///< grey steps that it varies from one pixel to the next along
  int run = 4;      ///< px along which it is even
};

constexpr int widestStroke = 10; ///< px

/// 1 on upright and 2 on level strokes that are brighter than their surroundings.
[[nodiscard]] Mask strokesOf(const GreyImage& plane, const StrokeRule& rule);

struct StrokeGroup {
  PixelBox box;
  int upright = 0; ///< stroke pixels
  int level = 0;
};

/// Takes out what is too long for a letter, as lines and frames are, and calipers' crosses.
void dropMarks(Mask& strokes);

/// What lies within `across` and `down` px of each other.
[[nodiscard]] std::vector<StrokeGroup> groupStrokes(const Mask& strokes, int across, int down);

} // namespace hipcuff::deidentify
