// libjpeg-turbo's coefficient interface. C code that leaves by longjmp: nothing with a destructor lives in run().
#include "jpeg_blocks.h"

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <jerror.h>
#include <jpeglib.h>

namespace hipcuff::dicom {
namespace {

struct ErrorManager {
  jpeg_error_mgr base;
  std::jmp_buf leave;
  bool damaged;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void onError(j_common_ptr info) {
  auto& manager = *reinterpret_cast<ErrorManager*>(info->err);
  manager.base.format_message(info, manager.message);
  std::longjmp(manager.leave, 1);
}

void onMessage(j_common_ptr info, int level) {
  if (level >= 0)
    return;
  auto& manager = *reinterpret_cast<ErrorManager*>(info->err);
  const int code = manager.base.msg_code;
  if (code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC)
    manager.damaged = true;
}

void silent(j_common_ptr) {}

struct Request {
  const std::uint8_t* data;
  std::size_t size;
  JpegColours colours;
  const PixelBox* boxes;
  std::size_t count;
  PixelBox* changed; ///< as many
  unsigned char* out;
  unsigned long outSize;
};

/// The quantised DC that shows as black whatever the table: rounded away from grey, decoders clamp.
int blackDc(JpegColours colours, int component, int quantum) {
  if (colours == JpegColours::inverseGrey)
    return (1016 + quantum - 1) / quantum;
  if (colours == JpegColours::ybr && component > 0)
    return 0;
  return -((1024 + quantum - 1) / quantum);
}

void blackenComponent(jpeg_decompress_struct& in, jvirt_barray_ptr coefficients, int c, const Request& request) {
  const auto& component = in.comp_info[c];
  const auto* table = component.quant_table ? component.quant_table : in.quant_tbl_ptrs[component.quant_tbl_no];
  const int dc = blackDc(request.colours, c, std::max<int>(1, table ? table->quantval[0] : 1));
  // A block's size in pixels of the picture, as fractions of the coarsest component's.
  const int stepX = 8 * in.max_h_samp_factor, stepY = 8 * in.max_v_samp_factor;
  const int h = component.h_samp_factor, v = component.v_samp_factor;
  const bool coarse = h != in.max_h_samp_factor || v != in.max_v_samp_factor;
  const int blocksX = static_cast<int>(component.width_in_blocks);
  const int blocksY = static_cast<int>(component.height_in_blocks);
  for (std::size_t b = 0; b < request.count; ++b) {
    const auto& box = request.boxes[b];
    const int x0 = box.x0 * h / stepX, x1 = std::min(box.x1 * h / stepX, blocksX - 1);
    const int y0 = box.y0 * v / stepY, y1 = std::min(box.y1 * v / stepY, blocksY - 1);
    for (int y = y0; y <= y1; ++y) {
      auto rows = in.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&in), coefficients,
                                             static_cast<JDIMENSION>(y), 1, TRUE);
      for (int x = x0; x <= x1; ++x) {
        std::memset(rows[0][x], 0, sizeof(JBLOCK));
        rows[0][x][0] = static_cast<JCOEF>(dc);
      }
    }
    const int more = coarse ? 1 : 0; // decoders blend coarse chroma with its neighbours
    auto& changed = request.changed[b];
    changed.x0 = std::min(changed.x0, x0 * stepX / h - more);
    changed.y0 = std::min(changed.y0, y0 * stepY / v - more);
    changed.x1 = std::max(changed.x1, ((x1 + 1) * stepX + h - 1) / h - 1 + more);
    changed.y1 = std::max(changed.y1, ((y1 + 1) * stepY + v - 1) / v - 1 + more);
  }
}

bool run(Request& request, ErrorManager& manager) {
  jpeg_decompress_struct in{};
  jpeg_compress_struct out{};
  in.err = jpeg_std_error(&manager.base);
  out.err = in.err;
  manager.base.error_exit = onError;
  manager.base.emit_message = onMessage;
  manager.base.output_message = silent;
  manager.damaged = false;
  manager.message[0] = '\0';
  if (setjmp(manager.leave)) { // NOLINT: the library's way out
    jpeg_destroy_compress(&out);
    jpeg_destroy_decompress(&in);
    return false;
  }
  jpeg_create_decompress(&in);
  jpeg_create_compress(&out);
  jpeg_mem_src(&in, request.data, static_cast<unsigned long>(request.size));
  jpeg_read_header(&in, TRUE);
  auto* coefficients = jpeg_read_coefficients(&in);
  for (int c = 0; c < in.num_components; ++c)
    blackenComponent(in, coefficients[c], c, request);
  jpeg_mem_dest(&out, &request.out, &request.outSize);
  jpeg_copy_critical_parameters(&in, &out);
  out.optimize_coding = TRUE; // the old tables need not have the new symbols
  out.arith_code = in.arith_code;
  if (in.progressive_mode)
    jpeg_simple_progression(&out);
  // What says the colours stays said, and only that.
  out.write_JFIF_header = in.saw_JFIF_marker;
  out.write_Adobe_marker = FALSE;
  jpeg_write_coefficients(&out, coefficients);
  if (in.saw_Adobe_marker) {
    const JOCTET adobe[] = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, in.Adobe_transform};
    jpeg_write_marker(&out, JPEG_APP0 + 14, adobe, sizeof adobe);
  }
  jpeg_finish_compress(&out);
  jpeg_finish_decompress(&in);
  jpeg_destroy_compress(&out);
  jpeg_destroy_decompress(&in);
  if (manager.damaged)
    std::snprintf(manager.message, sizeof manager.message, "a JPEG frame is damaged");
  return !manager.damaged;
}

} // namespace

JpegBlackened blackenJpeg(std::span<const std::uint8_t> jpeg, JpegColours colours, std::span<const PixelBox> boxes) {
  JpegBlackened result;
  result.changed.assign(boxes.begin(), boxes.end());
  Request request{jpeg.data(), jpeg.size(), colours, boxes.data(), boxes.size(), result.changed.data(), nullptr, 0};
  ErrorManager manager{};
  result.done = run(request, manager);
  if (result.done)
    result.bytes.assign(request.out, request.out + request.outSize);
  else
    result.problem = manager.message;
  std::free(request.out);
  return result;
}

} // namespace hipcuff::dicom
