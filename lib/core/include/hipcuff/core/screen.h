// What of the picture is B-mode tissue and what is text, ruler, colour box or marker.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <optional>
#include <string>
#include <vector>

namespace hipcuff {

/// How the beams run, in full-image pixels. Linear: all parallel. Sector: all through `apexPx`.
struct ProbeGeometry {
  enum class Kind { linear, sector, unknown };
  Kind kind = Kind::unknown;
  Point apexPx;                    ///< sector only
  Point linearDirection{0.0, 1.0}; ///< linear or unknown: unit vector into the body
  /// Unit vector into the body of the beam through a pixel (assumes square pixels).
  [[nodiscard]] Point beamAt(Point px) const noexcept;
};

/// One B-mode picture on the screen (a screen may hold two side by side).
struct Pane {
  PixelBox box;                      ///< B-mode area, full-image pixels
  Mask usable;                       ///< box-sized: 255 tissue, 0 outside the sector, text, ruler, marker, colour box
  std::optional<PixelBox> colourBox; ///< a coloured Doppler box inside the pane, full-image pixels
  std::optional<Spacing> mmPerPx;
  std::optional<CalibrationOrigin> calibrationOrigin;
  std::string calibrationProblem; ///< why there are no mm
  ProbeGeometry probe;
  bool fromRegion = false; ///< box came from the file, not found in the picture
};

struct Screen {
  std::vector<Pane> panes;    ///< left to right, top to bottom; empty: no B-mode area was found
  std::vector<PixelBox> text; ///< burned-in text and rulers outside or inside panes, full-image pixels
};

} // namespace hipcuff
