#include "hipcuff/dicom/results/secondary_capture.h"

#include "ascii_text.h"
#include "derived_image.h"
#include "head.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/error.h"
#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/guard/structure.h"
#include "hipcuff/dicom/guard/syntax.h"
#include "source_data.h"
#include "to_utf8.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dctk.h"

#include <limits>
#include <stdexcept>

namespace hipcuff::dicom {
namespace {

constexpr int seriesNumber = 9004;

// What finding an object again takes; ascending.
constexpr Wanted elements[] = {
    {0x00080005, "CS"}, // Specific Character Set
    {0x00080012, "DA"}, // Instance Creation Date
    {0x00080013, "TM"}, // Instance Creation Time
    {0x00080016, "UI"}, // SOP Class UID
    {0x00080018, "UI"}, // SOP Instance UID
    {0x00080060, "CS"}, // Modality
    {0x00080070, "LO"}, // Manufacturer
    {0x0008103E, "LO"}, // Series Description
    {0x00082111, "ST"}, // Derivation Description
    {0x00082112, "SQ"}, // Source Image Sequence
    {0x00181020, "LO"}, // Software Versions
    {0x0020000D, "UI"}, // Study Instance UID
    {0x0020000E, "UI"}, // Series Instance UID
    {0x00280008, "IS"}, // Number of Frames
    {0x00280010, "US"}, // Rows
    {0x00280011, "US"}, // Columns
    {0x00280301, "CS"}, // Burned In Annotation
};

[[noreturn]] void refuse(const std::string& what) {
  throw std::invalid_argument("not a secondary capture: " + what);
}

void check(const SourceImage& source, const SecondaryCapture& capture) {
  if (capture.pictures.empty())
    refuse("no picture");
  const auto& first = capture.pictures.front().picture;
  constexpr int most = std::numeric_limits<Uint16>::max();
  if (first.width < 1 || first.height < 1 || first.width > most || first.height > most)
    refuse("a picture of " + std::to_string(first.width) + " x " + std::to_string(first.height));
  for (const auto& [picture, frame] : capture.pictures) {
    if (picture.width != first.width || picture.height != first.height ||
        picture.data.size() != picture.index(0, picture.height))
      refuse("pictures of different sizes");
    checkFrame(source, frame);
  }
  if (capture.mmPerPx && !(capture.mmPerPx->x > 0 && capture.mmPerPx->y > 0))
    refuse("a scale that is none");
}

std::string contentOf(const SourceImage& source, const SecondaryCapture& capture) {
  // The number goes up whenever the same capture comes out as other bytes.
  std::string out = "secondary capture 2\n" + sourceDigest(source) + "\n";
  addText(out, capture.description);
  out += capture.burnedInIdentity ? "burned in\n" : "clean\n";
  if (capture.mmPerPx) {
    addNumber(out, capture.mmPerPx->x);
    addNumber(out, capture.mmPerPx->y);
  }
  for (const auto& [picture, frame] : capture.pictures)
    out += std::to_string(frame) + " " + std::to_string(picture.width) + "x" + std::to_string(picture.height) + " " +
           sha256({reinterpret_cast<const char*>(picture.data.data()), picture.data.size()}) + "\n";
  return out;
}

void putNumber(DcmItem& item, const DcmTagKey& tag, int value) {
  need(item.putAndInsertUint16(DcmTag(tag), static_cast<Uint16>(value)), "set a number");
}

void putFrames(DcmDataset& object, const SecondaryCapture& capture) {
  putText(object, DCM_NumberOfFrames, std::to_string(capture.pictures.size()));
  need(object.putAndInsertTagKey(DcmTag(DCM_FrameIncrementPointer), DCM_PageNumberVector), "set the frames' order");
  std::string pages;
  for (std::size_t i = 1; i <= capture.pictures.size(); ++i)
    pages += (pages.empty() ? "" : "\\") + std::to_string(i);
  putText(object, DCM_PageNumberVector, pages);
}

void putPixels(DcmDataset& object, const SecondaryCapture& capture) {
  const auto& first = capture.pictures.front().picture;
  putNumber(object, DCM_SamplesPerPixel, 3);
  putText(object, DCM_PhotometricInterpretation, "RGB");
  putNumber(object, DCM_PlanarConfiguration, 0);
  putNumber(object, DCM_Rows, first.height);
  putNumber(object, DCM_Columns, first.width);
  putNumber(object, DCM_BitsAllocated, 8);
  putNumber(object, DCM_BitsStored, 8);
  putNumber(object, DCM_HighBit, 7);
  putNumber(object, DCM_PixelRepresentation, 0);
  std::vector<Uint8> bytes;
  bytes.reserve(capture.pictures.size() * first.data.size() + 1);
  for (const auto& one : capture.pictures)
    bytes.insert(bytes.end(), one.picture.data.begin(), one.picture.data.end());
  if (bytes.size() % 2 != 0)
    bytes.push_back(0);
  need(object.putAndInsertUint8Array(DCM_PixelData, bytes.data(), static_cast<unsigned long>(bytes.size())),
       "set the pixels");
}

SecondaryCapture fitted(SecondaryCapture capture, const SourceImage& source) {
  fit(capture.description, source);
  return capture;
}

} // namespace

ObjectIdentity identifySecondaryCapture(const SourceImage& source, const SecondaryCapture& capture,
                                        const Provenance& provenance) {
  check(source, capture);
  DcmDataset from(*source.data().elements);
  return identify(ObjectKind::sc, source.studyInstanceUid, contentOf(source, fitted(capture, source)), provenance,
                  seriesKey(source) + source.modality + "\n" + textOf(from, DCM_Laterality));
}

ObjectIdentity writeSecondaryCapture(const std::filesystem::path& path, const SourceImage& source,
                                     const SecondaryCapture& given, const Provenance& provenance) {
  const auto identity = identifySecondaryCapture(source, given, provenance);
  const auto capture = fitted(given, source);
  const bool several = capture.pictures.size() > 1;
  if (capture.pictures.size() > 0xFFFFFF00ULL / capture.pictures.front().picture.data.size())
    throw OutputError(path, "its pictures are more than one DICOM file can hold", "write fewer or smaller ones");

  DcmFileFormat file;
  DcmDataset& object = *file.getDataset();
  DcmDataset from(*source.data().elements);
  // Of the source's modality, so that a viewer that hangs the ultrasound shows it too.
  const std::string modality = source.modality.empty() ? "OT" : source.modality;
  fillHead(object, {source, identity, provenance, ObjectKind::sc,
                    several ? UID_MultiframeTrueColorSecondaryCaptureImageStorage : UID_SecondaryCaptureImageStorage,
                    modality.c_str(), seriesNumber, "HipCuff pictures", !isAscii(capture.description)});
  putImageHead(object, identity, "DERIVED\\SECONDARY");
  putText(object, DCM_Laterality, textOf(from, DCM_Laterality)); // a hip is a paired part: there even where empty
  putText(object, DCM_ConversionType, "WSD");
  putText(object, DCM_SecondaryCaptureDeviceManufacturer, provenance.software);
  putText(object, DCM_SecondaryCaptureDeviceManufacturerModelName, provenance.software);
  putText(object, DCM_SecondaryCaptureDeviceSoftwareVersions, provenance.version);
  putText(object, DCM_DateOfSecondaryCapture, identity.date);
  putText(object, DCM_TimeOfSecondaryCapture, identity.time);
  if (!capture.description.empty())
    putText(object, DCM_DerivationDescription, asOneValue(capture.description, 1024));
  for (const auto& one : capture.pictures)
    putSourceImage(object, source, one.frame, capture.mmPerPx.has_value());
  putText(object, DCM_BurnedInAnnotation, capture.burnedInIdentity ? "YES" : "NO");
  putLossy(object, source);
  if (capture.mmPerPx)
    putText(object, DCM_PixelSpacing, decimal(capture.mmPerPx->y) + "\\" + decimal(capture.mmPerPx->x));
  if (several)
    putFrames(object, capture);
  putPixels(object, capture);
  saveWhole(file, path);
  return identity;
}

StoredSecondaryCapture readSecondaryCapture(const std::filesystem::path& path) {
  constexpr std::uint64_t maxInflated = 16ULL << 30;
  const auto structure = walkStructure(path, maxInflated, elements);
  const auto parsed = parseHeader(structure);
  auto& data = *parsed.data;
  StoredSecondaryCapture out;
  const auto classUid = textOf(data, DCM_SOPClassUID);
  if (!isSecondaryCapture(classUid.empty() ? structure.mediaClassUid : classUid))
    throw NotForUs(path, "it is no DICOM secondary capture", "");
  (void)becomesUtf8(data);
  out.object = storedObject(path, data);
  out.rows = numberOf(data, DCM_Rows).value_or(0);
  out.columns = numberOf(data, DCM_Columns).value_or(0);
  out.frames = numberOf(data, DCM_NumberOfFrames).value_or(1);
  out.description = textOf(data, DCM_DerivationDescription);
  if (const auto burned = textOf(data, DCM_BurnedInAnnotation); burned == "YES" || burned == "NO")
    out.burnedInIdentity = burned == "YES";
  for (DcmItem* item : itemsOf(data, DCM_SourceImageSequence))
    for (auto& reference : referencesOf(*item))
      out.shows.push_back(std::move(reference));
  return out;
}

} // namespace hipcuff::dicom
