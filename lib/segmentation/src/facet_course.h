// A line of bone as faces and the bends between them.
#pragma once

#include "hipcuff/core/geometry.h"

#include <vector>

namespace hipcuff::segmentation {

/// A stretch over which the bone turns away from the probe, smoothly from nothing to nothing.
struct CourseBend {
  double middle = 0;  ///< mm of arc from the line's left end
  double length = 0;  ///< mm
  double turn = 0;    ///< radians
  double beginSd = 0; ///< of middle - length / 2
  double endSd = 0;   ///< of middle + length / 2
  double turnSd = 0;
  double gain = 0; ///< how much of the squared misfit it explains, in squared standard errors of the line
  [[nodiscard]] double begin() const noexcept { return middle - 0.5 * length; }
  [[nodiscard]] double end() const noexcept { return middle + 0.5 * length; }
};

/// The best line of evenly bowed faces with bends between them, in robust least squares on the points (Cauchy), with as
/// many bends as the line's own noise lets stand, found one after the other. Bends are convex towards the skin: pits
/// and dents count as noise.
struct Course {
  double lengthMm = 0;
  double step = 0;               ///< between the entries of at and heading
  Polyline at;                   ///< the fitted line
  std::vector<double> heading;   ///< radians, positive: deeper to the right
  std::vector<CourseBend> bends; ///< left to right
  double noiseMm = 0;            ///< SD of the points around the line

  [[nodiscard]] Point point(double s) const;
  [[nodiscard]] double headingAt(double s) const;
};

/// @param line left to right, mm. A line shorter than 6 mm has no bends; fewer than two points: an empty course.
[[nodiscard]] Course fitCourse(const Polyline& line);

} // namespace hipcuff::segmentation
