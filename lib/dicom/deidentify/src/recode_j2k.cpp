#include "recode.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <openjpeg.h>

namespace hipcuff::dicom {
namespace {

struct Memory {
  std::vector<std::uint8_t> bytes;
  std::size_t at = 0;
};

OPJ_SIZE_T writeMemory(void* from, OPJ_SIZE_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  memory.bytes.resize(std::max(memory.bytes.size(), memory.at + count));
  std::memcpy(memory.bytes.data() + memory.at, from, count);
  memory.at += count;
  return count;
}

OPJ_OFF_T skipMemory(OPJ_OFF_T count, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (count < 0)
    return -1;
  memory.at += static_cast<std::size_t>(count);
  memory.bytes.resize(std::max(memory.bytes.size(), memory.at));
  return count;
}

OPJ_BOOL seekMemory(OPJ_OFF_T to, void* user) {
  auto& memory = *static_cast<Memory*>(user);
  if (to < 0)
    return OPJ_FALSE;
  memory.at = static_cast<std::size_t>(to);
  memory.bytes.resize(std::max(memory.bytes.size(), memory.at));
  return OPJ_TRUE;
}

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
  *static_cast<std::string*>(user) = message;
}

std::int32_t sampleAt(const StoredFrame& frame, std::size_t index) {
  if (frame.bitsAllocated == 8)
    return frame.isSigned ? static_cast<std::int8_t>(frame.bytes[index]) : frame.bytes[index];
  const auto value = static_cast<std::uint16_t>(frame.bytes[2 * index] | frame.bytes[2 * index + 1] << 8);
  if (!frame.isSigned)
    return value;
  const auto range = std::int32_t{1} << frame.bitsStored;
  const auto low = static_cast<std::int32_t>(value) & (range - 1);
  return low >= range / 2 ? low - range : low;
}

} // namespace

std::vector<std::uint8_t> encodeJpeg2000(const StoredFrame& frame, bool colourTransform, std::string& why) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_rates[0] = 0;
  parameters.irreversible = 0;
  parameters.tcp_mct = colourTransform && frame.samplesPerPixel == 3 ? 1 : 0;
  const int least = std::min(frame.columns, frame.rows);
  while (parameters.numresolution > 1 && (1 << (parameters.numresolution - 1)) > least)
    --parameters.numresolution;
  std::vector<opj_image_cmptparm_t> components(static_cast<std::size_t>(frame.samplesPerPixel));
  for (auto& component : components) {
    component = {};
    component.dx = component.dy = 1;
    component.w = static_cast<OPJ_UINT32>(frame.columns);
    component.h = static_cast<OPJ_UINT32>(frame.rows);
    component.prec = static_cast<OPJ_UINT32>(frame.bitsStored);
    component.sgnd = frame.isSigned ? 1 : 0;
  }
  const std::unique_ptr<opj_image_t, ImageFreed> image(
      opj_image_create(static_cast<OPJ_UINT32>(components.size()), components.data(),
                       components.size() == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY));
  const std::unique_ptr<opj_codec_t, CodecClosed> codec(opj_create_compress(OPJ_CODEC_J2K));
  const std::unique_ptr<opj_stream_t, StreamClosed> stream(opj_stream_default_create(OPJ_FALSE));
  why = "out of memory";
  if (!image || !codec || !stream)
    return {};
  image->x1 = static_cast<OPJ_UINT32>(frame.columns);
  image->y1 = static_cast<OPJ_UINT32>(frame.rows);
  const auto pixels = static_cast<std::size_t>(frame.columns) * static_cast<std::size_t>(frame.rows);
  for (std::size_t c = 0; c < components.size(); ++c)
    for (std::size_t i = 0; i < pixels; ++i)
      image->comps[c].data[i] = sampleAt(frame, i * components.size() + c);
  why = "the encoder failed";
  opj_set_info_handler(codec.get(), ignore, nullptr);
  opj_set_warning_handler(codec.get(), ignore, nullptr);
  opj_set_error_handler(codec.get(), remember, &why);
  Memory memory;
  opj_stream_set_user_data(stream.get(), &memory, nullptr);
  opj_stream_set_write_function(stream.get(), writeMemory);
  opj_stream_set_skip_function(stream.get(), skipMemory);
  opj_stream_set_seek_function(stream.get(), seekMemory);
  if (!opj_setup_encoder(codec.get(), &parameters, image.get()) ||
      !opj_start_compress(codec.get(), image.get(), stream.get()) || !opj_encode(codec.get(), stream.get()) ||
      !opj_end_compress(codec.get(), stream.get()))
    return {};
  why.clear();
  return std::move(memory.bytes);
}

} // namespace hipcuff::dicom
