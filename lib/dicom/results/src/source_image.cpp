#include "hipcuff/dicom/results/source_image.h"

#include "head.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/patient_key.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "source_data.h"
#include "to_utf8.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

namespace hipcuff::dicom {
namespace {

// Patient, study and how to refer to the image; ascending. Everything else of the image stays behind.
constexpr Wanted elements[] = {
    {0x00080005, "CS"}, // Specific Character Set
    {0x00080016, "UI"}, // SOP Class UID
    {0x00080018, "UI"}, // SOP Instance UID
    {0x00080020, "DA"}, // Study Date
    {0x00080030, "TM"}, // Study Time
    {0x00080050, "SH"}, // Accession Number
    {0x00080051, "SQ"}, // Issuer of Accession Number Sequence
    {0x00080060, "CS"}, // Modality
    {0x00080090, "PN"}, // Referring Physician's Name
    {0x00080201, "SH"}, // Timezone Offset From UTC
    {0x00081030, "LO"}, // Study Description
    {0x00081032, "SQ"}, // Procedure Code Sequence
    {0x00100010, "PN"}, // Patient's Name
    {0x00100020, "LO"}, // Patient ID
    {0x00100021, "LO"}, // Issuer of Patient ID
    {0x00100024, "SQ"}, // Issuer of Patient ID Qualifiers Sequence
    {0x00100030, "DA"}, // Patient's Birth Date
    {0x00100040, "CS"}, // Patient's Sex
    {0x00101010, "AS"}, // Patient's Age
    {0x00120010, "LO"}, // Clinical Trial Sponsor Name
    {0x00120020, "LO"}, // Clinical Trial Protocol ID
    {0x00120021, "LO"}, // Clinical Trial Protocol Name
    {0x00120030, "LO"}, // Clinical Trial Site ID
    {0x00120031, "LO"}, // Clinical Trial Site Name
    {0x00120040, "LO"}, // Clinical Trial Subject ID
    {0x00120042, "LO"}, // Clinical Trial Subject Reading ID
    {0x00120062, "CS"}, // Patient Identity Removed
    {0x00120063, "LO"}, // De-identification Method
    {0x00120064, "SQ"}, // De-identification Method Code Sequence
    {0x0020000D, "UI"}, // Study Instance UID
    {0x0020000E, "UI"}, // Series Instance UID
    {0x00200010, "SH"}, // Study ID
    {0x00200011, "IS"}, // Series Number
    {0x00200013, "IS"}, // Instance Number
    {0x00200052, "UI"}, // Frame of Reference UID
    {0x00200060, "CS"}, // Laterality
    {0x00280002, "US"}, // Samples per Pixel
    {0x00280004, "CS"}, // Photometric Interpretation
    {0x00280008, "IS"}, // Number of Frames
    {0x00280010, "US"}, // Rows
    {0x00280011, "US"}, // Columns
    {0x00280034, "IS"}, // Pixel Aspect Ratio
    {0x00280301, "CS"}, // Burned In Annotation
    {0x00281050, "DS"}, // Window Center
    {0x00281051, "DS"}, // Window Width
    {0x00281052, "DS"}, // Rescale Intercept
    {0x00281053, "DS"}, // Rescale Slope
    {0x00281054, "LO"}, // Rescale Type
    {0x00281056, "CS"}, // VOI LUT Function
    {0x00282000, "OB"}, // ICC Profile
    {0x00282002, "CS"}, // Color Space
    {0x00282110, "CS"}, // Lossy Image Compression
    {0x00282112, "DS"}, // Lossy Image Compression Ratio
    {0x00282114, "CS"}, // Lossy Image Compression Method
    {0x00283000, "SQ"}, // Modality LUT Sequence
    {0x00283010, "SQ"}, // VOI LUT Sequence
};

std::string text(DcmItem& data, const DcmTagKey& tag) {
  OFString value;
  if (data.findAndGetOFStringArray(tag, value).bad())
    return {};
  std::string out(value.data(), value.size());
  const auto end = out.find_last_not_of(std::string_view(" \0", 2));
  return end == std::string::npos ? std::string() : out.substr(0, end + 1);
}

int number(DcmItem& data, const DcmTagKey& tag) {
  Uint16 value = 0;
  return data.findAndGetUint16(tag, value).good() ? value : 0;
}

bool allAscii(DcmItem& data) {
  DcmStack stack;
  while (data.nextObject(stack, OFTrue).good()) {
    auto* element = dynamic_cast<DcmByteString*>(stack.top());
    char* value = nullptr;
    Uint32 length = 0;
    if (element && element->getString(value, length).good() && value && !isAscii({value, length}))
      return false;
  }
  return true;
}

/// As the pictures' reader has it: names in UTF-8.
std::string patientOf(DcmDataset& data) {
  DcmDataset names;
  for (const auto& tag : {DCM_SpecificCharacterSet, DCM_PatientName, DCM_PatientID, DCM_PatientBirthDate}) {
    DcmElement* element = nullptr;
    if (data.findAndGetElement(tag, element, OFFalse, OFTrue).good() && element)
      need(names.insert(element, OFTrue), "copy an element of the image");
  }
  if (!allAscii(names))
    (void)becomesUtf8(names);
  return patientDigest(text(names, DCM_PatientID), text(names, DCM_PatientName), text(names, DCM_PatientBirthDate));
}

std::string labelOf(DcmItem& data, const std::string& sopInstanceUid) {
  const auto number = [&](const DcmTagKey& tag) -> std::string {
    Sint32 value = 0;
    return data.findAndGetSint32(tag, value).good() ? std::to_string(value) : std::string();
  };
  const auto series = number(DCM_SeriesNumber);
  const auto image = number(DCM_InstanceNumber);
  if (image.empty())
    return "image " + sha256(sopInstanceUid).substr(0, 8);
  return (series.empty() ? "" : "series " + series + ", ") + "image " + image;
}

} // namespace

SourceImage SourceImage::read(const std::filesystem::path& file) {
  constexpr std::uint64_t maxInflated = 16ULL << 30;
  const auto structure = walkStructure(file, maxInflated, elements);
  auto parsed = parseHeader(structure);
  auto& data = *parsed.data;
  SourceImage out;
  out.path = file;
  out.studyInstanceUid = text(data, DCM_StudyInstanceUID);
  out.seriesInstanceUid = text(data, DCM_SeriesInstanceUID);
  out.sopClassUid = text(data, DCM_SOPClassUID);
  if (out.sopClassUid.empty())
    out.sopClassUid = structure.mediaClassUid;
  out.sopInstanceUid = text(data, DCM_SOPInstanceUID);
  const std::pair<const std::string*, const char*> needed[] = {{&out.studyInstanceUid, "Study Instance UID"},
                                                               {&out.seriesInstanceUid, "Series Instance UID"},
                                                               {&out.sopClassUid, "SOP Class UID"},
                                                               {&out.sopInstanceUid, "SOP Instance UID"}};
  for (const auto& [value, name] : needed)
    if (value->empty())
      throw InputError(file, std::string("it has no ") + name + ", so that no DICOM result can refer to it",
                       "export it again from the scanner or the PACS");
  out.modality = text(data, DCM_Modality);
  out.patientKey = patientOf(data);
  out.transferSyntaxUid = structure.syntaxUid;
  out.rows = number(data, DCM_Rows);
  out.columns = number(data, DCM_Columns);
  Sint32 frames = 0;
  if (data.findAndGetSint32(DCM_NumberOfFrames, frames).good() && frames > 1)
    out.frames = frames;
  out.colour = number(data, DCM_SamplesPerPixel) > 1 || text(data, DCM_PhotometricInterpretation) == "PALETTE COLOR";
  out.characterSet = text(data, DCM_SpecificCharacterSet);
  out.undeclaredText = out.characterSet.empty() && !allAscii(data);
  out.label = labelOf(data, out.sopInstanceUid);
  out.data_ = std::make_shared<SourceData>(SourceData{std::move(parsed.data)});
  return out;
}

} // namespace hipcuff::dicom
