#include "palette.h"

#include <algorithm>

namespace hipcuff::dicom {
namespace {

using Words = std::vector<std::uint16_t>;

/// PS3.3 C.7.9.2: discrete, linear and indirect segments. Empty where damaged.
class Segments {
public:
  Segments(const Words& data, std::size_t entries)
      : data_(data)
      , entries_(entries) {}

  Words expand() {
    if (!run(0, data_.size(), false) || out_.size() != entries_)
      return {};
    return out_;
  }

private:
  bool run(std::size_t at, std::size_t end, bool nested, std::size_t maxSegments = SIZE_MAX) {
    for (std::size_t count = 0; at + 1 < end && count < maxSegments && out_.size() < entries_; ++count) {
      const auto opcode = data_[at];
      const std::size_t length = data_[at + 1];
      if (opcode == 0) {
        if (length > end - at - 2 || out_.size() + length > entries_)
          return false;
        out_.insert(out_.end(), data_.begin() + static_cast<std::ptrdiff_t>(at + 2),
                    data_.begin() + static_cast<std::ptrdiff_t>(at + 2 + length));
        at += 2 + length;
      } else if (opcode == 1) {
        if (end - at < 3 || out_.empty() || length == 0 || out_.size() + length > entries_)
          return false;
        const double from = out_.back();
        const double to = data_[at + 2];
        for (std::size_t i = 1; i <= length; ++i)
          out_.push_back(static_cast<std::uint16_t>(
              from + (to - from) * static_cast<double>(i) / static_cast<double>(length) + 0.5));
        at += 3;
      } else if (opcode == 2 && !nested) {
        if (end - at < 4)
          return false;
        const std::size_t target = (data_[at + 2] | static_cast<std::size_t>(data_[at + 3]) << 16) / 2;
        if (target >= at || !run(target, data_.size(), true, length))
          return false;
        at += 4;
      } else {
        return false;
      }
    }
    return true;
  }

  const Words& data_;
  std::size_t entries_;
  Words out_;
};

} // namespace

std::optional<Palette> makePalette(const PaletteSource& source, std::string& problem) {
  Palette palette;
  std::array<Words, 3> words;
  bool bytesPacked = false;
  for (std::size_t c = 0; c < 3; ++c) {
    const auto& channel = source.channels[c];
    if (channel.entries < 0 || channel.entries > 65536 || channel.table.empty()) {
      problem = "its colour palette is missing";
      return {};
    }
    const std::size_t entries = channel.entries == 0 ? 65536 : static_cast<std::size_t>(channel.entries);
    Words raw(channel.table.size() / 2);
    for (std::size_t i = 0; i < raw.size(); ++i)
      raw[i] = static_cast<std::uint16_t>(channel.table[2 * i] | channel.table[2 * i + 1] << 8);
    if (channel.segmented) {
      words[c] = Segments(raw, entries).expand();
      if (words[c].empty()) {
        problem = "its segmented colour palette is damaged";
        return {};
      }
    } else if (raw.size() >= entries) {
      raw.resize(entries);
      words[c] = std::move(raw);
    } else if (channel.table.size() >= entries) {
      // One byte an entry, two entries a word, whatever the descriptor's bits say.
      words[c].assign(channel.table.begin(), channel.table.begin() + static_cast<std::ptrdiff_t>(entries));
      bytesPacked = true;
    } else {
      problem = "its colour palette is shorter than it declares";
      return {};
    }
  }
  if (words[0].size() != words[1].size() || words[0].size() != words[2].size() ||
      source.channels[0].firstMapped != source.channels[1].firstMapped ||
      source.channels[0].firstMapped != source.channels[2].firstMapped) {
    problem = "the three tables of its colour palette differ in size or start";
    return {};
  }
  // Some writers keep 8 bit colours in the low byte of 16 bit entries, others declare 8 bits and fill 16.
  std::uint16_t largest = 0;
  for (const auto& table : words)
    largest = std::max(largest, *std::max_element(table.begin(), table.end()));
  const bool lowByte = bytesPacked || largest <= 0xFF;
  for (std::size_t c = 0; c < 3; ++c) {
    palette.entries[c].resize(words[c].size());
    std::transform(words[c].begin(), words[c].end(), palette.entries[c].begin(),
                   [&](std::uint16_t v) { return static_cast<std::uint8_t>(lowByte ? v : v >> 8); });
  }
  const auto first = source.channels[0].firstMapped;
  palette.firstMapped = static_cast<int>(source.signedPixels && first > 0x7FFF ? first - 0x10000 : first);
  return palette;
}

} // namespace hipcuff::dicom
