#include "hipcuff/core/image.h"

#include <algorithm>
#include <stdexcept>

namespace hipcuff {
namespace {

template <typename R>
R cropped(const R& image, const PixelBox& box) {
  if (box.empty() || box.x0 < 0 || box.y0 < 0 || box.x1 >= image.width || box.y1 >= image.height)
    throw std::out_of_range("crop: box does not lie inside the picture");
  R out(box.width(), box.height());
  for (int y = 0; y < out.height; ++y) {
    const auto* from = image.data.data() + image.index(box.x0, box.y0 + y);
    std::copy(from, from + static_cast<std::ptrdiff_t>(out.width) * R::channels, out.row(y));
  }
  return out;
}

} // namespace

GreyImage toGrey(const RgbImage& image) {
  GreyImage out(image.width, image.height);
  const std::uint8_t* in = image.data.data();
  for (std::uint8_t& value : out.data) {
    // 16-bit fixed point of 0.299, 0.587, 0.114; the weights add up to 65536, so grey stays exactly grey.
    value = static_cast<std::uint8_t>((19595u * in[0] + 38470u * in[1] + 7471u * in[2] + 32768u) >> 16);
    in += 3;
  }
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
