#include "codestream.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace hipcuff::dicom {
namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t be16(Bytes b, std::size_t at) {
  return static_cast<std::uint32_t>(b[at] << 8 | b[at + 1]);
}
std::uint32_t be32(Bytes b, std::size_t at) {
  return be16(b, at) << 16 | be16(b, at + 2);
}

void readFrameHeader(Bytes segment, Codestream& out, bool& subsampled, std::array<int, 4>& ids) {
  out.precision = segment[0];
  out.rows = be16(segment, 1);
  out.columns = be16(segment, 3);
  out.components = segment[5];
  for (std::size_t c = 0; c < static_cast<std::size_t>(out.components) && 6 + 3 * c + 2 < segment.size(); ++c) {
    if (c < ids.size())
      ids[c] = segment[6 + 3 * c];
  }
  // Equal factors of all components mean no subsampling, whatever the factor.
  if (out.components == 3 && segment.size() >= 15)
    subsampled = segment[7] != segment[10] || segment[7] != segment[13];
}

Codestream readJpeg(Bytes b) {
  Codestream out;
  bool jfif = false;
  int adobe = -1;
  bool subsampled = false;
  std::array<int, 4> ids{};
  std::size_t at = 2;
  while (at + 4 <= b.size()) {
    if (b[at] != 0xFF) {
      ++at;
      continue;
    }
    const int marker = b[at + 1];
    if (marker == 0xFF) {
      ++at;
      continue;
    }
    if (marker == 0xD8 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) {
      at += 2;
      continue;
    }
    if (marker == 0xDA || marker == 0xD9)
      break;
    const std::size_t length = be16(b, at + 2);
    if (length < 2)
      break;
    const Bytes segment = b.subspan(at + 4, std::min(length - 2, b.size() - at - 4));
    const bool frameHeader =
        (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) || marker == 0xF7;
    if (frameHeader && segment.size() >= 6) {
      out.kind = marker == 0xF7 ? Codestream::Kind::jpegLs : Codestream::Kind::jpeg;
      out.process = marker == 0xF7 ? 55 : marker - 0xC0;
      readFrameHeader(segment, out, subsampled, ids);
    } else if (marker == 0xE0 && segment.size() >= 5 && std::memcmp(segment.data(), "JFIF", 5) == 0) {
      jfif = true;
    } else if (marker == 0xEE && segment.size() >= 12 && std::memcmp(segment.data(), "Adobe", 5) == 0) {
      adobe = segment[11];
    }
    at += 2 + length;
  }
  if (out.components == 1) {
    out.colour = Codestream::Colour::grey;
    return out;
  }
  if (out.components != 3)
    return out;
  // From the surest sign to the weakest. Nobody subsamples red against green, so subsampling means chroma.
  const auto say = [&](Codestream::Colour colour, const char* why) {
    out.colour = colour;
    out.colourWhy = why;
  };
  if (out.kind == Codestream::Kind::jpeg) {
    if (subsampled)
      say(Codestream::Colour::ybr, "subsampled chroma");
    else if (ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B')
      say(Codestream::Colour::rgb, "component names");
    else if (adobe == 0)
      say(Codestream::Colour::rgb, "Adobe marker");
    else if (adobe == 1)
      say(Codestream::Colour::ybr, "Adobe marker");
    else if (jfif && out.process != 3)
      say(Codestream::Colour::ybr, "JFIF marker");
  }
  return out;
}

Codestream readJpeg2000(Bytes b, std::size_t start) {
  Codestream out;
  out.startsAt = start;
  out.kind = Codestream::Kind::jpeg2000;
  std::size_t at = start + 2;
  while (at + 4 <= b.size() && b[at] == 0xFF) {
    const int marker = b[at + 1];
    const std::size_t length = be16(b, at + 2);
    if (marker == 0x93 || marker == 0x90 || length < 2) // SOD, SOT: the main header is over
      break;
    const Bytes segment = b.subspan(at + 4, std::min(length - 2, b.size() - at - 4));
    if (marker == 0x51 && segment.size() >= 37) { // SIZ
      out.columns = static_cast<std::int64_t>(be32(segment, 2)) - be32(segment, 10);
      out.rows = static_cast<std::int64_t>(be32(segment, 6)) - be32(segment, 14);
      out.components = static_cast<int>(be16(segment, 34));
      out.precision = (segment[36] & 0x7F) + 1;
    } else if (marker == 0x52 && segment.size() >= 5) { // COD
      if (segment[4] != 0) {
        out.colour = Codestream::Colour::rgb; // the decoder undoes the transform
        out.colourWhy = "multiple component transform";
      }
    } else if (marker == 0x50) { // CAP: part 15, high throughput
      out.kind = Codestream::Kind::htj2k;
    }
    at += 2 + length;
  }
  if (out.components == 1)
    out.colour = Codestream::Colour::grey;
  return out;
}

} // namespace

Codestream readCodestream(Bytes b) {
  if (b.size() >= 4 && b[0] == 0xFF && b[1] == 0xD8 && b[2] == 0xFF)
    return readJpeg(b);
  if (b.size() >= 4 && be32(b, 0) == 0xFF4FFF51)
    return readJpeg2000(b, 0);
  if (b.size() >= 12 && be32(b, 0) == 12 && be32(b, 4) == 0x6A502020) {
    // A JP2 file where a bare codestream should stand.
    for (std::size_t i = 12; i + 4 <= b.size(); ++i)
      if (be32(b, i) == 0xFF4FFF51)
        return readJpeg2000(b, i);
  }
  return {};
}

} // namespace hipcuff::dicom
