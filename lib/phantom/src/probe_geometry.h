// How the probe stands on the tissue, which way its beams run, and where its picture ends.
//
// Picture mm: x across from the region's left edge, y down from its upper edge, not mirrored by the screen. For every
// shape the picture is symmetric about x = apertureMm / 2. Linear and trapezoid: the face lies at y = 0. Curved: the
// face is an arc whose ends lie at y = 0 and whose middle lies faceDropMm() lower.
#pragma once

#include "hipcuff/phantom/phantom.h"

namespace hipcuff::phantom {

/// How the probe stands in one frame of a cine.
struct Pose {
  double rockDeg = 0;      ///< in the picture's plane, positive lowers the right side
  double tiltDeg = 0;      ///< out of it
  double elevation = 0;    ///< drift across the picture's plane, in beam widths
  double slideMm = 0;      ///< tissue's shift across the picture, positive to the right
  double pivotX = 20;      ///< on the skin
  double stiffFromMm = 12; ///< from here down tissue turns as one; above it the fat shears
  double faceRadiusMm = 0; ///< a curved face dents the skin; 0: flat
  double faceDropMm = 0;   ///< curved: the middle of the face below the picture's upper edge
  double dentMm = 0;       ///< tissue depth from which on that dent is levelled out

  /// Scene mm -> picture mm (not flipped) and back.
  [[nodiscard]] Point toPicture(Point scene) const;
  [[nodiscard]] Point toScene(Point picture) const;
  /// Nothing moves: scene and picture are the same.
  [[nodiscard]] bool straight() const noexcept { return rockDeg == 0 && slideMm == 0 && faceRadiusMm == 0; }
};

[[nodiscard]] Pose poseOf(const HipRecipe& recipe, int frame);

/// Unit vector along the beam (away from the probe) at a place of the picture; (0, 1) everywhere for a linear probe.
[[nodiscard]] Point beamDirection(const Probe& probe, Point pictureMm) noexcept;
/// The same as an angle: degrees from straight down, positive to the right.
[[nodiscard]] double beamAngleDeg(const Probe& probe, Point pictureMm) noexcept;
/// Number of the beam through a place: grows from left to right, -1 and 1 at the picture's edges.
[[nodiscard]] double beamCoordinate(const Probe& probe, Point pictureMm) noexcept;
/// Inside the picture's sector (always true for a linear probe between its edges).
[[nodiscard]] bool inField(const Probe& probe, Point pictureMm) noexcept;

/// Width of the face along which beams start: linear the whole picture, trapezoid its upper edge, curved the arc.
[[nodiscard]] double faceMm(const Probe& probe) noexcept;
/// Trapezoid and curved: where all beams would meet, above the picture's upper edge (0 for a linear probe). A curved
/// face has its centre there.
[[nodiscard]] double apexAboveMm(const Probe& probe) noexcept;
/// Curved: the middle of the face below the picture's upper edge; 0 for other shapes.
[[nodiscard]] double faceDropMm(const Probe& probe) noexcept;
/// Height of the picture, from its upper edge to the deepest place that a beam reaches.
[[nodiscard]] double pictureHeightMm(const Probe& probe) noexcept;
/// Distance from the face along the beam through a place of the picture.
[[nodiscard]] double rangeMm(const Probe& probe, Point pictureMm) noexcept;

/// Angle of tendon fibres against the perpendicular to the beam, degrees, for fibres that lie at `headingDeg` in the
/// scene at a place of the picture.
[[nodiscard]] double fibreAngle(const HipRecipe& recipe, const Pose& pose, double headingDeg, Point pictureMm);
/// Angle between the beam and the normal of a surface with that heading, degrees.
[[nodiscard]] double incidenceDeg(const HipRecipe& recipe, const Pose& pose, double headingDeg, Point pictureMm);

} // namespace hipcuff::phantom
