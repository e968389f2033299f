#include "lookup_tables.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace hipcuff::dicom {
namespace {

struct Table {
  DcmTagKey data, descriptor;
  bool segmented = false;
};

struct Declared {
  std::size_t entries = 0;
  unsigned bits = 16;
};

std::optional<Declared> declared(DcmItem& item, const DcmTagKey& descriptor) {
  const auto value = [&](unsigned long i) -> std::optional<Uint16> {
    Uint16 number = 0;
    Sint16 asSigned = 0;
    if (item.findAndGetUint16(descriptor, number, i).good())
      return number;
    if (item.findAndGetSint16(descriptor, asSigned, i).good())
      return static_cast<Uint16>(asSigned);
    return {};
  };
  const auto entries = value(0), bits = value(2);
  if (!entries || !bits)
    return {};
  return Declared{*entries == 0 ? 65536U : *entries, *bits}; // PS3.3 C.7.6.3.1.5
}

/// The words that segments (PS3.3 C.7.9.2) of so many entries take; nullopt where they can't be followed.
class Segments {
public:
  explicit Segments(std::span<const Uint16> words)
      : words_(words) {}

  std::optional<std::size_t> wordsOf(std::size_t entries) {
    std::size_t at = 0;
    while (made_ < entries) {
      const auto next = step(at, true);
      if (!next)
        return {};
      at = *next;
    }
    return made_ == entries ? std::optional(at) : std::nullopt;
  }

private:
  std::optional<std::size_t> step(std::size_t at, bool indirect) {
    if (at + 2 > words_.size())
      return {};
    const auto kind = words_[at];
    const std::size_t count = words_[at + 1];
    const auto size = kind == 0 ? 2 + count : kind == 1 ? std::size_t{3} : kind == 2 && indirect ? std::size_t{4} : 0;
    if (size == 0 || count == 0 || at + size > words_.size())
      return {};
    if (kind != 2) {
      made_ += count;
      return at + size;
    }
    auto again = (static_cast<std::size_t>(words_[at + 3]) << 16 | words_[at + 2]) / 2;
    if (again >= at) // it repeats what came before it
      return {};
    for (std::size_t i = 0; i < count; ++i) {
      const auto next = step(again, false);
      if (!next)
        return {};
      again = *next;
    }
    return at + size;
  }

  std::span<const Uint16> words_;
  std::size_t made_ = 0;
};

/// @return whether it stays
bool cut(DcmItem& item, const Table& table) {
  const Uint16* words = nullptr;
  unsigned long count = 0;
  const auto wanted = declared(item, table.descriptor);
  if (!wanted || item.findAndGetUint16Array(table.data, words, &count).bad() || !words)
    return false;
  std::size_t keep = count;
  if (table.segmented) {
    const auto used = Segments({words, count}).wordsOf(wanted->entries);
    if (!used)
      return false;
    keep = *used;
  } else if (wanted->bits <= 8 && count < wanted->entries) {
    keep = (wanted->entries + 1) / 2; // two entries in a word
  } else {
    keep = wanted->entries;
  }
  if (keep >= count)
    return true;
  const std::vector<Uint16> kept(words, words + keep);
  DcmElement* element = nullptr;
  return item.findAndGetElement(table.data, element).good() && element &&
         element->putUint16Array(kept.data(), static_cast<unsigned long>(kept.size())).good();
}

bool waveformFits(DcmItem& item) {
  Uint16 channels = 0, bits = 0;
  Uint32 samples = 0;
  DcmElement* data = nullptr;
  if (item.findAndGetUint16(DCM_NumberOfWaveformChannels, channels).bad() ||
      item.findAndGetUint32(DCM_NumberOfWaveformSamples, samples).bad() ||
      item.findAndGetUint16(DCM_WaveformBitsAllocated, bits).bad() ||
      item.findAndGetElement(DCM_WaveformData, data).bad() || !data)
    return false;
  const auto bytes = std::uint64_t{channels} * samples * (bits / 8);
  return bytes > 0 && (data->getLength() == bytes || data->getLength() == bytes + bytes % 2);
}

void drop(DcmItem& item, const DcmTagKey& tag) {
  const std::unique_ptr<DcmElement> gone(item.remove(tag));
}

} // namespace

void cutTables(DcmItem& item) {
  const Table tables[] = {
      {DCM_RedPaletteColorLookupTableData, DCM_RedPaletteColorLookupTableDescriptor},
      {DCM_GreenPaletteColorLookupTableData, DCM_GreenPaletteColorLookupTableDescriptor},
      {DCM_BluePaletteColorLookupTableData, DCM_BluePaletteColorLookupTableDescriptor},
      {DCM_AlphaPaletteColorLookupTableData, DCM_AlphaPaletteColorLookupTableDescriptor},
      {DCM_SegmentedRedPaletteColorLookupTableData, DCM_RedPaletteColorLookupTableDescriptor, true},
      {DCM_SegmentedGreenPaletteColorLookupTableData, DCM_GreenPaletteColorLookupTableDescriptor, true},
      {DCM_SegmentedBluePaletteColorLookupTableData, DCM_BluePaletteColorLookupTableDescriptor, true},
      {DCM_LUTData, DCM_LUTDescriptor},
      {DCM_BlendingLookupTableData, DCM_BlendingLookupTableDescriptor},
  };
  for (const auto& table : tables)
    if (item.tagExists(table.data) && !cut(item, table))
      drop(item, table.data);
  if (item.tagExists(DCM_WaveformData) && !waveformFits(item))
    drop(item, DCM_WaveformData);
  DcmElement* padding = nullptr;
  if (item.findAndGetElement(DCM_WaveformPaddingValue, padding).good() && padding && padding->getLength() > 8)
    drop(item, DCM_WaveformPaddingValue);
}

} // namespace hipcuff::dicom
