// libjpeg leaves by longjmp: nothing with a destructor lives in the function that sets the jump.
#include "jpeg.h"

#include "hipcuff/core/error.h"

#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include <jpeglib.h>

namespace hipcuff::report {
namespace {

struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf leave;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void onError(j_common_ptr info) {
  auto& manager = *reinterpret_cast<ErrorManager*>(info->err);
  manager.base.format_message(info, manager.message);
  std::longjmp(manager.leave, 1);
}
void onMessage(j_common_ptr, int) {}
void silent(j_common_ptr) {}

/// What libjpeg has allocated with malloc, also after an error.
struct Bytes {
  unsigned char* data;
  unsigned long size;
};

/// @return false with manager.message set
bool run(const std::uint8_t* pixels, int width, int height, int quality, Bytes& out, ErrorManager& manager) {
  jpeg_compress_struct info{};
  info.err = jpeg_std_error(&manager.base);
  manager.base.error_exit = onError;
  manager.base.emit_message = onMessage;
  manager.base.output_message = silent;
  if (setjmp(manager.leave)) { // NOLINT: the library's way out
    jpeg_destroy_compress(&info);
    return false;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, &out.data, &out.size);
  info.image_width = static_cast<JDIMENSION>(width);
  info.image_height = static_cast<JDIMENSION>(height);
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  info.dct_method = JDCT_ISLOW; // the same bytes with and without vector instructions
  info.optimize_coding = TRUE;
  for (int c = 0; c < info.num_components; ++c)
    info.comp_info[c].h_samp_factor = info.comp_info[c].v_samp_factor = 1;
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    // The library reads the row only; its interface is older than const.
    auto* row = const_cast<JSAMPLE*>(pixels + static_cast<std::size_t>(info.next_scanline) * 3 * info.image_width);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  return true;
}

} // namespace

std::string encodeJpeg(const RgbImage& image, int quality) {
  Bytes bytes{nullptr, 0};
  ErrorManager manager{};
  const bool good = run(image.data.data(), image.width, image.height, quality, bytes, manager);
  const std::unique_ptr<unsigned char, void (*)(void*)> owner(bytes.data, std::free);
  if (!good)
    throw OutputError({}, std::string("a JPEG could not be made: ") + manager.message, "report this as a bug");
  return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

} // namespace hipcuff::report
