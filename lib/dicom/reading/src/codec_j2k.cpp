#include "codecs.h"

#include <algorithm>
#include <cstring>
#include <openjpeg.h>

namespace hipcuff::dicom {
namespace {

struct Memory {
  CompressedFrame bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T readMemory(void* into, OPJ_SIZE_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  const auto left = memory.bytes.size() - memory.at;
  if (left == 0)
    return static_cast<OPJ_SIZE_T>(-1);
  const auto n = std::min<std::size_t>(count, left);
  std::memcpy(into, memory.bytes.data() + memory.at, n);
  memory.at += n;
  return n;
}

OPJ_OFF_T skipMemory(OPJ_OFF_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  const auto left = static_cast<OPJ_OFF_T>(memory.bytes.size() - memory.at);
  if (count < 0 || count > left)
    return -1;
  memory.at += static_cast<std::size_t>(count);
  return count;
}

OPJ_BOOL seekMemory(OPJ_OFF_T to, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (to < 0 || static_cast<std::size_t>(to) > memory.bytes.size())
    return OPJ_FALSE;
  memory.at = static_cast<std::size_t>(to);
  return OPJ_TRUE;
}

// Stream and codec are the same type to the compiler (void*).
struct StreamClosed {
  void operator()(opj_stream_t* p) const { opj_stream_destroy(p); }
};
struct CodecClosed {
  void operator()(opj_codec_t* p) const { opj_destroy_codec(p); }
};
struct ImageFreed {
  void operator()(opj_image_t* p) const { opj_image_destroy(p); }
};

void ignore(const char*, void*) {}
void remember(const char* message, void* user) {
  auto& text = *static_cast<std::string*>(user);
  if (text.empty())
    text = message;
  while (!text.empty() && text.back() == '\n')
    text.pop_back();
}

} // namespace

Samples decodeJpeg2000(CompressedFrame frame, const Codestream& stream) {
  const auto failed = [](const std::string& why) {
    return DecodeFailure{"the JPEG 2000 codestream can't be decoded" + (why.empty() ? "" : ": " + why)};
  };
  Memory memory{frame.subspan(static_cast<std::size_t>(stream.startsAt))};
  std::string error;
  const std::unique_ptr<opj_stream_t, StreamClosed> input(opj_stream_default_create(OPJ_TRUE));
  const std::unique_ptr<opj_codec_t, CodecClosed> codec(opj_create_decompress(OPJ_CODEC_J2K));
  if (!input || !codec)
    throw failed("out of memory");
  opj_stream_set_user_data(input.get(), &memory, nullptr);
  opj_stream_set_user_data_length(input.get(), memory.bytes.size());
  opj_stream_set_read_function(input.get(), readMemory);
  opj_stream_set_skip_function(input.get(), skipMemory);
  opj_stream_set_seek_function(input.get(), seekMemory);
  opj_set_info_handler(codec.get(), ignore, nullptr);
  opj_set_warning_handler(codec.get(), ignore, nullptr);
  opj_set_error_handler(codec.get(), remember, &error);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (!opj_setup_decoder(codec.get(), &parameters))
    throw failed(error);
  // A codestream cut short must fail, not fill up with grey.
  opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE);
  opj_image_t* raw = nullptr;
  const bool headerRead = opj_read_header(input.get(), codec.get(), &raw);
  const std::unique_ptr<opj_image_t, ImageFreed> image(raw);
  if (!headerRead || !image)
    throw failed(error);
  if (!opj_decode(codec.get(), input.get(), image.get()))
    throw failed(error);
  opj_end_decompress(codec.get(), input.get()); // a missing end marker alone is no loss

  if (image->numcomps != 1 && image->numcomps != 3)
    throw failed("it has " + std::to_string(image->numcomps) + " components");
  Samples out;
  out.columns = static_cast<int>(stream.columns);
  out.rows = static_cast<int>(stream.rows);
  out.components = static_cast<int>(image->numcomps);
  out.precision = static_cast<int>(image->comps[0].prec);
  out.isSigned = image->comps[0].sgnd != 0;
  out.bytesPerSample = out.precision > 8 ? 2 : 1;
  if (out.precision > 16)
    throw failed("it has more than 16 bits");
  const auto pixels = static_cast<std::size_t>(out.columns) * static_cast<std::size_t>(out.rows);
  out.bytes.resize(pixels * image->numcomps * static_cast<std::size_t>(out.bytesPerSample));
  for (OPJ_UINT32 c = 0; c < image->numcomps; ++c) {
    const auto& comp = image->comps[c];
    if (!comp.data || comp.prec != image->comps[0].prec || comp.sgnd != image->comps[0].sgnd || comp.dx == 0 ||
        comp.dy == 0)
      throw failed("its components differ");
    // Chroma may be stored coarser; each sample then stands for dx * dy pixels.
    if ((static_cast<std::uint64_t>(comp.w) * comp.dx < static_cast<std::uint64_t>(out.columns)) ||
        (static_cast<std::uint64_t>(comp.h) * comp.dy < static_cast<std::uint64_t>(out.rows)))
      throw failed("its size changes inside the codestream");
    for (int y = 0; y < out.rows; ++y) {
      const auto* line = comp.data + static_cast<std::size_t>(y) / comp.dy * comp.w;
      auto* to = out.bytes.data() +
                 (static_cast<std::size_t>(y) * static_cast<std::size_t>(out.columns) * image->numcomps + c) *
                     static_cast<std::size_t>(out.bytesPerSample);
      const auto step = image->numcomps * static_cast<std::size_t>(out.bytesPerSample);
      for (int x = 0; x < out.columns; ++x, to += step) {
        const auto value = static_cast<std::uint32_t>(line[static_cast<std::size_t>(x) / comp.dx]);
        to[0] = static_cast<std::uint8_t>(value);
        if (out.bytesPerSample == 2)
          to[1] = static_cast<std::uint8_t>(value >> 8);
      }
    }
  }
  return out;
}

} // namespace hipcuff::dicom
