#include "hipcuff/core/png.h"

#include "hipcuff/core/error.h"

#include <png.h>

#include <algorithm>

namespace hipcuff {
namespace {

/// libpng's simplified interface frees what it holds only when told to.
struct PngImage {
  png_image header{};
  PngImage() { header.version = PNG_IMAGE_VERSION; }
  ~PngImage() { png_image_free(&header); }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
};

std::string encode(const std::uint8_t* pixels, int width, int height, png_uint_32 format) {
  PngImage png;
  png.header.width = static_cast<png_uint_32>(width);
  png.header.height = static_cast<png_uint_32>(height);
  png.header.format = format;
  std::string bytes(PNG_IMAGE_PNG_SIZE_MAX(png.header), '\0'); // an upper bound, so that one pass is enough
  png_alloc_size_t size = bytes.size();
  if (!png_image_write_to_memory(&png.header, bytes.data(), &size, 0, pixels, 0, nullptr))
    throw OutputError({}, std::string("a PNG could not be made: ") + png.header.message, "");
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

RgbImage readPng(const std::filesystem::path& file, int maxSide) {
  PngImage png;
  if (!png_image_begin_read_from_file(&png.header, file.c_str()))
    throw InputError(file, std::string("is not a readable PNG: ") + png.header.message, "run hipcuff analyze again");
  // Sizes are checked before memory is taken.
  if (std::max(png.header.width, png.header.height) > static_cast<png_uint_32>(maxSide))
    throw InputError(file,
                     "is " + std::to_string(png.header.width) + " x " + std::to_string(png.header.height) +
                         " pixels, more than " + std::to_string(maxSide) + " a side",
                     "");
  png.header.format = PNG_FORMAT_RGB;
  RgbImage image(static_cast<int>(png.header.width), static_cast<int>(png.header.height));
  const png_color black{0, 0, 0};
  if (!png_image_finish_read(&png.header, &black, image.data.data(), 0, nullptr))
    throw InputError(file, std::string("is a broken PNG: ") + png.header.message, "run hipcuff analyze again");
  return image;
}

std::string encodePng(const GreyImage& image) {
  return encode(image.data.data(), image.width, image.height, PNG_FORMAT_GRAY);
}

std::string encodePng(const RgbImage& image) {
  if (isGrey(image))
    return encodePng(toGrey(image));
  return encode(image.data.data(), image.width, image.height, PNG_FORMAT_RGB);
}

} // namespace hipcuff
