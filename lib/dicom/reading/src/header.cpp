#include "header.h"

#include "palette.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/guard/to_utf8.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <charconv>
#include <cmath>
#include <string_view>

namespace hipcuff::dicom {
namespace {

// What reading an image needs, in ascending order. Nothing else reaches DCMTK.
constexpr Wanted wantedElements[] = {
    {0x00080005, "CS"},                                         // Specific Character Set
    {0x00080008, "CS"},                                         // Image Type
    {0x00080016, "UI"},                                         // SOP Class UID
    {0x00080018, "UI"},                                         // SOP Instance UID
    {0x00080020, "DA"},                                         // Study Date
    {0x00080050, "SH"},                                         // Accession Number
    {0x00080060, "CS"},                                         // Modality
    {0x00080070, "LO"},                                         // Manufacturer
    {0x00081030, "LO"},                                         // Study Description
    {0x00081032, "SQ"},                                         // Procedure Code Sequence
    {0x0008103E, "LO"},                                         // Series Description
    {0x00081090, "LO"},                                         // Manufacturer's Model Name
    {0x00082120, "SH"},                                         // Stage Name
    {0x00082127, "SH"},                                         // View Name
    {0x00082144, "IS"},                                         // Recommended Display Frame Rate
    {0x00082218, "SQ"},                                         // Anatomic Region Sequence
    {0x00082228, "SQ"},                                         // Primary Anatomic Structure Sequence
    {0x00100010, "PN"},                                         // Patient's Name
    {0x00100020, "LO"},                                         // Patient ID
    {0x00100030, "DA"},                                         // Patient's Birth Date
    {0x00180015, "CS"},                                         // Body Part Examined
    {0x00180040, "IS"},                                         // Cine Rate
    {0x00181030, "LO"},                                         // Protocol Name
    {0x00181063, "DS"},                                         // Frame Time
    {0x00181065, "DS"},                                         // Frame Time Vector
    {0x00181164, "DS"},                                         // Imager Pixel Spacing
    {0x00184000, "LT"},                                         // Acquisition Comments
    {0x00186011, "SQ"},                                         // Sequence of Ultrasound Regions
    {0x0020000D, "UI"},                                         // Study Instance UID
    {0x0020000E, "UI"},                                         // Series Instance UID
    {0x00200060, "CS"},                                         // Laterality
    {0x00200062, "CS"},                                         // Image Laterality
    {0x00204000, "LT"},                                         // Image Comments
    {0x00280002, "US"},                                         // Samples per Pixel
    {0x00280004, "CS"},                                         // Photometric Interpretation
    {0x00280006, "US"},                                         // Planar Configuration
    {0x00280008, "IS"},                                         // Number of Frames
    {0x00280009, "AT"},                                         // Frame Increment Pointer
    {0x00280010, "US"},                                         // Rows
    {0x00280011, "US"},                                         // Columns
    {0x00280030, "DS"},                                         // Pixel Spacing
    {0x00280100, "US"},                                         // Bits Allocated
    {0x00280101, "US"},                                         // Bits Stored
    {0x00280102, "US"},                                         // High Bit
    {0x00280103, "US"},                                         // Pixel Representation
    {0x00281050, "DS"},                                         // Window Center
    {0x00281051, "DS"},                                         // Window Width
    {0x00281052, "DS"},                                         // Rescale Intercept
    {0x00281053, "DS"},                                         // Rescale Slope
    {0x00281056, "CS"},                                         // VOI LUT Function
    {0x00281101, "US"},                                         // Red Palette Color Lookup Table Descriptor
    {0x00281102, "US"}, {0x00281103, "US"}, {0x00281201, "OW"}, // Red Palette Color Lookup Table Data
    {0x00281202, "OW"}, {0x00281203, "OW"}, {0x00281221, "OW"}, // Segmented Red Palette Color Lookup Table Data
    {0x00281222, "OW"}, {0x00281223, "OW"}, {0x00283010, "SQ"}, // VOI LUT Sequence
    {0x00321060, "LO"},                                         // Requested Procedure Description
    {0x00400254, "LO"},                                         // Performed Procedure Step Description
    {0x00540220, "SQ"},                                         // View Code Sequence
    {0x20500020, "CS"},                                         // Presentation LUT Shape
};

std::string trimmed(std::string text) {
  const auto begin =
      text.find_first_not_of(std::string_view(" \0", 2)); // leading blanks are padding in every VR read here
  if (begin == std::string::npos)
    return {};
  auto end = text.size();
  while (end > begin && (text[end - 1] == ' ' || text[end - 1] == '\0'))
    --end;
  return text.substr(begin, end - begin);
}

std::string textOf(DcmItem& item, const DcmTagKey& tag) {
  OFString value;
  if (item.findAndGetOFStringArray(tag, value).bad())
    return {};
  return trimmed({value.data(), value.size()});
}

std::optional<double> toDouble(std::string text) {
  text = trimmed(text);
  const char* begin = text.c_str();
  if (*begin == '+')
    ++begin;
  double value = 0;
  const auto* end = text.c_str() + text.size();
  const auto result = std::from_chars(begin, end, value);
  if (result.ec != std::errc() || result.ptr != end || !std::isfinite(value))
    return {};
  return value;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (true) {
    const auto next = text.find('\\', at);
    parts.push_back(text.substr(at, next - at));
    if (next == std::string::npos)
      return parts;
    at = next + 1;
  }
}

/// All values, or none where one of them is not a number.
std::vector<double> numbers(DcmItem& item, const DcmTagKey& tag, bool* unreadable = nullptr) {
  const auto text = textOf(item, tag);
  std::vector<double> values;
  if (text.empty())
    return values;
  for (const auto& part : split(text)) {
    const auto value = toDouble(part);
    if (!value) {
      if (unreadable)
        *unreadable = true;
      return {};
    }
    values.push_back(*value);
  }
  return values;
}

std::optional<double> number(DcmItem& item, const DcmTagKey& tag) {
  const auto values = numbers(item, tag);
  return values.empty() ? std::nullopt : std::optional(values.front());
}

/// US, SS, UL or SL, whichever the file used.
std::optional<long> integer(DcmItem& item, const DcmTagKey& tag, unsigned long position = 0) {
  DcmElement* element = nullptr;
  if (item.findAndGetElement(tag, element).bad() || !element)
    return {};
  Uint16 us = 0;
  Sint16 ss = 0;
  Uint32 ul = 0;
  Sint32 sl = 0;
  if (element->getUint16(us, position).good())
    return us;
  if (element->getSint16(ss, position).good())
    return ss;
  if (element->getUint32(ul, position).good())
    return static_cast<long>(ul);
  if (element->getSint32(sl, position).good())
    return sl;
  return {};
}

std::optional<double> real(DcmItem& item, const DcmTagKey& tag) {
  Float64 value = 0;
  if (item.findAndGetFloat64(tag, value).good())
    return value;
  return {};
}

std::vector<CodedConcept> codes(DcmItem& item, const DcmTagKey& tag, const DcmTagKey& modifierTag) {
  std::vector<CodedConcept> result;
  DcmSequenceOfItems* sequence = nullptr;
  if (item.findAndGetSequence(tag, sequence).bad() || !sequence)
    return result;
  for (unsigned long i = 0; i < sequence->card(); ++i) {
    auto& code = *sequence->getItem(i);
    CodedConcept concept_;
    concept_.value = textOf(code, DCM_CodeValue);
    concept_.scheme = textOf(code, DCM_CodingSchemeDesignator);
    concept_.meaning = textOf(code, DCM_CodeMeaning);
    if (modifierTag != DcmTagKey())
      concept_.modifiers = codes(code, modifierTag, DcmTagKey());
    result.push_back(std::move(concept_));
  }
  return result;
}

std::vector<std::uint8_t> wordBytes(DcmItem& item, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (item.findAndGetElement(tag, element).bad() || !element)
    return {};
  const auto length = element->getLength();
  std::vector<std::uint8_t> bytes(length);
  Uint16* words = nullptr;
  Uint8* raw = nullptr;
  // As little-endian words, whatever the file's order.
  if (element->getUint16Array(words).good() && words) {
    for (Uint32 i = 0; i + 1 < length; i += 2) {
      bytes[i] = static_cast<std::uint8_t>(words[i / 2] & 0xFF);
      bytes[i + 1] = static_cast<std::uint8_t>(words[i / 2] >> 8);
    }
  } else if (element->getUint8Array(raw).good() && raw) {
    bytes.assign(raw, raw + length);
  } else {
    bytes.clear();
  }
  return bytes;
}

void readPalette(DcmItem& data, ImageInfo& image) {
  PaletteSource source;
  const DcmTagKey descriptors[] = {DCM_RedPaletteColorLookupTableDescriptor, DCM_GreenPaletteColorLookupTableDescriptor,
                                   DCM_BluePaletteColorLookupTableDescriptor};
  const DcmTagKey tables[] = {DCM_RedPaletteColorLookupTableData, DCM_GreenPaletteColorLookupTableData,
                              DCM_BluePaletteColorLookupTableData};
  const DcmTagKey segmented[] = {DCM_SegmentedRedPaletteColorLookupTableData,
                                 DCM_SegmentedGreenPaletteColorLookupTableData,
                                 DCM_SegmentedBluePaletteColorLookupTableData};
  source.signedPixels = image.isSigned;
  for (std::size_t c = 0; c < 3; ++c) {
    auto& channel = source.channels[c];
    channel.entries = integer(data, descriptors[c], 0).value_or(-1);
    channel.firstMapped = integer(data, descriptors[c], 1).value_or(0);
    channel.bits = integer(data, descriptors[c], 2).value_or(0);
    channel.table = wordBytes(data, tables[c]);
    if (channel.table.empty()) {
      channel.table = wordBytes(data, segmented[c]);
      channel.segmented = !channel.table.empty();
    }
  }
  image.palette = makePalette(source, image.paletteProblem);
}

void readImage(DcmItem& data, Header& out) {
  auto& image = out.image;
  const auto rows = integer(data, DCM_Rows);
  const auto columns = integer(data, DCM_Columns);
  out.hasImage = rows && columns;
  image.rows = static_cast<int>(rows.value_or(0));
  image.columns = static_cast<int>(columns.value_or(0));
  image.photometric = textOf(data, DCM_PhotometricInterpretation);
  const bool colour = image.photometric == "RGB" || image.photometric.rfind("YBR", 0) == 0;
  image.samples = static_cast<int>(integer(data, DCM_SamplesPerPixel).value_or(colour ? 3 : 1));
  image.bitsAllocated = static_cast<int>(integer(data, DCM_BitsAllocated).value_or(8));
  image.bitsStored = static_cast<int>(integer(data, DCM_BitsStored).value_or(image.bitsAllocated));
  image.highBit = static_cast<int>(integer(data, DCM_HighBit).value_or(image.bitsStored - 1));
  image.isSigned = integer(data, DCM_PixelRepresentation).value_or(0) == 1;
  image.planar = integer(data, DCM_PlanarConfiguration).value_or(0) == 1;
  const auto frames = textOf(data, DCM_NumberOfFrames);
  if (!frames.empty()) {
    const auto value = toDouble(frames);
    if (value && std::abs(*value) < 1e15 && *value == std::floor(*value))
      image.declaredFrames = static_cast<long>(*value);
    else
      image.framesUnreadable = true;
  }
  if (image.photometric == "PALETTE COLOR")
    readPalette(data, image);
  const auto center = number(data, DCM_WindowCenter);
  const auto width = number(data, DCM_WindowWidth);
  if (center && width && *width >= 1) {
    image.window = Window{*center, *width, Window::Function::linear};
    const auto function = textOf(data, DCM_VOILUTFunction);
    if (function == "LINEAR_EXACT")
      image.window->function = Window::Function::linearExact;
    else if (function == "SIGMOID")
      image.window->function = Window::Function::sigmoid;
  }
  image.slope = number(data, DCM_RescaleSlope).value_or(1);
  if (image.slope == 0)
    image.slope = 1;
  image.intercept = number(data, DCM_RescaleIntercept).value_or(0);
  image.inverse = textOf(data, DCM_PresentationLUTShape) == "INVERSE";
  image.hasVoiLut = data.tagExists(DCM_VOILUTSequence);
}

void readRegions(DcmItem& data, Header& out) {
  DcmSequenceOfItems* sequence = nullptr;
  if (data.findAndGetSequence(DCM_SequenceOfUltrasoundRegions, sequence).bad() || !sequence)
    return;
  for (unsigned long i = 0; i < sequence->card(); ++i) {
    auto& item = *sequence->getItem(i);
    RegionItem region;
    region.spatialFormat = integer(item, DCM_RegionSpatialFormat);
    region.dataType = integer(item, DCM_RegionDataType);
    region.unitsX = integer(item, DCM_PhysicalUnitsXDirection);
    region.unitsY = integer(item, DCM_PhysicalUnitsYDirection);
    region.minX0 = integer(item, DCM_RegionLocationMinX0);
    region.minY0 = integer(item, DCM_RegionLocationMinY0);
    region.maxX1 = integer(item, DCM_RegionLocationMaxX1);
    region.maxY1 = integer(item, DCM_RegionLocationMaxY1);
    region.referenceX0 = integer(item, DCM_ReferencePixelX0);
    region.referenceY0 = integer(item, DCM_ReferencePixelY0);
    region.deltaX = real(item, DCM_PhysicalDeltaX);
    region.deltaY = real(item, DCM_PhysicalDeltaY);
    out.regions.push_back(region);
  }
}

void readTexts(DcmItem& data, Header& out) {
  const struct {
    DcmTagKey tag;
    const char* name;
  } fields[] = {{DCM_ImageComments, "ImageComments"},
                {DCM_ViewName, "ViewName"},
                {DCM_StageName, "StageName"},
                {DCM_RETIRED_AcquisitionComments, "AcquisitionComments"},
                {DCM_SeriesDescription, "SeriesDescription"},
                {DCM_ProtocolName, "ProtocolName"},
                {DCM_PerformedProcedureStepDescription, "PerformedProcedureStepDescription"},
                {DCM_RequestedProcedureDescription, "RequestedProcedureDescription"},
                {DCM_StudyDescription, "StudyDescription"}};
  for (const auto& field : fields)
    if (auto text = textOf(data, field.tag); !text.empty())
      out.texts.push_back({field.name, std::move(text)});
  for (const auto& code : codes(data, DCM_ProcedureCodeSequence, DcmTagKey()))
    if (!code.meaning.empty())
      out.texts.push_back({"ProcedureCodeSequence", code.meaning});
}

} // namespace

std::span<const Wanted> headerElements() noexcept {
  return wantedElements;
}

Header readHeader(const Structure& structure) {
  const auto parsed = parseHeader(structure);
  auto& data = *parsed.data;
  Header out;
  if (parsed.sequencesUnreadable) {
    out.sequencesUnreadable = true;
    out.problems.emplace_back("its sequences can't be read and were left out");
  }
  // Names and descriptions become UTF-8 where the character set is known; elsewhere only ASCII is kept.
  const bool converted = becomesUtf8(data);
  out.classUid = textOf(data, DCM_SOPClassUID);
  out.modality = textOf(data, DCM_Modality);
  out.manufacturer = textOf(data, DCM_Manufacturer);
  out.modelName = textOf(data, DCM_ManufacturerModelName);
  out.studyUid = textOf(data, DCM_StudyInstanceUID);
  out.seriesUid = textOf(data, DCM_SeriesInstanceUID);
  out.instanceUid = textOf(data, DCM_SOPInstanceUID);
  out.studyDate = textOf(data, DCM_StudyDate);
  out.patientName = textOf(data, DCM_PatientName);
  out.patientId = textOf(data, DCM_PatientID);
  out.birthDate = textOf(data, DCM_PatientBirthDate);
  out.accessionNumber = textOf(data, DCM_AccessionNumber);
  out.laterality = textOf(data, DCM_Laterality);
  out.imageLaterality = textOf(data, DCM_ImageLaterality);
  out.bodyPart = textOf(data, DCM_BodyPartExamined);
  out.anatomicRegions = codes(data, DCM_AnatomicRegionSequence, DCM_AnatomicRegionModifierSequence);
  out.primaryStructures =
      codes(data, DCM_PrimaryAnatomicStructureSequence, DCM_PrimaryAnatomicStructureModifierSequence);
  out.views = codes(data, DCM_ViewCodeSequence, DCM_ViewModifierCodeSequence);
  readTexts(data, out);
  readImage(data, out);
  readRegions(data, out);
  out.pixelSpacing = numbers(data, DCM_PixelSpacing, &out.pixelSpacingUnreadable);
  out.imagerPixelSpacing = numbers(data, DCM_ImagerPixelSpacing, &out.pixelSpacingUnreadable);
  out.frameTimeMs = number(data, DCM_FrameTime);
  out.frameTimeVectorMs = numbers(data, DCM_FrameTimeVector);
  out.cineRate = number(data, DCM_CineRate);
  out.displayRate = number(data, DCM_RecommendedDisplayFrameRate);
  DcmElement* pointer = nullptr;
  DcmTagKey pointed;
  if (data.findAndGetElement(DCM_FrameIncrementPointer, pointer).good() && pointer && pointer->ident() == EVR_AT &&
      static_cast<DcmAttributeTag*>(pointer)->getTagVal(pointed, 0).good())
    out.frameIncrementPointer = tagOf(pointed.getGroup(), pointed.getElement());
  if (!converted) {
    const auto asciiOnly = [](std::string& text) {
      for (char& c : text)
        if (static_cast<unsigned char>(c) > 0x7E)
          c = '?';
    };
    for (auto* text : {&out.manufacturer, &out.modelName, &out.patientName, &out.patientId, &out.accessionNumber})
      asciiOnly(*text);
    for (auto& field : out.texts)
      asciiOnly(field.text);
    out.problems.emplace_back("its character set is not known; letters beyond ASCII were replaced");
  }
  return out;
}

} // namespace hipcuff::dicom
