#include "label_mask.h"

#include "hipcuff/core/outlines.h"

namespace hipcuff::report {

void fillPolygon(GreyImage& image, const Polyline& outline, Label label) {
  hipcuff::fillPolygon(image, outline, static_cast<std::uint8_t>(label));
}

GreyImage labelMask(const ImageResult& image) {
  GreyImage mask(image.columns, image.rows);
  fillPolygon(mask, tendonOutlinePx(image), Label::tendon);
  for (const Discontinuity& d : image.measurements.discontinuities)
    fillPolygon(mask, outlinePx(image, d), Label::discontinuity);
  return mask;
}

} // namespace hipcuff::report
