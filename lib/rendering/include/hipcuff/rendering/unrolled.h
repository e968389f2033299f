// The tendon laid out flat: along the cortex to the right, away from the bone upwards.
#pragma once

#include "hipcuff/core/result.h"
#include "hipcuff/rendering/overlay_scene.h"

#include <optional>

namespace hipcuff {

struct UnrolledTendon {
  OverlayScene scene;         ///< with its picture; mmPerPx equal in both directions, 0.05 mm a pixel
  double firstPositionMm = 0; ///< TendonStation::positionMm of column 0
  double topHeightMm = 0;     ///< over the cortex's interface, of row 0
  static constexpr double mmPerPx = 0.05;

  [[nodiscard]] Point toUnrolled(double positionMm, double heightMm) const noexcept;
  [[nodiscard]] double positionMm(double column) const noexcept;
  [[nodiscard]] double heightMm(double row) const noexcept;
};

/// None without a tendon or without a picture. Where the picture has no millimetres its nominal ones shape it, and the
/// scene has no scale.
/// @param picture the pane's raw pixels (ImageResult::picture, or the same crop of another frame)
[[nodiscard]] std::optional<UnrolledTendon> unrolled(const ImageResult& image, const RgbImage& picture,
                                                     double angleMaxDeg);

} // namespace hipcuff
