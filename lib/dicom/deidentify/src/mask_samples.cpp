#include "mask_samples.h"

#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>

namespace hipcuff::dicom {
namespace {

/// A segmented palette (PS3.3 C.7.9.2): runs of values, straight lines, repeats of earlier segments.
bool expandSegments(const Uint16* words, std::size_t length, std::size_t from, std::size_t segments, bool nested,
                    std::vector<std::uint32_t>& out) {
  for (std::size_t at = from; at + 2 <= length && segments > 0; --segments) {
    const auto kind = words[at], count = words[at + 1];
    at += 2;
    if (kind == 0 && at + count <= length) {
      out.insert(out.end(), words + at, words + at + count);
      at += count;
    } else if (kind == 1 && at < length && !out.empty()) {
      const double start = out.back(), end = words[at++];
      for (int i = 1; i <= count; ++i)
        out.push_back(static_cast<std::uint32_t>(start + (end - start) * i / count));
    } else if (kind == 2 && !nested && at + 2 <= length) {
      const auto offset = static_cast<std::size_t>(words[at]) | static_cast<std::size_t>(words[at + 1]) << 16;
      at += 2;
      if (!expandSegments(words, length, offset / 2, count, true, out))
        return false;
    } else {
      return false;
    }
    if (out.size() > 65536)
      return false;
  }
  return true;
}

/// The palette's colours as sums of red, green and blue. Empty: can't be read.
std::vector<std::uint32_t> paletteBrightness(DcmDataset& data, int& first) {
  std::vector<std::uint32_t> sums;
  const DcmTagKey descriptors[] = {DCM_RedPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableDescriptor,
                                   DCM_BluePaletteColorLookupTableDescriptor};
  const DcmTagKey tables[] = {DCM_RedPaletteColorLookupTableData, DCM_GreenPaletteColorLookupTableData,
                              DCM_BluePaletteColorLookupTableData};
  const DcmTagKey segmented[] = {DCM_SegmentedRedPaletteColorLookupTableData,
                                 DCM_SegmentedGreenPaletteColorLookupTableData,
                                 DCM_SegmentedBluePaletteColorLookupTableData};
  for (int c = 0; c < 3; ++c) {
    const auto value = [&](unsigned long i) -> std::optional<int> {
      Uint16 u = 0;
      Sint16 s = 0;
      if (data.findAndGetUint16(descriptors[c], u, i).good())
        return u;
      if (data.findAndGetSint16(descriptors[c], s, i).good())
        return s;
      return {};
    };
    const auto count = value(0), start = value(1);
    const Uint16* words = nullptr;
    unsigned long length = 0;
    if (!count || !start)
      return {};
    std::vector<std::uint32_t> expanded;
    if (data.findAndGetUint16Array(segmented[c], words, &length).good() && words) {
      if (!expandSegments(words, length, 0, length, false, expanded) || expanded.empty())
        return {};
      first = *start;
      sums.resize(c == 0 ? expanded.size() : std::min(sums.size(), expanded.size()));
      for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i] += expanded[i];
      continue;
    }
    if (data.findAndGetUint16Array(tables[c], words, &length).bad() || !words)
      return {};
    const std::size_t entries = *count == 0 ? 65536 : static_cast<std::size_t>(static_cast<Uint16>(*count));
    const bool packed = length < entries; // two 8 bit entries a word
    if (packed && length * 2 < entries)
      return {};
    first = *start;
    sums.resize(c == 0 ? entries : std::min(sums.size(), entries));
    for (std::size_t i = 0; i < sums.size(); ++i)
      sums[i] += packed ? (i % 2 == 0 ? words[i / 2] & 0xFFu : words[i / 2] >> 8) * 257u : words[i];
  }
  return sums;
}

void put(std::span<std::uint8_t> frame, std::uint64_t sample, int bytes, std::uint32_t value) {
  for (int b = 0; b < bytes; ++b)
    frame[sample * static_cast<std::uint64_t>(bytes) + static_cast<std::uint64_t>(b)] =
        static_cast<std::uint8_t>(value >> (8 * b));
}

} // namespace

std::optional<Black> blackOf(DcmDataset& data, const PixelShape& shape, std::string& why) {
  const auto refuse = [&](std::string reason) {
    why = std::move(reason);
    return std::optional<Black>();
  };
  if (shape.bitsAllocated != 8 && shape.bitsAllocated != 16 && shape.bitsAllocated != 32)
    return refuse("it has " + std::to_string(shape.bitsAllocated) + " bits a sample");
  if (shape.bitsStored < 1 || shape.bitsStored > shape.bitsAllocated || shape.highBit < shape.bitsStored - 1 ||
      shape.highBit >= shape.bitsAllocated)
    return refuse("its bits stored and high bit contradict each other");
  const int shift = shape.highBit - shape.bitsStored + 1;
  const std::uint64_t range = 1ULL << shape.bitsStored;
  const auto stored = [&](std::uint64_t value) { return static_cast<std::uint32_t>((value & (range - 1)) << shift); };
  const auto& kind = shape.photometric;
  if (shape.samples == 1 && (kind == "MONOCHROME2" || kind == "MONOCHROME1")) {
    const auto lowest = shape.isSigned ? range / 2 : 0;
    const auto highest = shape.isSigned ? range / 2 - 1 : range - 1;
    return Black{stored(kind == "MONOCHROME2" ? lowest : highest)};
  }
  if (shape.samples == 1 && kind == "PALETTE COLOR") {
    int first = 0;
    const auto sums = paletteBrightness(data, first);
    if (sums.empty() || first < 0)
      return refuse("its palette can't be read");
    const auto usable =
        std::min<std::uint64_t>(sums.size(), range - std::min<std::uint64_t>(range, static_cast<std::uint64_t>(first)));
    if (usable == 0)
      return refuse("its palette lies outside of its values");
    const auto darkest = std::min_element(sums.begin(), sums.begin() + static_cast<std::ptrdiff_t>(usable));
    return Black{stored(static_cast<std::uint64_t>(first) + static_cast<std::uint64_t>(darkest - sums.begin()))};
  }
  if (shape.samples == 3 && kind == "RGB")
    return Black{0, 0, 0};
  if (shape.samples == 3 && (kind == "YBR_FULL" || kind == "YBR_FULL_422"))
    return Black{0, stored(range / 2), stored(range / 2)};
  if (shape.samples == 3 && kind == "YBR_PARTIAL")
    return Black{stored(range / 16), stored(range / 2), stored(range / 2)};
  return refuse("its colours are " + (kind.empty() ? "not named" : kind));
}

void blacken(std::span<std::uint8_t> frame, const PixelShape& shape, std::span<const PixelBox> boxes,
             const Black& black) {
  const auto columns = static_cast<std::uint64_t>(shape.columns);
  const auto plane = columns * static_cast<std::uint64_t>(shape.rows);
  const int bytes = shape.bitsAllocated / 8;
  const auto samples = static_cast<std::uint64_t>(shape.samples);
  for (const auto& box : boxes)
    for (auto y = static_cast<std::uint64_t>(box.y0); y <= static_cast<std::uint64_t>(box.y1); ++y)
      for (auto x = static_cast<std::uint64_t>(box.x0); x <= static_cast<std::uint64_t>(box.x1); ++x) {
        const auto pixel = y * columns + x;
        if (shape.photometric == "YBR_FULL_422") { // Y Y Cb Cr for each two pixels
          const auto pair = pixel / 2 * 4;
          put(frame, pair + pixel % 2, bytes, black[0]);
          put(frame, pair + 2, bytes, black[1]);
          put(frame, pair + 3, bytes, black[2]);
          continue;
        }
        for (std::uint64_t c = 0; c < samples; ++c)
          put(frame, shape.planar ? c * plane + pixel : pixel * samples + c, bytes, black[c]);
      }
}

std::vector<PixelBox> boxesOf(std::span<const MaskBox> masks, int frame, const PixelShape& shape) {
  std::vector<PixelBox> boxes;
  for (const auto& mask : masks) {
    const auto box = intersection(mask.box, {0, 0, shape.columns - 1, shape.rows - 1});
    if (!box.empty() && (!mask.frame || *mask.frame == frame))
      boxes.push_back(box);
  }
  return boxes;
}

} // namespace hipcuff::dicom
