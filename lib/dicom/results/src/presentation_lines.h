// A result's lines as they go into a presentation: thinned, cut to the picture, and the ends of its calipers.
#pragma once

#include "hipcuff/core/result.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// Nearest multiple of presentationGridPx.
[[nodiscard]] Point onGrid(Point px) noexcept;

/// What of a line lies on a picture of this size, thinned to presentationTolerancePx (Douglas and Peucker 1973) and on
/// the grid. A line that leaves and comes back is several; one that is shorter than the grid is a single point.
[[nodiscard]] std::vector<Polyline> piecesInside(const Polyline& px, int columns, int rows);

/// Cortex, borders, the tendon between them and outlines, a few pixels apart: what texts should not cover.
[[nodiscard]] std::vector<Point> pointsToKeepFree(const ImageResult& image);

struct ThicknessMark {
  Point cortexMm;
  Point superficialMm;
  std::string words; ///< "max 4.2 mm (3.9-4.5)", "at 5 mm: 4.0 mm (3.7-4.3)"
};
/// The thickest position and the sites that have a value. Empty where nothing was measured.
[[nodiscard]] std::vector<ThicknessMark> thicknessMarks(const ImageResult& image);

struct TearMark {
  std::optional<std::array<Point, 2>> depth; ///< across the tendon, where it is deepest
  Polyline length;                           ///< from end to end, beside the cortex; empty where too short to draw
  Point anchorMm;
  std::string words; ///< "tear: length 8.0 mm, depth 2.1 mm (52 %)"
};
/// Frame mm. None where the tendon has no stations beside it.
[[nodiscard]] std::optional<TearMark> tearMark(const ImageResult& image, const Discontinuity& tear);

} // namespace hipcuff::dicom
