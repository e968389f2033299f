// How a picture lies in a window: zoom, place, mirror. Plain geometry, no VTK.
#pragma once

#include "hipcuff/core/geometry.h"

namespace hipcuff {

/// Window pixels: x right, y down, origin at the window's upper left corner (corner, not centre: window coordinates are
/// continuous). Picture pixels: centres at whole numbers.
class Viewport {
public:
  /// @param pixelAspect height of a picture pixel over its width (mmPerPx.y / mmPerPx.x; 1 where unknown): tissue is
  ///        shown in its true proportions
  void setPicture(int width, int height, double pixelAspect = 1);
  void setWindow(int width, int height);

  void fit();                                 ///< whole picture, as large as the window allows, centred
  void setZoom(double windowPxPerPx);         ///< around the window's middle; clamped to 1/16 .. 64
  void zoomAt(Point windowPx, double factor); ///< what lies under the pointer stays there
  void pan(Point byWindowPx);                 ///< at least a quarter of the window keeps showing picture
  void setMirrored(bool mirrored);            ///< left and right exchanged on the screen
  void centreOn(Point picturePx);
  [[nodiscard]] double zoom() const noexcept { return zoom_; } ///< window px per picture px, horizontally
  [[nodiscard]] bool mirrored() const noexcept { return mirrored_; }
  [[nodiscard]] bool fitted() const noexcept { return fitted_; } ///< stays fitted when the window is resized
  [[nodiscard]] double pixelAspect() const noexcept { return aspect_; }
  [[nodiscard]] Point centre() const noexcept { return centre_; } ///< picture px in the window's middle
  [[nodiscard]] int windowWidth() const noexcept { return windowWidth_; }
  [[nodiscard]] int windowHeight() const noexcept { return windowHeight_; }

  [[nodiscard]] Point toWindow(Point picturePx) const noexcept;
  [[nodiscard]] Point toPicture(Point windowPx) const noexcept;

private:
  void keepInView() noexcept;
  int pictureWidth_ = 1;
  int pictureHeight_ = 1;
  double aspect_ = 1;
  int windowWidth_ = 1;
  int windowHeight_ = 1;
  double zoom_ = 1;
  Point centre_;
  bool mirrored_ = false;
  bool fitted_ = true;
};

/// Grey levels to grey levels for display: window and level as in DICOM (centre and width in grey levels), then gamma.
struct GreyCurve {
  double level = 127.5;
  double window = 255;
  double gamma = 1; ///< > 1 brightens the dark parts
  [[nodiscard]] bool identity() const noexcept;
  /// The curve's value for a grey level 0..255, rounded.
  [[nodiscard]] unsigned char at(unsigned char grey) const noexcept;
  friend bool operator==(const GreyCurve&, const GreyCurve&) = default;
};

} // namespace hipcuff
