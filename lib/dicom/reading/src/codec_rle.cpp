// DICOM RLE (PS3.5 annex G): PackBits, one segment a byte plane, most significant first.
#include "codecs.h"

#include <algorithm>
#include <cstring>

namespace hipcuff::dicom {
namespace {

std::uint32_t le32(CompressedFrame b, std::size_t at) {
  return static_cast<std::uint32_t>(b[at]) | static_cast<std::uint32_t>(b[at + 1]) << 8 |
         static_cast<std::uint32_t>(b[at + 2]) << 16 | static_cast<std::uint32_t>(b[at + 3]) << 24;
}

/// Unpacks one segment to every `step`-th byte. @return how many samples were made
std::size_t unpack(CompressedFrame in, std::uint8_t* out, std::size_t step, std::size_t count) {
  std::size_t made = 0;
  std::size_t at = 0;
  while (made < count && at < in.size()) {
    const int control = static_cast<std::int8_t>(in[at++]);
    if (control >= 0) {
      const std::size_t run = std::min({static_cast<std::size_t>(control) + 1, count - made, in.size() - at});
      if (step == 1)
        std::memcpy(out + made, in.data() + at, run);
      else
        for (std::size_t i = 0; i < run; ++i)
          out[(made + i) * step] = in[at + i];
      made += run;
      at += run;
    } else if (control != -128) {
      if (at == in.size())
        break;
      const std::size_t run = std::min(static_cast<std::size_t>(1 - control), count - made);
      const auto value = in[at++];
      if (step == 1)
        std::memset(out + made, value, run);
      else
        for (std::size_t i = 0; i < run; ++i)
          out[(made + i) * step] = value;
      made += run;
    }
  }
  return made;
}

} // namespace

Samples decodeRle(CompressedFrame frame, const ImageInfo& image) {
  Samples out;
  out.columns = image.columns;
  out.rows = image.rows;
  out.components = image.samples;
  out.bytesPerSample = image.bitsAllocated / 8;
  out.precision = image.bitsStored;
  out.isSigned = image.isSigned;
  const std::size_t pixels = static_cast<std::size_t>(image.columns) * static_cast<std::size_t>(image.rows);
  const auto planes = static_cast<std::size_t>(out.components) * static_cast<std::size_t>(out.bytesPerSample);
  if (frame.size() < 64)
    throw DecodeFailure{"the RLE frame is cut short"};
  if (le32(frame, 0) != planes)
    throw DecodeFailure{"the RLE frame holds " + std::to_string(le32(frame, 0)) +
                        " segments where the header asks for " + std::to_string(planes)};
  // A run makes at most 128 bytes of 2.
  if (pixels * planes > 64 * frame.size())
    throw DecodeFailure{"the RLE frame holds far too few bytes"};
  out.bytes.resize(pixels * planes);
  for (std::size_t plane = 0; plane < planes; ++plane) {
    const std::size_t begin = le32(frame, 4 + 4 * plane);
    const std::size_t end = plane + 1 < planes ? le32(frame, 8 + 4 * plane) : frame.size();
    if (begin < 64 || end < begin || end > frame.size())
      throw DecodeFailure{"the RLE frame's segments lie outside it"};
    const auto component = plane / static_cast<std::size_t>(out.bytesPerSample);
    const auto byte =
        static_cast<std::size_t>(out.bytesPerSample) - 1 - plane % static_cast<std::size_t>(out.bytesPerSample);
    const auto first = component * static_cast<std::size_t>(out.bytesPerSample) + byte;
    if (unpack(frame.subspan(begin, end - begin), out.bytes.data() + first, planes, pixels) != pixels)
      throw DecodeFailure{"the RLE frame is cut short"};
  }
  return out;
}

} // namespace hipcuff::dicom
