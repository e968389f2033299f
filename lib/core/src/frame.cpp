#include "hipcuff/core/frame.h"

namespace hipcuff {

Point ProbeGeometry::beamAt(Point px) const noexcept {
  if (kind == Kind::sector)
    return normalized(px - apexPx);
  return linearDirection;
}

Point Frame::beamAt(Point mm) const noexcept {
  const Point px = toFullPixels(mm);
  const Point ahead = px + probe.beamAt(px); // one pixel further along the beam
  return normalized(toMm(ahead) - mm);
}

Spacing scaleOf(const Pane& pane) noexcept {
  const double nominal = nominalDepthMm / pane.box.height();
  return pane.mmPerPx.value_or(Spacing{nominal, nominal});
}

Frame makeFrame(const RgbImage& picture, const Pane& pane, int index) {
  Frame frame;
  frame.pixels = toGrey(picture, pane.box);
  frame.usable = pane.usable;
  frame.box = pane.box;
  frame.probe = pane.probe;
  frame.index = index;
  frame.scale = scaleOf(pane);
  frame.nominal = !pane.mmPerPx;
  return frame;
}

} // namespace hipcuff
