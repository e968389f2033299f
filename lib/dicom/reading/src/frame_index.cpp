#include "frame_index.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace hipcuff::dicom {
namespace {

/// Whether compressed pictures begin with these bytes: JPEG and JPEG-LS (SOI), JPEG 2000 (SOC or JP2 box).
bool startsPicture(const std::vector<std::uint8_t>& head) {
  if (head.size() >= 3 && head[0] == 0xFF && head[1] == 0xD8 && head[2] == 0xFF)
    return true;
  if (head.size() >= 4 && head[0] == 0xFF && head[1] == 0x4F && head[2] == 0xFF && head[3] == 0x51)
    return true;
  return head.size() >= 12 && head[0] == 0 && head[1] == 0 && head[2] == 0 && head[3] == 12 && head[4] == 'j' &&
         head[5] == 'P';
}

/// An RLE frame: its header's first offset is always 64, and it counts 1 to 15 segments.
bool startsRle(ElementReader& reader, std::uint64_t at) {
  const auto count = reader.u32(at, false);
  const auto first = reader.u32(at + 4, false);
  return count && first && *count >= 1 && *count <= 15 && *first == 64;
}

std::vector<std::uint64_t> readTable(ElementReader& reader, std::uint64_t at, std::uint64_t length, bool wide) {
  std::vector<std::uint64_t> table;
  const std::uint64_t step = wide ? 8 : 4;
  for (std::uint64_t i = 0; i + step <= length; i += step) {
    const std::uint64_t low = reader.u32(at + i, false).value_or(0);
    const std::uint64_t high = wide ? reader.u32(at + i + 4, false).value_or(0) : 0;
    table.push_back(low | high << 32);
  }
  return table;
}

/// A table is used only where every entry points to a fragment and they ascend from the first.
std::vector<std::size_t> fromTable(const std::vector<std::uint64_t>& table,
                                   const std::unordered_map<std::uint64_t, std::size_t>& fragmentAt) {
  std::vector<std::size_t> starts;
  for (const auto offset : table) {
    const auto it = fragmentAt.find(offset);
    if (it == fragmentAt.end() || (starts.empty() ? it->second != 0 : it->second <= starts.back()))
      return {};
    starts.push_back(it->second);
  }
  return starts;
}

} // namespace

FrameIndex indexFrames(const Structure& structure, std::size_t declaredFrames, bool wholeStream) {
  FrameIndex out;
  ElementReader reader(*structure.source);
  const auto end = reader.size();
  auto at = structure.pixelData.valueAt;
  std::uint64_t tableAt = 0;
  std::uint64_t tableLength = 0;
  std::uint64_t firstAt = 0;
  std::unordered_map<std::uint64_t, std::size_t> fragmentAt; // offset as the tables count it -> fragment
  bool sawEnd = false;
  for (bool table = true; end - std::min(at, end) >= 8; table = false) {
    const auto tag = reader.tagAt(at, structure.encoding.bigEndian).value_or(0);
    const std::uint64_t length = reader.u32(at + 4, structure.encoding.bigEndian).value_or(0);
    if (tag == 0xFFFEE0DD) {
      sawEnd = true;
      break;
    }
    if (tag != 0xFFFEE000) {
      out.problems.emplace_back("its compressed pixel data are damaged after fragment " +
                                std::to_string(out.fragments.size()));
      break;
    }
    const bool cut = length > end - at - 8;
    if (table && !cut) {
      tableAt = at + 8;
      tableLength = length;
      firstAt = at + 8 + length;
    } else if (cut) {
      // Whatever the last fragment still holds is no whole frame, but a video may still be read up to there.
      if (wholeStream)
        out.fragments.push_back({at + 8, end - at - 8});
      break;
    } else {
      fragmentAt.emplace(at - firstAt, out.fragments.size());
      out.fragments.push_back({at + 8, length});
    }
    at += 8 + length;
  }
  if (!sawEnd && out.problems.empty())
    out.problems.emplace_back("its compressed pixel data are cut short");
  if (out.fragments.empty())
    throw InputError(structure.source->path(), "its pixel data are cut short: no whole compressed frame is there",
                     "copy or export it again");
  if (wholeStream)
    return out;

  const auto count = out.fragments.size();
  std::vector<std::size_t> starts;
  if (declaredFrames == 1) {
    starts = {0};
  } else if (count == declaredFrames) {
    starts.resize(count);
    std::iota(starts.begin(), starts.end(), std::size_t{0});
  } else {
    if (structure.extendedOffsets && structure.extendedOffsets->length / 8 <= count)
      starts = fromTable(readTable(reader, structure.extendedOffsets->valueAt, structure.extendedOffsets->length, true),
                         fragmentAt);
    if (starts.empty() && tableLength / 4 <= count)
      starts = fromTable(readTable(reader, tableAt, tableLength, false), fragmentAt);
    if (starts.empty() || starts.size() < std::min(count, declaredFrames)) {
      // No (whole) table: a frame begins where a codestream begins.
      std::vector<std::size_t> found;
      std::vector<std::size_t> rle;
      for (std::size_t i = 0; i < count; ++i) {
        const auto& fragment = out.fragments[i];
        if (startsPicture(
                reader.bytes(fragment.at, static_cast<std::size_t>(std::min<std::uint64_t>(fragment.length, 12)))))
          found.push_back(i);
        if (startsRle(reader, fragment.at))
          rle.push_back(i);
      }
      if (found.empty())
        found = rle;
      if (found.size() > starts.size() && found.front() == 0)
        starts = found;
    }
    if (starts.empty())
      throw InputError(structure.source->path(),
                       "the borders of its frames can't be found: " + std::to_string(count) + " fragments for " +
                           std::to_string(declaredFrames) + " frames and no offset table",
                       "export it again with an offset table");
  }
  // Frames beyond the declared ones are left alone.
  starts.push_back(count);
  if (starts.size() > declaredFrames + 1)
    starts.resize(declaredFrames + 1);
  out.firstFragment = std::move(starts);
  return out;
}

} // namespace hipcuff::dicom
