#include "hipcuff/dicom/deidentify/object_facts.h"

#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/guard/syntax.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

namespace hipcuff::dicom {
namespace {

// Ascending.
constexpr Wanted elements[] = {
    {0x00080005, "CS"}, {0x00080016, "UI"}, {0x00080018, "UI"}, {0x00080060, "CS"}, {0x00080070, "LO"},
    {0x00081090, "LO"}, {0x00280008, "IS"}, {0x00280010, "US"}, {0x00280011, "US"},
};

std::string textOf(DcmDataset& data, const DcmTagKey& tag) {
  OFString text;
  data.findAndGetOFString(tag, text);
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return text.c_str();
}

} // namespace

ObjectFacts factsOf(const std::filesystem::path& file) {
  constexpr std::uint64_t maxInflated = 4ULL << 30;
  const auto structure = walkStructure(file, maxInflated, elements);
  const auto parsed = parseHeader(structure);
  auto& data = *parsed.data;
  ObjectFacts facts;
  facts.sopClassUid = textOf(data, DCM_SOPClassUID);
  if (facts.sopClassUid.empty())
    facts.sopClassUid = structure.mediaClassUid;
  facts.sopClass = className(facts.sopClassUid);
  facts.sopInstanceUid = textOf(data, DCM_SOPInstanceUID);
  facts.transferSyntaxUid = structure.syntaxUid;
  facts.transferSyntax = syntaxName(structure.syntaxUid);
  facts.modality = textOf(data, DCM_Modality);
  (void)data.convertToUTF8(); // what can't be converted stays as it is
  facts.manufacturer = textOf(data, DCM_Manufacturer);
  facts.model = textOf(data, DCM_ManufacturerModelName);
  facts.knownClass = facts.sopClassUid.starts_with("1.2.840.10008.") && dcmFindNameOfUID(facts.sopClassUid.c_str());
  facts.hasPixels = structure.hasPixelData || structure.hasOtherPixelData;
  facts.segments = facts.sopClassUid == UID_SegmentationStorage;
  Uint16 number = 0;
  if (data.findAndGetUint16(DCM_Columns, number).good())
    facts.columns = number;
  if (data.findAndGetUint16(DCM_Rows, number).good())
    facts.rows = number;
  Sint32 frames = 1;
  if (facts.hasPixels)
    facts.frames =
        data.findAndGetSint32(DCM_NumberOfFrames, frames).good() && frames > 0 ? static_cast<int>(frames) : 1;
  return facts;
}

} // namespace hipcuff::dicom
