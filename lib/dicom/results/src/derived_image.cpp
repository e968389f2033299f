#include "derived_image.h"

#include "head.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/one_line.h"
#include "hipcuff/dicom/guard/syntax.h"
#include "source_data.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcostrmb.h"
#include "dcmtk/dcmdata/dctk.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace hipcuff::dicom {
namespace {

/// Lossy Image Compression Method (PS3.3 C.7.6.1.1.5.1) of a transfer syntax; empty: lossless, or not known to lose.
std::string lossyMethod(const std::string& syntax) {
  constexpr std::pair<std::string_view, const char*> methods[] = {
      {"1.2.840.10008.1.2.4.50", "ISO_10918_1"},   {"1.2.840.10008.1.2.4.51", "ISO_10918_1"},
      {"1.2.840.10008.1.2.4.53", "ISO_10918_1"},   {"1.2.840.10008.1.2.4.55", "ISO_10918_1"},
      {"1.2.840.10008.1.2.4.81", "ISO_14495_1"},   {"1.2.840.10008.1.2.4.100", "ISO_13818_2"},
      {"1.2.840.10008.1.2.4.101", "ISO_13818_2"},  {"1.2.840.10008.1.2.4.102", "ISO_14496_10"},
      {"1.2.840.10008.1.2.4.103", "ISO_14496_10"}, {"1.2.840.10008.1.2.4.104", "ISO_14496_10"},
      {"1.2.840.10008.1.2.4.105", "ISO_14496_10"}, {"1.2.840.10008.1.2.4.106", "ISO_14496_10"},
      {"1.2.840.10008.1.2.4.107", "ISO_23008_2"},  {"1.2.840.10008.1.2.4.108", "ISO_23008_2"}};
  for (const auto& [uid, method] : methods)
    if (syntax == uid)
      return method;
  return {};
}

std::size_t endOfCharacters(const std::string& utf8, std::size_t most) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < utf8.size(); ++i)
    if ((static_cast<unsigned char>(utf8[i]) & 0xC0) != 0x80 && ++seen > most)
      return i;
  return utf8.size();
}

} // namespace

std::string sourceDigest(const SourceImage& source) {
  DcmDataset from(*source.data().elements);
  return digestOf(from) + source.transferSyntaxUid;
}

std::string digestOf(DcmDataset& from) {
  std::vector<std::uint8_t> bytes(from.calcElementLength(EXS_LittleEndianExplicit, EET_ExplicitLength) + 4096U);
  DcmOutputBufferStream stream(bytes.data(), static_cast<offile_off_t>(bytes.size()));
  from.transferInit();
  need(from.write(stream, EXS_LittleEndianExplicit, EET_ExplicitLength, nullptr), "write the image's header");
  from.transferEnd();
  void* begin = nullptr;
  offile_off_t length = 0;
  stream.flushBuffer(begin, length);
  return sha256({static_cast<const char*>(begin), static_cast<std::size_t>(length)});
}

void addText(std::string& content, const std::string& text) {
  content += std::to_string(text.size()) + ":" + text + "\n";
}

void addNumber(std::string& content, double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g\n", value);
  content += text;
}

std::string decimal(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

std::string asOneValue(const std::string& utf8, std::size_t most) {
  std::string out = tidy(utf8, 4 * most); // a character is four bytes at most
  std::replace(out.begin(), out.end(), '\\', '/');
  out.resize(endOfCharacters(out, most));
  return out;
}

std::string asPersonName(const std::string& utf8) {
  std::string out = asOneValue(utf8);
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '^' || c == '='; }, ' ');
  return out;
}

DcmItem& newItem(DcmItem& in, const DcmTagKey& sequence) {
  DcmItem* item = nullptr;
  need(in.findOrCreateSequenceItem(DcmTag(sequence), item, -2), "add an item");
  return *item;
}

bool isMultiframeClass(const std::string& uid) noexcept {
  constexpr std::array<std::string_view, 7> classes = {UID_UltrasoundMultiframeImageStorage,
                                                       UID_RETIRED_UltrasoundMultiframeImageStorage,
                                                       UID_EnhancedUSVolumeStorage,
                                                       UID_MultiframeSingleBitSecondaryCaptureImageStorage,
                                                       UID_MultiframeGrayscaleByteSecondaryCaptureImageStorage,
                                                       UID_MultiframeGrayscaleWordSecondaryCaptureImageStorage,
                                                       UID_MultiframeTrueColorSecondaryCaptureImageStorage};
  return std::find(classes.begin(), classes.end(), uid) != classes.end();
}

bool isMultiframe(const SourceImage& source) noexcept {
  return source.frames > 1 || isMultiframeClass(source.sopClassUid);
}

void checkFrame(const SourceImage& source, int frame) {
  if (frame < 0 || frame >= source.frames)
    throw InputError(source.path,
                     "a result is about its frame " + std::to_string(frame + 1) + ", but it declares " +
                         std::to_string(source.frames),
                     "export it again from the scanner or the PACS");
}

void putSourceImage(DcmItem& in, const SourceImage& source, int frame, bool pixelForPixel) {
  DcmItem& item = newItem(in, DCM_SourceImageSequence);
  putText(item, DCM_ReferencedSOPClassUID, source.sopClassUid);
  putText(item, DCM_ReferencedSOPInstanceUID, source.sopInstanceUid);
  if (isMultiframe(source))
    putText(item, DCM_ReferencedFrameNumber, std::to_string(frame + 1));
  putText(item, DCM_SpatialLocationsPreserved, pixelForPixel ? "YES" : "NO");
  putCode(item, DCM_PurposeOfReferenceCodeSequence, {"121322", "DCM", "Source Image for Image Processing Operation"});
}

void putLossy(DcmDataset& object, const SourceImage& source) {
  DcmDataset from(*source.data().elements);
  const std::string method = lossyMethod(source.transferSyntaxUid);
  const bool lossy = textOf(from, DCM_LossyImageCompression) == "01" || !method.empty();
  putText(object, DCM_LossyImageCompression, lossy ? "01" : "00");
  if (!lossy)
    return;
  for (const auto& tag : {DCM_LossyImageCompressionRatio, DCM_LossyImageCompressionMethod}) {
    const auto said = textOf(from, tag);
    if (!said.empty())
      putText(object, tag, said);
    else if (tag == DCM_LossyImageCompressionMethod && !method.empty())
      putText(object, tag, method);
  }
}

void putImageHead(DcmDataset& object, const ObjectIdentity& identity, const char* imageType) {
  putText(object, DCM_ImageType, imageType);
  putText(object, DCM_ContentDate, identity.date);
  putText(object, DCM_ContentTime, identity.time);
  putText(object, DCM_PatientOrientation, "");
}

std::string textOf(DcmItem& item, const DcmTagKey& tag) {
  OFString value;
  if (item.findAndGetOFStringArray(tag, value).bad())
    return {};
  const std::string out(value.data(), value.size());
  const auto end = out.find_last_not_of(std::string_view(" \0", 2));
  return end == std::string::npos ? std::string() : out.substr(0, end + 1);
}

std::optional<int> numberOf(DcmItem& item, const DcmTagKey& tag) {
  DcmElement* element = nullptr;
  if (item.findAndGetElement(tag, element).bad() || element->getVM() < 1)
    return {};
  Uint16 small = 0;
  if (element->getUint16(small).good())
    return small;
  Sint32 number = 0; // IS
  if (element->getSint32(number).good())
    return number;
  return {};
}

std::vector<DcmItem*> itemsOf(DcmItem& item, const DcmTagKey& tag) {
  std::vector<DcmItem*> out;
  DcmSequenceOfItems* sequence = nullptr;
  if (item.findAndGetSequence(tag, sequence).bad() || !sequence)
    return out;
  for (DcmObject* at = nullptr; (at = sequence->nextInContainer(at)) != nullptr;)
    if (auto* entry = dynamic_cast<DcmItem*>(at))
      out.push_back(entry);
  return out;
}

StoredObject storedObject(const std::filesystem::path& path, DcmItem& data) {
  StoredObject out;
  out.path = path;
  const std::pair<std::string*, DcmTagKey> fields[] = {{&out.sopClassUid, DCM_SOPClassUID},
                                                       {&out.sopInstanceUid, DCM_SOPInstanceUID},
                                                       {&out.studyInstanceUid, DCM_StudyInstanceUID},
                                                       {&out.seriesInstanceUid, DCM_SeriesInstanceUID},
                                                       {&out.modality, DCM_Modality},
                                                       {&out.seriesDescription, DCM_SeriesDescription},
                                                       {&out.date, DCM_InstanceCreationDate},
                                                       {&out.time, DCM_InstanceCreationTime},
                                                       {&out.manufacturer, DCM_Manufacturer},
                                                       {&out.softwareVersions, DCM_SoftwareVersions},
                                                       {&out.identity.patientName, DCM_PatientName},
                                                       {&out.identity.patientId, DCM_PatientID},
                                                       {&out.identity.birthDate, DCM_PatientBirthDate},
                                                       {&out.identity.accessionNumber, DCM_AccessionNumber}};
  for (const auto& [field, tag] : fields)
    *field = textOf(data, tag);
  out.instanceNumber = numberOf(data, DCM_InstanceNumber).value_or(1);
  out.sopClass = className(out.sopClassUid);
  return out;
}

std::vector<PictureReference> referencesOf(DcmItem& sourceImage) {
  const auto uid = textOf(sourceImage, DCM_ReferencedSOPInstanceUID);
  std::vector<PictureReference> out;
  if (uid.empty())
    return out;
  DcmElement* element = nullptr;
  if (sourceImage.findAndGetElement(DCM_ReferencedFrameNumber, element).good() && element->getVM() > 0) {
    for (unsigned long i = 0; i < element->getVM(); ++i) {
      Sint32 frame = 0;
      if (element->getSint32(frame, i).good() && frame > 0)
        out.push_back({uid, frame - 1});
    }
    return out;
  }
  out.push_back({uid, {}});
  return out;
}

} // namespace hipcuff::dicom
