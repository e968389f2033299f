#include "text_frames.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <unordered_map>

namespace hipcuff::deidentify {
namespace {

bool startsWith(const std::string& text, std::string_view head) {
  return text.compare(0, head.size(), head) == 0;
}

} // namespace

void FrameExtremes::add(const RgbImage& frame) {
  if (frames++ == 0) {
    low = frame;
    high = frame;
    return;
  }
  const std::size_t count = frame.data.size();
  const std::uint8_t* from = frame.data.data();
  std::uint8_t* least = low.data.data();
  std::uint8_t* most = high.data.data();
  for (std::size_t i = 0; i < count; ++i) {
    least[i] = std::min(least[i], from[i]);
    most[i] = std::max(most[i], from[i]);
  }
}

Coding codingOf(const Cine& cine) {
  Coding coding;
  const std::string& uid = cine.transferSyntaxUid;
  // JPEG baseline, extended and progressive: blocks of 8, with coarser chroma 16, and what decoders blend beyond.
  for (const std::string_view jpeg :
       {"1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.53", "1.2.840.10008.1.2.4.55"})
    if (uid == jpeg)
      coding = {true, cine.photometric.rfind("MONOCHROME", 0) == 0 ? 8 : 18};
  // Lossy JPEG 2000 and JPEG-LS, and clips: decoded, masked and stored without loss, but blurred beforehand.
  if (uid == "1.2.840.10008.1.2.4.91" || uid == "1.2.840.10008.1.2.4.81" || startsWith(uid, "1.2.840.10008.1.2.4.10") ||
      cine.format == "JPEG" || cine.format == "MP4")
    coding = {true, 4};
  return coding;
}

Background backgroundOf(const RgbImage& picture) {
  std::unordered_map<std::uint32_t, int> flat;
  int seen = 0;
  for (int y = 0; y + 1 < picture.height; y += 2) {
    const std::uint8_t* row = picture.row(y);
    const std::uint8_t* below = picture.row(y + 1);
    for (int x = 0; x + 1 < picture.width; ++x) {
      const std::uint8_t* p = row + 3 * x;
      const std::uint8_t* b = below + 3 * x;
      ++seen;
      if (p[0] == p[3] && p[1] == p[4] && p[2] == p[5] && p[0] == b[0] && p[1] == b[1] && p[2] == b[2])
        ++flat[static_cast<std::uint32_t>(p[0] << 16 | p[1] << 8 | p[2])];
    }
  }
  Background out;
  int most = 0;
  std::uint32_t colour = 0;
  for (const auto& [value, count] : flat)
    if (count > most || (count == most && value < colour)) {
      most = count;
      colour = value;
    }
  out.red = static_cast<int>(colour >> 16);
  out.green = static_cast<int>(colour >> 8 & 255U);
  out.blue = static_cast<int>(colour & 255U);
  out.found = most * 50 >= seen;
  return out;
}

Mask contentOf(const FrameExtremes& extremes, const Background& background, int tolerance) {
  Mask out(extremes.low.width, extremes.low.height);
  const int behind[3] = {background.red, background.green, background.blue};
  for (std::size_t i = 0; i < out.data.size(); ++i) {
    bool off = !background.found;
    for (std::size_t c = 0; c < 3; ++c)
      off |=
          extremes.high.data[3 * i + c] > behind[c] + tolerance || extremes.low.data[3 * i + c] < behind[c] - tolerance;
    out.data[i] = off ? 255 : 0;
  }
  return out;
}

} // namespace hipcuff::deidentify
