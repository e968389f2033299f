// The picture that analysis sees: one pane, one frame, and the working grid it is brought to.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"
#include "hipcuff/core/screen.h"

#include <optional>

namespace hipcuff {

/// One grey image cropped to one pane's B-mode area.
///
/// Frame coordinates ("frame mm"): x right, y down, origin at the centre of the pane's upper left pixel. All geometry
/// from segmentation on is in frame mm. Where the file has no scale, `scale` is a nominal one (nominal == true):
/// good for the size of a filter, never for a reported millimetre.
struct Frame {
  GreyImage pixels;    ///< raw grey values, box-sized
  Mask usable;         ///< box-sized, 255 = tissue
  PixelBox box;        ///< place in the full image
  Spacing scale{1, 1}; ///< mm per px, real or nominal
  bool nominal = true; ///< scale is an assumption, not a calibration
  ProbeGeometry probe;
  int index = 0; ///< frame number, from 0

  [[nodiscard]] Point toFullPixels(Point mm) const noexcept {
    return {box.x0 + mm.x / scale.x, box.y0 + mm.y / scale.y};
  }
  [[nodiscard]] Point toMm(Point fullPx) const noexcept {
    return {(fullPx.x - box.x0) * scale.x, (fullPx.y - box.y0) * scale.y};
  }
  [[nodiscard]] double widthMm() const noexcept { return (pixels.width - 1) * scale.x; }
  [[nodiscard]] double heightMm() const noexcept { return (pixels.height - 1) * scale.y; }
  /// Unit vector, in frame mm, of the beam through a point given in frame mm.
  [[nodiscard]] Point beamAt(Point mm) const noexcept;
};

/// Depth (mm) that a picture without calibration is taken to show, to give filters a size. Lateral hip pictures show
/// 30 to 60 mm (shared clinical range, general knowledge); 40 keeps either end within a factor of 1.5.
inline constexpr double nominalDepthMm = 40.0;

/// The pane's mm per px, or the nominal one where it has none.
[[nodiscard]] Spacing scaleOf(const Pane& pane) noexcept;

/// Cuts one pane out of a full picture. The pane's box must lie inside the picture.
[[nodiscard]] Frame makeFrame(const RgbImage& picture, const Pane& pane, int index);

/// The frame on an isotropic grid. Grid point (i, j) lies at frame mm (i * gridMm, j * gridMm).
struct WorkingFrame {
  FloatImage grey;     ///< 0..255
  Mask usable;         ///< 255 where the grid point is tissue
  double gridMm = 0.1; ///< same in x and y
  [[nodiscard]] Point toGrid(Point mm) const noexcept { return {mm.x / gridMm, mm.y / gridMm}; }
  [[nodiscard]] Point toMm(Point grid) const noexcept { return {grid.x * gridMm, grid.y * gridMm}; }
};

} // namespace hipcuff
