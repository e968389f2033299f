#include "frames.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcpixseq.h"
#include "dcmtk/dcmdata/dcpxitem.h"
#include "dcmtk/dcmdata/dctk.h"

#include <cstring>
#include <memory>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

DcmPixelItem& itemAt(DcmPixelSequence& sequence, std::size_t i) {
  DcmPixelItem* item = nullptr;
  if (sequence.getItem(item, static_cast<unsigned long>(i)).bad() || !item)
    throw std::runtime_error("a fragment is gone");
  return *item;
}

std::vector<std::uint32_t> offsetTable(DcmPixelSequence& sequence) {
  std::vector<std::uint32_t> out;
  Uint8* bytes = nullptr;
  auto& item = itemAt(sequence, 0);
  if (item.getUint8Array(bytes).good() && bytes)
    for (std::size_t i = 0; i + 4 <= item.getLength(); i += 4)
      out.push_back(static_cast<std::uint32_t>(bytes[i]) | static_cast<std::uint32_t>(bytes[i + 1]) << 8 |
                    static_cast<std::uint32_t>(bytes[i + 2]) << 16 | static_cast<std::uint32_t>(bytes[i + 3]) << 24);
  return out;
}

/// JPEG, JPEG-LS, JPEG 2000 or JP2.
bool startsPicture(DcmPixelItem& item) {
  Uint8* b = nullptr;
  if (item.getUint8Array(b).bad() || !b || item.getLength() < 12)
    return false;
  const bool begins = (b[0] == 0xFF && b[1] == 0xD8 && b[2] == 0xFF) ||
                      (b[0] == 0xFF && b[1] == 0x4F && b[2] == 0xFF && b[3] == 0x51) ||
                      (b[3] == 12 && std::memcmp(b + 4, "jP  ", 4) == 0);
  item.compact();
  return begins;
}

} // namespace

std::optional<Frames> Frames::of(DcmPixelSequence& sequence, int frames) {
  const auto items = static_cast<std::size_t>(sequence.card());
  const auto count = static_cast<std::size_t>(frames);
  if (items < 2)
    return {};
  const auto offsets = offsetTable(sequence);
  std::vector<std::size_t> first;
  if (items - 1 == count) {
    for (std::size_t i = 1; i <= items; ++i)
      first.push_back(i);
  } else if (count == 1) {
    first = {1, items};
  } else if (offsets.size() == count) {
    std::uint64_t at = 0;
    for (std::size_t i = 1; i < items; ++i) {
      if (first.size() < count && offsets[first.size()] == at)
        first.push_back(i);
      at += 8 + itemAt(sequence, i).getLength();
    }
    if (first.size() != count || first.front() != 1)
      return {};
    first.push_back(items);
  } else if (offsets.empty()) {
    for (std::size_t i = 1; i < items; ++i)
      if (startsPicture(itemAt(sequence, i)))
        first.push_back(i);
    if (first.size() != count || first.front() != 1)
      return {};
    first.push_back(items);
  } else {
    return {};
  }
  return Frames(sequence, std::move(first), !offsets.empty());
}

std::vector<std::uint8_t> Frames::bytes(int frame) const {
  std::vector<std::uint8_t> out;
  for (auto i = first_.at(static_cast<std::size_t>(frame)); i < first_.at(static_cast<std::size_t>(frame) + 1); ++i) {
    Uint8* bytes = nullptr;
    auto& item = itemAt(*sequence_, i);
    if (item.getUint8Array(bytes).good() && bytes)
      out.insert(out.end(), bytes, bytes + item.getLength());
  }
  return out;
}

void Frames::replace(int frame, std::vector<std::uint8_t> bytes) {
  if (bytes.size() % 2 != 0)
    bytes.push_back(0);
  const auto f = static_cast<std::size_t>(frame);
  auto& item = itemAt(*sequence_, first_.at(f));
  if (item.putUint8Array(bytes.data(), static_cast<unsigned long>(bytes.size())).bad())
    throw std::runtime_error("cannot store a frame");
  const auto spare = first_.at(f + 1) - first_.at(f) - 1;
  for (std::size_t i = 0; i < spare; ++i) {
    DcmPixelItem* gone = nullptr;
    if (sequence_->remove(gone, static_cast<unsigned long>(first_.at(f) + 1)).bad())
      throw std::runtime_error("cannot remove a fragment");
    delete gone; // NOLINT: DCMTK hands its ownership over
  }
  for (auto later = f + 1; later < first_.size(); ++later)
    first_[later] -= spare;
}

void Frames::forget(int frame) {
  for (auto i = first_.at(static_cast<std::size_t>(frame)); i < first_.at(static_cast<std::size_t>(frame) + 1); ++i)
    itemAt(*sequence_, i).compact();
}

void Frames::writeOffsets() {
  std::vector<std::uint8_t> table;
  if (!offsets_) { // what stands there is shorter than an offset
    itemAt(*sequence_, 0).putUint8Array(nullptr, 0);
    return;
  }
  std::uint64_t at = 0;
  for (std::size_t f = 0; f + 1 < first_.size(); ++f) {
    for (int b = 0; b < 4; ++b)
      table.push_back(static_cast<std::uint8_t>(at >> (8 * b)));
    for (auto i = first_[f]; i < first_[f + 1]; ++i)
      at += 8 + itemAt(*sequence_, i).getLength();
  }
  // Past 4 GiB there is no such table, and none is needed where each frame is one fragment.
  if (at > 0xFFFFFFFFULL)
    table.clear();
  itemAt(*sequence_, 0).putUint8Array(table.empty() ? nullptr : table.data(), static_cast<unsigned long>(table.size()));
}

} // namespace hipcuff::dicom
