#include "hipcuff/rendering/viewport.h"

#include <algorithm>
#include <cmath>

namespace hipcuff {
namespace {

constexpr double leastZoom = 1.0 / 16;
constexpr double mostZoom = 64;

/// Where the window's middle must lie, in picture pixels along one side, so that a quarter of the window's side shows
/// picture (all of the picture's side where that is less).
double keptInView(double centre, double pictureSide, double windowSide, double zoom) {
  const double seen = windowSide / zoom; // picture pixels that the window is wide
  const double least = std::min(seen / 4, pictureSide);
  // The picture's pixels reach from -0.5 to side - 0.5.
  return std::clamp(centre, -0.5 + least - seen / 2, pictureSide - 0.5 - least + seen / 2);
}

} // namespace

void Viewport::setPicture(int width, int height, double pixelAspect) {
  width = std::max(1, width);
  height = std::max(1, height);
  if (!(pixelAspect > 0) || !std::isfinite(pixelAspect))
    pixelAspect = 1;
  const bool sameSize = width == pictureWidth_ && height == pictureHeight_;
  if (sameSize && pixelAspect == aspect_)
    return;
  pictureWidth_ = width;
  pictureHeight_ = height;
  aspect_ = pixelAspect;
  if (fitted_ || !sameSize)
    fit();
  else
    keepInView();
}

void Viewport::setWindow(int width, int height) {
  windowWidth_ = std::max(1, width);
  windowHeight_ = std::max(1, height);
  if (fitted_)
    fit();
  else
    keepInView();
}

void Viewport::fit() {
  fitted_ = true;
  centre_ = {(pictureWidth_ - 1) / 2.0, (pictureHeight_ - 1) / 2.0};
  zoom_ = std::clamp(
      std::min(static_cast<double>(windowWidth_) / pictureWidth_, windowHeight_ / (pictureHeight_ * aspect_)),
      leastZoom, mostZoom);
}

void Viewport::setZoom(double windowPxPerPx) {
  if (!(windowPxPerPx > 0))
    return;
  fitted_ = false;
  zoom_ = std::clamp(windowPxPerPx, leastZoom, mostZoom);
  keepInView();
}

void Viewport::zoomAt(Point windowPx, double factor) {
  if (!(factor > 0))
    return;
  fitted_ = false;
  const Point under = toPicture(windowPx);
  zoom_ = std::clamp(zoom_ * factor, leastZoom, mostZoom);
  centre_ = centre_ + under - toPicture(windowPx);
  keepInView();
}

void Viewport::pan(Point byWindowPx) {
  fitted_ = false;
  const double side = mirrored_ ? -1 : 1;
  centre_ = centre_ - Point{side * byWindowPx.x / zoom_, byWindowPx.y / (zoom_ * aspect_)};
  keepInView();
}

void Viewport::setMirrored(bool mirrored) {
  mirrored_ = mirrored;
}

void Viewport::centreOn(Point picturePx) {
  fitted_ = false;
  centre_ = picturePx;
  keepInView();
}

Point Viewport::toWindow(Point picturePx) const noexcept {
  const Point off = picturePx - centre_;
  return {windowWidth_ / 2.0 + (mirrored_ ? -off.x : off.x) * zoom_, windowHeight_ / 2.0 + off.y * zoom_ * aspect_};
}

Point Viewport::toPicture(Point windowPx) const noexcept {
  const double x = (windowPx.x - windowWidth_ / 2.0) / zoom_;
  return {centre_.x + (mirrored_ ? -x : x), centre_.y + (windowPx.y - windowHeight_ / 2.0) / (zoom_ * aspect_)};
}

void Viewport::keepInView() noexcept {
  centre_ = {keptInView(centre_.x, pictureWidth_, windowWidth_, zoom_),
             keptInView(centre_.y, pictureHeight_, windowHeight_, zoom_ * aspect_)};
}

bool GreyCurve::identity() const noexcept {
  return *this == GreyCurve{};
}

unsigned char GreyCurve::at(unsigned char grey) const noexcept {
  // DICOM's exact linear function (PS3.3 C.11.2.1.3.2) onto 0..1, then gamma.
  const double width = std::max(window, 1e-3);
  const double t = std::clamp((grey - level) / width + 0.5, 0.0, 1.0);
  return static_cast<unsigned char>(std::lround(255 * (gamma > 0 && gamma != 1 ? std::pow(t, 1 / gamma) : t)));
}

} // namespace hipcuff
