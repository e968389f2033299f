// libjpeg-turbo. C code that leaves by longjmp: nothing with a destructor lives in the functions that set the jump.
#include "codecs.h"

#include <csetjmp>
#include <cstdio>
#include <jerror.h>
#include <jpeglib.h>

namespace hipcuff::dicom {
namespace {

struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf leave;
  bool dataMissing;
  char message[JMSG_LENGTH_MAX];
};

ErrorManager& managerOf(j_common_ptr info) {
  return *reinterpret_cast<ErrorManager*>(info->err);
}

[[noreturn]] void onError(j_common_ptr info) {
  auto& manager = managerOf(info);
  manager.base.format_message(info, manager.message);
  std::longjmp(manager.leave, 1);
}

void onMessage(j_common_ptr info, int level) {
  if (level >= 0)
    return;
  auto& manager = managerOf(info);
  ++manager.base.num_warnings;
  // The decoder would go on with grey blocks; a picture that is partly made up is no picture to measure on.
  const int code = manager.base.msg_code;
  if (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC)
    manager.dataMissing = true;
}

void silent(j_common_ptr) {}

struct Request {
  const std::uint8_t* data;
  std::size_t size;
  J_COLOR_SPACE stored; ///< what the components are
  J_COLOR_SPACE wanted;
  int columns, rows, components;
  std::uint8_t* out;
};

/// @return false with manager.message set
bool run(const Request& request, ErrorManager& manager) {
  jpeg_decompress_struct info{};
  info.err = jpeg_std_error(&manager.base);
  manager.base.error_exit = onError;
  manager.base.emit_message = onMessage;
  manager.base.output_message = silent;
  manager.dataMissing = false;
  manager.message[0] = '\0';
  if (setjmp(manager.leave)) { // NOLINT: the library's way out
    jpeg_destroy_decompress(&info);
    return false;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, request.data, static_cast<unsigned long>(request.size));
  jpeg_read_header(&info, TRUE);
  info.jpeg_color_space = request.stored;
  info.out_color_space = request.wanted;
  info.dct_method = JDCT_ISLOW;
  info.do_fancy_upsampling = TRUE;
  jpeg_start_decompress(&info);
  if (static_cast<int>(info.output_width) != request.columns || static_cast<int>(info.output_height) != request.rows ||
      info.output_components != request.components) {
    std::snprintf(manager.message, sizeof manager.message, "its size changes inside the codestream");
    jpeg_destroy_decompress(&info);
    return false;
  }
  const std::size_t stride = static_cast<std::size_t>(request.columns) * static_cast<std::size_t>(request.components);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = request.out + stride * info.output_scanline;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_abort_decompress(&info); // what follows the last line matters to nobody
  jpeg_destroy_decompress(&info);
  return true;
}

void decode(CompressedFrame frame, const Codestream& stream, J_COLOR_SPACE stored, J_COLOR_SPACE wanted, int components,
            std::uint8_t* out) {
  ErrorManager manager{};
  const Request request{
      frame.data(), frame.size(), stored, wanted, static_cast<int>(stream.columns), static_cast<int>(stream.rows),
      components,   out};
  if (!run(request, manager))
    throw DecodeFailure{std::string("the JPEG can't be decoded: ") + manager.message};
  if (manager.dataMissing)
    throw DecodeFailure{"the JPEG is damaged or cut short"};
}

} // namespace

Samples decodeJpegStored(CompressedFrame frame, const Codestream& stream) {
  if (stream.components != 1 && stream.components != 3)
    throw DecodeFailure{"the JPEG has " + std::to_string(stream.components) + " components"};
  Samples out;
  out.columns = static_cast<int>(stream.columns);
  out.rows = static_cast<int>(stream.rows);
  out.components = stream.components;
  out.bytes.resize(static_cast<std::size_t>(out.columns) * static_cast<std::size_t>(out.rows) *
                   static_cast<std::size_t>(out.components));
  // Told that input and output are the same, libjpeg converts nothing.
  const auto space = stream.components == 1 ? JCS_GRAYSCALE : JCS_YCbCr;
  decode(frame, stream, space, space, stream.components, out.bytes.data());
  return out;
}

RgbImage decodeJpegRgb(CompressedFrame frame, const Codestream& stream, bool ybr) {
  RgbImage out(static_cast<int>(stream.columns), static_cast<int>(stream.rows));
  decode(frame, stream, ybr ? JCS_YCbCr : JCS_RGB, JCS_RGB, 3, out.data.data());
  return out;
}

} // namespace hipcuff::dicom
