// Upright and level strokes in one plane, and what they make together.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <cstdint>
#include <vector>

namespace hipcuff::deidentify {

struct StrokeRule {
  int step = 60;    ///< grey steps between a stroke and both its sides
  int plateau = 16; ///< grey steps that a stroke varies across, up to the step
  int along = 6;    ///< grey steps that it varies from one pixel to the next along
  int run = 4;      ///< px along which it is even
};

constexpr int widestStroke = 10; ///< px

/// Stroke pixels of one plane under one rule: few, so that they are kept as a list too.
struct Strokes {
  Mask kind;              ///< 1 on upright, 2 on level ones, 3 on both
  std::vector<int> found; ///< indices of the pixels, ascending
};

struct StrokeGroup {
  PixelBox box;
  int upright = 0; ///< stroke pixels
  int level = 0;
};

/// Looks for strokes that are brighter than their surroundings.
class StrokeFinder {
public:
  /// @param plane with a margin of widestStroke + 1 px at all sides, where nothing is looked for
  /// @param area of the same size: strokes lie where it is set
  /// @param leastStep the least StrokeRule::step that will be asked for
  StrokeFinder(const GreyImage& plane, const Mask& area, int leastStep);
  [[nodiscard]] Strokes find(const StrokeRule& rule) const;

private:
  struct Candidate {
    int x;
    int y;
    bool across;
    bool down;
  };
  const GreyImage& plane_;
  const Mask& area_;
  std::vector<Candidate> candidates_;
};

/// Takes out what is too long for a letter, as lines and frames are, and calipers' crosses.
void dropMarks(Strokes& strokes);

/// What lies within `across` and `down` px of each other.
[[nodiscard]] std::vector<StrokeGroup> groupStrokes(const Strokes& strokes, int across, int down);

} // namespace hipcuff::deidentify
