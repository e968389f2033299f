// JPEGs with exactly the markers that a test wants.
#pragma once

#include "dicom_builder.h"

#include <cstdio>
#include <cstdlib>
#include <jpeglib.h>

namespace testdicom {

struct JpegWish {
  int columns = 16, rows = 16;
  bool storeYbr = true;    ///< convert to YCbCr; otherwise components are stored as RGB
  bool jfif = false;       ///< APP0
  int adobe = -1;          ///< APP14 with this transform; -1: none
  bool namesRgb = false;   ///< component ids 'R', 'G', 'B' instead of 1, 2, 3
  bool subsampled = false; ///< 4:2:2
};

/// @param rgb rows * columns * 3
inline Bytes makeJpeg(const JpegWish& wish, const Bytes& rgb) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* out = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &out, &size);
  info.image_width = static_cast<JDIMENSION>(wish.columns);
  info.image_height = static_cast<JDIMENSION>(wish.rows);
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_colorspace(&info, wish.storeYbr ? JCS_YCbCr : JCS_RGB);
  for (int c = 0; c < 3; ++c) {
    info.comp_info[c].component_id = wish.namesRgb ? "RGB"[c] : c + 1;
    info.comp_info[c].h_samp_factor = c == 0 && wish.subsampled ? 2 : 1;
    info.comp_info[c].v_samp_factor = 1;
  }
  info.write_JFIF_header = FALSE;
  info.write_Adobe_marker = FALSE;
  jpeg_set_quality(&info, 98, TRUE);
  jpeg_start_compress(&info, TRUE);
  if (wish.jfif) {
    const JOCTET app0[] = {'J', 'F', 'I', 'F', 0, 1, 2, 0, 0, 1, 0, 1, 0, 0};
    jpeg_write_marker(&info, JPEG_APP0, app0, sizeof app0);
  }
  if (wish.adobe >= 0) {
    const JOCTET app14[] = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, static_cast<JOCTET>(wish.adobe)};
    jpeg_write_marker(&info, JPEG_APP0 + 14, app14, sizeof app14);
  }
  while (info.next_scanline < info.image_height) {
    auto* row = const_cast<JSAMPROW>(rgb.data() + static_cast<std::size_t>(info.next_scanline) * info.image_width * 3);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  Bytes result(out, out + size);
  jpeg_destroy_compress(&info);
  std::free(out);
  return result;
}

} // namespace testdicom
