// The tendon laid straight: columns along the cortex, rows along its normal, a fixed step of millimetres both ways.
#pragma once

#include "hipcuff/core/anatomy.h"
#include "hipcuff/core/frame.h"

#include <vector>

namespace hipcuff {

struct BandColumn {
  double positionMm = 0;
  Point cortexMm;
  Point normal;           ///< unit, towards the skin
  double thicknessMm = 0; ///< cortex interface to superficial border
  double deepMm = 0;      ///< cortex interface to the tendon's underside
  double sdMm = 0;
  double deepAngleDeg = 0;        ///< fibres against the perpendicular to the beam, at the cortex
  double superficialAngleDeg = 0; ///< and at the superficial border
  bool angleKnown = false;
  bool inferred = false; ///< superficial border bridged here
};

/// Row r lies at height (r - rowsBelow) * stepMm above the cortex's interface; negative heights are inside the bone.
struct Band {
  double stepMm = 0.1;
  int rowsBelow = 0;
  std::vector<BandColumn> columns;
  FloatImage grey;
  Mask usable; ///< 255 where the picture shows tissue

  [[nodiscard]] bool empty() const noexcept { return columns.empty(); }
  [[nodiscard]] int width() const noexcept { return static_cast<int>(columns.size()); }
  [[nodiscard]] int height() const noexcept { return grey.height; }
  [[nodiscard]] double heightMm(int row) const noexcept { return (row - rowsBelow) * stepMm; }
  [[nodiscard]] int rowAt(double heightMm) const noexcept;
  [[nodiscard]] Point toMm(int column, double heightMm) const noexcept;
  /// |fibre angle| at a height: fibres turn from the cortex's direction to that of the superficial border.
  [[nodiscard]] double angleAt(int column, double heightMm) const noexcept;
  [[nodiscard]] const BandColumn& operator[](int column) const noexcept {
    return columns[static_cast<std::size_t>(column)];
  }
};

struct BandExtent {
  double belowMm = 2.0; ///< how far into the bone
  double aboveMm = 6.0; ///< how far beyond the thickest place of the tendon
  double stepMm = 0.1;  ///< of columns and rows
};

/// Empty where the tendon has fewer than two stations or no length. Never more than 4096 columns.
/// Fibre angles: the station's own, and across the depth the difference between the courses of both borders. Where the
/// station's angles don't follow the borders (short axis: out of the plane), they hold for the whole depth.
[[nodiscard]] Band unroll(const Frame& frame, const WorkingFrame& working, const Tendon& tendon,
                          const BandExtent& extent = {});

} // namespace hipcuff
