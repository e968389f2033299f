#include "hipcuff/core/image.h"

#include "hipcuff/core/vectorised.h"

#include <algorithm>
#include <stdexcept>

namespace hipcuff {
namespace {

template <typename R>
void requireInside(const R& image, const PixelBox& box) {
  if (box.empty() || box.x0 < 0 || box.y0 < 0 || box.x1 >= image.width || box.y1 >= image.height)
    throw std::out_of_range("crop: box does not lie inside the picture");
}

template <typename R>
R cropped(const R& image, const PixelBox& box) {
  requireInside(image, box);
  R out(box.width(), box.height());
  for (int y = 0; y < out.height; ++y) {
    const auto* from = image.data.data() + image.index(box.x0, box.y0 + y);
    std::copy(from, from + static_cast<std::ptrdiff_t>(out.width) * R::channels, out.row(y));
  }
  return out;
}

HIPCUFF_VECTORISED void greyOf(const std::uint8_t* in, std::ptrdiff_t n, std::uint8_t* out) {
  for (std::ptrdiff_t i = 0; i < n; ++i) {
    // 16-bit fixed point of 0.299, 0.587, 0.114; the weights add up to 65536, so grey stays exactly grey.
    const std::uint32_t sum = 19595u * in[3 * i] + 38470u * in[3 * i + 1] + 7471u * in[3 * i + 2] + 32768u;
    out[i] = static_cast<std::uint8_t>(sum >> 16);
  }
}

} // namespace

GreyImage toGrey(const RgbImage& image) {
  GreyImage out(image.width, image.height);
  greyOf(image.data.data(), static_cast<std::ptrdiff_t>(out.data.size()), out.data.data());
  return out;
}

GreyImage toGrey(const RgbImage& image, const PixelBox& box) {
  requireInside(image, box);
  GreyImage out(box.width(), box.height());
  for (int y = 0; y < out.height; ++y)
    greyOf(image.data.data() + image.index(box.x0, box.y0 + y), out.width, out.row(y));
  return out;
}

RgbImage toRgb(const GreyImage& image) {
  RgbImage out(image.width, image.height);
  std::uint8_t* to = out.data.data();
  for (const std::uint8_t value : image.data) {
    to[0] = to[1] = to[2] = value;
    to += 3;
  }
  return out;
}

GreyImage crop(const GreyImage& image, const PixelBox& box) {
  return cropped(image, box);
}
RgbImage crop(const RgbImage& image, const PixelBox& box) {
  return cropped(image, box);
}

} // namespace hipcuff
