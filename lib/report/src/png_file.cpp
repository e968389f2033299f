#include "png_file.h"

#include "hipcuff/core/error.h"

#include <png.h>

namespace hipcuff::report {
namespace {

std::string encode(const std::uint8_t* pixels, int width, int height, png_uint_32 format) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = format;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(image), '\0'); // an upper bound, so that one pass is enough
  png_alloc_size_t size = bytes.size();
  if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels, 0, nullptr))
    throw OutputError({}, std::string("a PNG could not be made: ") + image.message, "");
  bytes.resize(size);
  bytes.shrink_to_fit();
  return bytes;
}

bool isGrey(const RgbImage& image) {
  for (std::size_t i = 0; i + 2 < image.data.size(); i += 3)
    if (image.data[i] != image.data[i + 1] || image.data[i] != image.data[i + 2])
      return false;
  return true;
}

} // namespace

std::string encodePng(const GreyImage& image) {
  return encode(image.data.data(), image.width, image.height, PNG_FORMAT_GRAY);
}

std::string encodePng(const RgbImage& image) {
  if (isGrey(image))
    return encodePng(toGrey(image));
  return encode(image.data.data(), image.width, image.height, PNG_FORMAT_RGB);
}

} // namespace hipcuff::report
