#include "hipcuff/dicom/original_facts.h"

#include "hipcuff/dicom/guard/data_set.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <array>
#include <cstdint>
#include <set>
#include <vector>

namespace hipcuff::dicom {
namespace {

// Ascending.
constexpr Wanted elements[] = {
    {0x00080005, "CS"}, {0x00100010, "PN"}, {0x00100020, "LO"}, {0x00100021, "LO"}, {0x00100030, "DA"},
    {0x00280004, "CS"}, {0x00280100, "US"}, {0x00281101, "US"}, {0x00281102, "US"}, {0x00281103, "US"},
    {0x00281201, "OW"}, {0x00281202, "OW"}, {0x00281203, "OW"}, {0x00620001, "CS"},
};

std::string textOf(DcmDataset& data, const DcmTagKey& tag) {
  OFString text;
  data.findAndGetOFString(tag, text);
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return text.c_str();
}

/// One colour's entries at the 8 bits that are shown. Empty: not a plain table.
std::vector<std::uint8_t> tableOf(DcmDataset& data, const DcmTagKey& descriptor, const DcmTagKey& tag) {
  Uint16 entries = 0, bits = 0;
  const Uint16* words = nullptr;
  unsigned long count = 0;
  if (data.findAndGetUint16(descriptor, entries, 0).bad() || data.findAndGetUint16(descriptor, bits, 2).bad() ||
      data.findAndGetUint16Array(tag, words, &count).bad() || !words)
    return {};
  const std::size_t size = entries == 0 ? 65536 : entries;
  std::vector<std::uint8_t> out;
  if (count < size) { // two entries in a word
    for (std::size_t i = 0; i < size && i / 2 < count; ++i)
      out.push_back(static_cast<std::uint8_t>(words[i / 2] >> (8 * (i % 2)) & 0xFF));
    return out;
  }
  bool wide = false;
  for (std::size_t i = 0; i < size; ++i)
    wide = wide || words[i] > 0xFF;
  for (std::size_t i = 0; i < size; ++i)
    out.push_back(static_cast<std::uint8_t>(wide ? words[i] >> 8 : words[i]));
  return out;
}

bool hides(DcmDataset& data) {
  const auto red = tableOf(data, DCM_RedPaletteColorLookupTableDescriptor, DCM_RedPaletteColorLookupTableData);
  const auto green = tableOf(data, DCM_GreenPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableData);
  const auto blue = tableOf(data, DCM_BluePaletteColorLookupTableDescriptor, DCM_BluePaletteColorLookupTableData);
  if (red.empty() || red.size() != green.size() || red.size() != blue.size())
    return true; // segmented, or broken: nobody can tell
  std::set<std::array<std::uint8_t, 3>> seen;
  for (std::size_t i = 0; i < red.size(); ++i)
    if (!seen.insert({red[i], green[i], blue[i]}).second)
      return true;
  return false;
}

} // namespace

OriginalFacts originalFactsOf(const std::filesystem::path& file) {
  constexpr std::uint64_t maxInflated = 4ULL << 30;
  const auto parsed = parseHeader(walkStructure(file, maxInflated, elements));
  auto& data = *parsed.data;
  OriginalFacts facts;
  Uint16 bits = 0;
  facts.binarySegments = data.findAndGetUint16(DCM_BitsAllocated, bits).good() && bits == 1 &&
                         textOf(data, DCM_SegmentationType) == "BINARY";
  facts.hidingPalette = textOf(data, DCM_PhotometricInterpretation) == "PALETTE COLOR" && hides(data);
  (void)data.convertToUTF8(); // what can't be converted stays as it is
  facts.patientId = textOf(data, DCM_PatientID);
  facts.patientName = textOf(data, DCM_PatientName);
  facts.birthDate = textOf(data, DCM_PatientBirthDate);
  facts.issuerOfPatientId = textOf(data, DCM_IssuerOfPatientID);
  return facts;
}

} // namespace hipcuff::dicom
