#include "codestream_text.h"

#include <algorithm>
#include <cstring>

namespace hipcuff::dicom {
namespace {

std::size_t wipe(std::span<std::uint8_t> bytes) {
  const bool held = std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; });
  std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
  return held ? 1 : 0;
}

std::size_t u16(std::span<const std::uint8_t> b, std::size_t at) {
  return static_cast<std::size_t>(b[at]) << 8 | b[at + 1];
}

std::size_t u32(std::span<const std::uint8_t> b, std::size_t at) {
  return u16(b, at) << 16 | u16(b, at + 2);
}

/// @param payload of an application segment, behind its length
std::size_t wipeApplication(std::uint8_t marker, std::span<std::uint8_t> payload) {
  const auto starts = [&](const char* with, std::size_t count) {
    return payload.size() >= count && std::memcmp(payload.data(), with, count) == 0;
  };
  if (marker == 0xE0 && starts("JFIF\0", 5)) // what follows its 14 bytes is a small picture
    return payload.size() > 14 ? wipe(payload.subspan(14)) : 0;
  if (marker == 0xEE && starts("Adobe", 5))
    return payload.size() > 12 ? wipe(payload.subspan(12)) : 0;
  if (marker == 0xE8 && starts("mrfx", 4)) // JPEG-LS: HP's colour transform
    return payload.size() > 5 ? wipe(payload.subspan(5)) : 0;
  return wipe(payload);
}

std::size_t wipeJpeg(std::span<std::uint8_t> b) {
  std::size_t found = 0;
  std::size_t at = 2;
  while (at + 4 <= b.size()) {
    if (b[at] != 0xFF) { // inside of entropy-coded data
      ++at;
      continue;
    }
    const auto marker = b[at + 1];
    if (marker == 0xD9)
      return found + (at + 2 < b.size() ? wipe(b.subspan(at + 2)) : 0);
    // Below C0 stand stuffed bytes and JPEG-LS's coded bits; D0 to D8 and FF have no length.
    if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD8) || marker == 0xFF) {
      at += marker == 0xFF ? 1 : 2;
      continue;
    }
    const auto length = u16(b, at + 2);
    if (length < 2 || at + 2 + length > b.size())
      return found;
    const auto payload = b.subspan(at + 4, length - 2);
    if (marker == 0xFE)
      found += wipe(payload);
    else if (marker >= 0xE0 && marker <= 0xEF)
      found += wipeApplication(marker, payload);
    at += 2 + length;
  }
  return found;
}

std::size_t wipeSegments2000(std::span<std::uint8_t> b, std::size_t at, std::size_t end) {
  std::size_t found = 0;
  while (at + 4 <= end && b[at] == 0xFF && b[at + 1] != 0x90 && b[at + 1] != 0x93 && b[at + 1] != 0xD9) {
    const auto length = u16(b, at + 2);
    if (length < 2 || at + 2 + length > end)
      break;
    if (b[at + 1] == 0x64 && length > 4)
      found += wipe(b.subspan(at + 6, length - 4)); // behind its two bytes of kind
    at += 2 + length;
  }
  return found;
}

std::size_t wipeCodestream2000(std::span<std::uint8_t> b) {
  std::size_t found = wipeSegments2000(b, 2, b.size());
  // Main header, then parts that each say their length.
  std::size_t at = 2;
  while (at + 4 <= b.size() && b[at] == 0xFF && b[at + 1] != 0x90)
    at += 2 + u16(b, at + 2);
  while (at + 12 <= b.size() && b[at] == 0xFF && b[at + 1] == 0x90) {
    const auto length = u32(b, at + 6);
    if (length == 0) // up to the end
      return found + wipeSegments2000(b, at + 12, b.size());
    if (length < 14 || length > b.size() - at)
      return found;
    found += wipeSegments2000(b, at + 12, at + length);
    at += length;
  }
  if (at + 2 < b.size() && b[at] == 0xFF && b[at + 1] == 0xD9)
    found += wipe(b.subspan(at + 2));
  return found;
}

std::size_t wipeBoxes(std::span<std::uint8_t> b) {
  std::size_t found = 0;
  for (std::size_t at = 0; at + 8 <= b.size();) {
    auto length = u32(b, at);
    if (length == 0)
      length = b.size() - at;
    if (length < 8 || length > b.size() - at)
      return found;
    const auto payload = b.subspan(at + 8, length - 8);
    const auto is = [&](const char* name) { return std::memcmp(b.data() + at + 4, name, 4) == 0; };
    if (is("jp2c"))
      found += wipeCodestream2000(payload);
    else if (!is("jP  ") && !is("ftyp") && !is("jp2h"))
      found += wipe(payload);
    at += length;
  }
  return found;
}

} // namespace

std::size_t wipeCodestreamTexts(std::span<std::uint8_t> frame) {
  if (frame.size() < 12)
    return 0;
  if (frame[0] == 0xFF && frame[1] == 0xD8)
    return wipeJpeg(frame);
  if (frame[0] == 0xFF && frame[1] == 0x4F)
    return wipeCodestream2000(frame);
  if (std::memcmp(frame.data() + 4, "jP  ", 4) == 0)
    return wipeBoxes(frame);
  return 0;
}

} // namespace hipcuff::dicom
