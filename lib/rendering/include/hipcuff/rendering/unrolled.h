// The tendon laid out flat: along the cortex to the right, away from the bone upwards.
#pragma once

#include "hipcuff/core/result.h"
#include "hipcuff/rendering/overlay_scene.h"

#include <optional>

namespace hipcuff {

/// A place told by the tendon: along the cortex and away from it.
struct TendonPlace {
  double positionMm = 0; ///< as TendonStation::positionMm; beyond the first and the last station carried on straight
  double heightMm = 0;   ///< over the cortex's interface, along its normal
};

/// Where a point given in frame mm lies; none without two stations, or where no station's normal comes near.
[[nodiscard]] std::optional<TendonPlace> placeOn(const Tendon& tendon, Point mm);
/// The point of a place, frame mm. None without two stations.
[[nodiscard]] std::optional<Point> pointAt(const Tendon& tendon, const TendonPlace& place);

struct UnrolledTendon {
  OverlayScene scene;         ///< with its picture; mmPerPx equal in both directions, 0.05 mm a pixel
  double firstPositionMm = 0; ///< TendonStation::positionMm of column 0
  double topHeightMm = 0;     ///< over the cortex's interface, of row 0
  static constexpr double mmPerPx = 0.05;

  [[nodiscard]] Point toUnrolled(double positionMm, double heightMm) const noexcept;
  [[nodiscard]] double positionMm(double column) const noexcept;
  [[nodiscard]] double heightMm(double row) const noexcept;
};

/// Where the tendon arrives lies on the left, whichever way it came on the screen: a left and a right hip can be held
/// against each other. Rows run from 4 mm over the thickest place down to 2 mm under the cortex's interface; outside of
/// the picture all is black.
///
/// None without a tendon or without a picture. Where the picture has no millimetres its nominal ones shape it, and the
/// scene has no scale.
/// @param picture the pane's raw pixels (ImageResult::picture, or the same crop of another frame)
/// @param angleMaxDeg beyond it darkness can't be read (criterion fibre_angle_max)
[[nodiscard]] std::optional<UnrolledTendon> unrolled(const ImageResult& image, const RgbImage& picture,
                                                     double angleMaxDeg);

} // namespace hipcuff
