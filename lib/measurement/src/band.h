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
  double angleDeg = 0; ///< fibres against the perpendicular to the beam, signed as in the station
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
  [[nodiscard]] const BandColumn& operator[](int column) const noexcept {
    return columns[static_cast<std::size_t>(column)];
  }
};

struct BandExtent {
  double belowMm = 2.0; ///< how far into the bone
  double aboveMm = 6.0; ///< how far beyond the thickest place of the tendon
};

/// Empty where the tendon has fewer than two stations or no length. Never more than 4096 columns.
[[nodiscard]] Band unroll(const WorkingFrame& working, const Tendon& tendon, const BandExtent& extent);

} // namespace hipcuff
