#include "codestream_text.h"

#include <algorithm>
#include <cstring>
#include <span>

namespace hipcuff::dicom {
namespace {

using Bytes = std::span<std::uint8_t>;

std::size_t u16(Bytes b, std::size_t at) {
  return static_cast<std::size_t>(b[at]) << 8 | b[at + 1];
}

std::size_t u32(Bytes b, std::size_t at) {
  return u16(b, at) << 16 | u16(b, at + 2);
}

bool holds(Bytes bytes) {
  return std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t b) { return b != 0; });
}

/// Goes through one codestream. run() returns the place behind its end marker, 0 where it isn't understood.
class Wiper {
public:
  Wiper(Bytes b, CleanedFrame& out)
      : b_(b)
      , out_(out) {}

  std::size_t jpeg() {
    bool coded = false, jpegLs = false;
    for (std::size_t at = 2; at + 2 <= b_.size();) {
      const auto marker = b_[at + 1];
      if (coded) {
        const bool data =
            b_[at] != 0xFF || marker == 0 || (marker >= 0xD0 && marker <= 0xD7) || (jpegLs && marker < 0x80);
        if (data)
          at += b_[at] == 0xFF ? 2 : 1;
        else if (marker == 0xFF)
          ++at;
        else
          coded = false;
        continue;
      }
      if (b_[at] != 0xFF) { // between segments decoders skip them
        wipe(b_.subspan(at, 1));
        ++at;
        continue;
      }
      if (marker == 0xFF) {
        ++at;
        continue;
      }
      if (marker == 0xD9)
        return at + 2;
      if (marker <= 0x01 || (marker >= 0xD0 && marker <= 0xD7)) { // no length
        at += 2;
        continue;
      }
      if (marker < 0xC0 || marker == 0xD8)
        return fail("a marker stands where there can be none");
      if (at + 4 > b_.size() || u16(b_, at + 2) < 2 || u16(b_, at + 2) > b_.size() - at - 2)
        return fail("a segment is longer than the frame");
      segment(marker, b_.subspan(at + 4, u16(b_, at + 2) - 2));
      jpegLs = jpegLs || marker == 0xF7;
      coded = marker == 0xDA;
      at += 2 + u16(b_, at + 2);
    }
    return fail("its end marker is missing");
  }

  std::size_t jpeg2000() {
    if (b_.size() < 46 || b_[2] != 0xFF || b_[3] != 0x51)
      return fail("its size is missing");
    if ((b_[6] & 0x80) != 0)
      return fail("it uses extensions of part 2 of JPEG 2000");
    for (std::size_t c = 0; c < u16(b_, 40) && 42 + 3 * c < b_.size(); ++c)
      out_.precision = std::max(out_.precision, (b_[42 + 3 * c] & 0x7F) + 1);
    auto at = segments2000(2, b_.size(), 0x90);
    while (at != 0 && at + 12 <= b_.size() && b_[at] == 0xFF && b_[at + 1] == 0x90) {
      const auto length = u32(b_, at + 6);
      if (length != 0 && (length < 14 || length > b_.size() - at))
        return fail("a tile is longer than the frame");
      const auto data = segments2000(at + 12, length == 0 ? b_.size() : at + length, 0x93);
      if (data == 0)
        return 0;
      if (length != 0) {
        at += length;
        continue;
      }
      // Up to the end: no coded byte after FF is above 8F.
      for (at = data + 2; at + 2 <= b_.size() && !(b_[at] == 0xFF && b_[at + 1] == 0xD9);)
        ++at;
    }
    if (at == 0)
      return 0;
    if (at + 2 <= b_.size() && b_[at] == 0xFF && b_[at + 1] == 0xD9)
      return at + 2;
    return fail("its end marker is missing");
  }

private:
  std::size_t fail(const char* why) {
    out_.problem = why;
    return 0;
  }

  void wipe(Bytes bytes) {
    if (!holds(bytes))
      return;
    // Bytes in a row are one stretch.
    if (bytes.data() != last_)
      ++out_.found;
    last_ = bytes.data() + bytes.size();
    out_.changed = true;
    std::fill(bytes.begin(), bytes.end(), std::uint8_t{0});
  }

  void segment(std::uint8_t marker, Bytes payload) {
    const auto starts = [&](const char* with, std::size_t count) {
      return payload.size() >= count && std::memcmp(payload.data(), with, count) == 0;
    };
    const auto keep = [&](std::size_t count) { wipe(payload.subspan(std::min(count, payload.size()))); };
    const bool frame =
        (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) || marker == 0xF7;
    if (frame && !payload.empty())
      out_.precision = std::max<int>(out_.precision, payload[0]);
    else if (marker == 0xE0 && starts("JFIF\0", 5)) // what follows its 14 bytes is a small picture
      keep(14);
    else if (marker == 0xEE && starts("Adobe", 5))
      keep(12);
    else if (marker == 0xE8 && starts("mrfx", 4)) // JPEG-LS: HP's colour transform
      keep(5);
    else if (marker == 0xC8 || (marker >= 0xE0 && marker <= 0xEF) ||
             (marker >= 0xF0 && marker != 0xF7 && marker != 0xF8))
      keep(0);
  }

  /// @return where the marker `until` stands
  std::size_t segments2000(std::size_t at, std::size_t end, std::uint8_t until) {
    while (at + 2 <= end && b_[at] == 0xFF) {
      const auto marker = b_[at + 1];
      if (marker == until)
        return at;
      if (marker < 0x50 || marker >= 0x90 || at + 4 > end || u16(b_, at + 2) < 2 || u16(b_, at + 2) > end - at - 2)
        break;
      const auto payload = b_.subspan(at + 4, u16(b_, at + 2) - 2);
      constexpr std::uint8_t known[] = {0x50, 0x51, 0x52, 0x53, 0x55, 0x56, 0x57, 0x58,
                                        0x59, 0x5C, 0x5D, 0x5E, 0x5F, 0x60, 0x61, 0x63};
      if (marker == 0x64 && payload.size() > 2)
        wipe(payload.subspan(2)); // behind its two bytes of kind
      else if (marker != 0x64 && std::find(std::begin(known), std::end(known), marker) == std::end(known))
        wipe(payload);
      at += 2 + u16(b_, at + 2);
    }
    return fail("its segments are damaged");
  }

  Bytes b_;
  CleanedFrame& out_;
  const std::uint8_t* last_ = nullptr;
};

struct Box {
  std::uint32_t type = 0;
  std::size_t begin = 0, size = 0; ///< of what it holds
};

constexpr std::uint32_t typeOf(const char (&name)[5]) {
  return static_cast<std::uint32_t>(name[0]) << 24 | static_cast<std::uint32_t>(name[1]) << 16 |
         static_cast<std::uint32_t>(name[2]) << 8 | static_cast<std::uint32_t>(name[3]);
}

/// False: a box is longer than what holds it.
bool boxesOf(Bytes b, std::vector<Box>& boxes) {
  for (std::size_t at = 0; at + 8 <= b.size();) {
    std::size_t length = u32(b, at), head = 8;
    if (length == 1 && at + 16 <= b.size()) {
      length = u32(b, at + 8) << 32 | u32(b, at + 12);
      head = 16;
    } else if (length == 0) {
      length = b.size() - at;
    }
    if (length < head || length > b.size() - at)
      return !holds(b.subspan(at));
    boxes.push_back({static_cast<std::uint32_t>(u32(b, at + 4)), at + head, length - head});
    at += length;
  }
  return true;
}

/// Leaves the codestream alone. A palette or an order of channels of its own would be lost with the file around it.
void unwrap(std::vector<std::uint8_t>& frame, CleanedFrame& out) {
  std::vector<Box> boxes;
  const Bytes all(frame);
  const Box* stream = nullptr;
  if (!boxesOf(all, boxes))
    out.problem = "its JP2 boxes are damaged";
  for (const auto& box : boxes) {
    if (box.type == typeOf("jp2c")) {
      if (stream)
        out.problem = "it holds more than one picture";
      stream = &box;
    } else if (box.type == typeOf("jp2h")) {
      std::vector<Box> inner;
      const auto payload = all.subspan(box.begin, box.size);
      if (!boxesOf(payload, inner))
        out.problem = "its JP2 header is damaged";
      for (const auto& one : inner) {
        if (one.type == typeOf("pclr") || one.type == typeOf("cmap") || one.type == typeOf("cdef"))
          out.problem = "its JP2 header has a palette or an order of channels of its own";
        else if (one.type != typeOf("ihdr") && one.type != typeOf("bpcc") && one.type != typeOf("colr"))
          out.found += holds(payload.subspan(one.begin, one.size)) ? 1 : 0;
      }
    } else if (box.type != typeOf("jP  ") && box.type != typeOf("ftyp")) {
      out.found += holds(all.subspan(box.begin, box.size)) ? 1 : 0;
    }
  }
  if (!stream && out.problem.empty())
    out.problem = "no codestream is in its JP2 boxes";
  if (!out.problem.empty())
    return;
  frame = std::vector<std::uint8_t>(frame.begin() + static_cast<std::ptrdiff_t>(stream->begin),
                                    frame.begin() + static_cast<std::ptrdiff_t>(stream->begin + stream->size));
  out.changed = true;
}

} // namespace

CleanedFrame cleanCodestream(std::vector<std::uint8_t>& frame) {
  CleanedFrame out;
  if (frame.size() >= 12 && std::memcmp(frame.data() + 4, "jP  ", 4) == 0)
    unwrap(frame, out);
  if (!out.problem.empty())
    return out;
  const auto begins = [&](std::uint8_t second) { return frame.size() >= 4 && frame[0] == 0xFF && frame[1] == second; };
  std::size_t end = 0;
  Wiper wiper(frame, out);
  if (begins(0xD8))
    end = wiper.jpeg();
  else if (begins(0x4F))
    end = wiper.jpeg2000();
  else
    out.problem = "it is of a kind that nobody here can look into";
  if (end != 0 && holds(Bytes(frame).subspan(end))) {
    frame.resize(end);
    ++out.found;
    out.changed = out.more = true;
  }
  return out;
}

} // namespace hipcuff::dicom
