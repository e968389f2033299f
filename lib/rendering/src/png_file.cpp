#include "hipcuff/rendering/png_file.h"

#include "hipcuff/core/error.h"

#include <png.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

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

std::string encodePng(const RgbImage& image) {
  PngImage png;
  png.header.width = static_cast<png_uint_32>(image.width);
  png.header.height = static_cast<png_uint_32>(image.height);
  png.header.format = PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png.header);
  std::string bytes(size, '\0');
  if (!png_image_write_to_memory(&png.header, bytes.data(), &size, 0, image.data.data(), 0, nullptr))
    throw std::runtime_error(std::string("PNG could not be written: ") + png.header.message);
  bytes.resize(size);
  return bytes;
}

} // namespace hipcuff
