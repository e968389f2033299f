// Bytes between and behind the segments of an RLE frame.
#include "codestream_text.h"

#include <algorithm>

namespace hipcuff::dicom {
namespace {

std::size_t le32(const std::vector<std::uint8_t>& b, std::size_t at) {
  return static_cast<std::size_t>(b[at]) | static_cast<std::size_t>(b[at + 1]) << 8 |
         static_cast<std::size_t>(b[at + 2]) << 16 | static_cast<std::size_t>(b[at + 3]) << 24;
}

/// @return behind the code that made the last sample; 0 where they end before or behind `pixels`
std::size_t unpack(const std::vector<std::uint8_t>& b, std::size_t at, std::size_t end, std::size_t pixels,
                   const auto& put) {
  std::size_t made = 0;
  while (made < pixels && at < end) {
    const int control = static_cast<std::int8_t>(b[at++]);
    if (control == -128)
      continue;
    const auto run = static_cast<std::size_t>(control >= 0 ? control + 1 : 1 - control);
    if (run > pixels - made || (control >= 0 ? run : 1) > end - at)
      return 0;
    for (std::size_t i = 0; i < run; ++i)
      put(made++, b[control >= 0 ? at + i : at]);
    at += control >= 0 ? run : 1;
  }
  return made == pixels ? at : 0;
}

} // namespace

CleanedFrame cleanRle(std::vector<std::uint8_t>& frame, std::size_t planes, std::size_t bytesPerSample,
                      std::size_t pixels) {
  CleanedFrame out;
  const auto fail = [&](const char* why) {
    out.problem = why;
    return out;
  };
  if (frame.size() < 64 || planes < 1 || planes > 15 || le32(frame, 0) != planes || le32(frame, 4) != 64)
    return fail("its RLE header is not as the standard wants it");
  if (pixels > 64 * frame.size()) // a run makes at most 128 samples of 2 bytes
    return fail("it holds far too few bytes");
  const auto something = [](std::uint8_t b) { return b != 0 && b != 0x80; };
  const auto byte = [&](std::size_t at) { return frame.begin() + static_cast<std::ptrdiff_t>(at); };
  if (std::any_of(byte(4 + 4 * planes), byte(64), [](std::uint8_t b) { return b != 0; })) {
    std::fill(byte(4 + 4 * planes), byte(64), std::uint8_t{0});
    ++out.found;
    out.changed = true;
  }
  out.raw.resize(planes * pixels);
  for (std::size_t plane = 0; plane < planes; ++plane) {
    const auto begin = le32(frame, 4 + 4 * plane);
    const bool last = plane + 1 == planes;
    const auto end = last ? frame.size() : le32(frame, 8 + 4 * plane);
    if (begin < 64 || end < begin || end > frame.size())
      return fail("its segments lie outside of it");
    // The most significant byte comes first.
    const auto first = plane / bytesPerSample * bytesPerSample + (bytesPerSample - 1 - plane % bytesPerSample);
    const auto stop = unpack(frame, begin, end, pixels,
                             [&](std::size_t i, std::uint8_t value) { out.raw[i * planes + first] = value; });
    if (stop == 0)
      return fail("a segment holds more or fewer samples than the picture");
    if (!std::any_of(byte(stop), byte(end), something))
      continue;
    ++out.found;
    out.changed = true;
    if (last) {
      frame.resize(stop);
      out.more = true;
    } else {
      std::fill(byte(stop), byte(end), std::uint8_t{0x80});
    }
  }
  return out;
}

} // namespace hipcuff::dicom
