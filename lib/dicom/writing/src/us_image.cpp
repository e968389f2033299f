#include "hipcuff/dicom/writing/us_image.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmimage/diregist.h> // lets the JPEG encoder read colour pixels
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrploss.h>

#include <algorithm>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <vector>

namespace hipcuff::dicom {
namespace {

std::string decimal(double value) { // DS: at most 16 characters
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", value);
  return text;
}

void check(const OFCondition& status, const std::filesystem::path& path, const char* what) {
  if (status.bad())
    throw OutputError(path, std::string("cannot ") + what + ": " + status.text(), "");
}

class Tags {
public:
  Tags(DcmItem& item, const std::filesystem::path& path)
      : item_(item)
      , path_(path) {}
  void text(const DcmTagKey& tag, const std::string& value) const {
    check(item_.putAndInsertString(DcmTag(tag), value.c_str()), path_, "set a tag");
  }
  void number(const DcmTagKey& tag, std::uint16_t value) const {
    check(item_.putAndInsertUint16(DcmTag(tag), value), path_, "set a tag");
  }
  void natural(const DcmTagKey& tag, std::uint32_t value) const {
    check(item_.putAndInsertUint32(DcmTag(tag), value), path_, "set a tag");
  }
  void integer(const DcmTagKey& tag, std::int32_t value) const {
    check(item_.putAndInsertSint32(DcmTag(tag), value), path_, "set a tag");
  }
  void real(const DcmTagKey& tag, double value) const {
    check(item_.putAndInsertFloat64(DcmTag(tag), value), path_, "set a tag");
  }
  void code(const DcmTagKey& sequence, const CodedConcept& meaning) const {
    DcmItem* entry = nullptr;
    check(item_.findOrCreateSequenceItem(DcmTag(sequence), entry, -2), path_, "add a code");
    const Tags tags(*entry, path_);
    tags.text(DCM_CodeValue, meaning.value);
    tags.text(DCM_CodingSchemeDesignator, meaning.scheme);
    tags.text(DCM_CodeMeaning, meaning.meaning);
  }

private:
  DcmItem& item_;
  const std::filesystem::path& path_;
};

void addRegion(DcmItem& dataset, const RegionToWrite& region, const std::filesystem::path& path) {
  DcmItem* item = nullptr;
  check(dataset.findOrCreateSequenceItem(DcmTag(DCM_SequenceOfUltrasoundRegions), item, -2), path, "add a region");
  const Tags tags(*item, path);
  constexpr std::uint16_t centimetres = 3;
  tags.number(DCM_RegionSpatialFormat, 1); // 2D
  tags.number(DCM_RegionDataType, 1);      // tissue
  tags.natural(DCM_RegionFlags, 0);
  tags.natural(DCM_RegionLocationMinX0, static_cast<std::uint32_t>(region.box.x0));
  tags.natural(DCM_RegionLocationMinY0, static_cast<std::uint32_t>(region.box.y0));
  tags.natural(DCM_RegionLocationMaxX1, static_cast<std::uint32_t>(region.box.x1));
  tags.natural(DCM_RegionLocationMaxY1, static_cast<std::uint32_t>(region.box.y1));
  tags.integer(DCM_ReferencePixelX0, 0);
  tags.integer(DCM_ReferencePixelY0, 0);
  tags.number(DCM_PhysicalUnitsXDirection, centimetres);
  tags.number(DCM_PhysicalUnitsYDirection, centimetres);
  tags.real(DCM_ReferencePixelPhysicalValueX, 0);
  tags.real(DCM_ReferencePixelPhysicalValueY, 0);
  tags.real(DCM_PhysicalDeltaX, region.mmPerPx.x / 10);
  tags.real(DCM_PhysicalDeltaY, region.mmPerPx.y / 10);
  if (region.frequencyMHz > 0)
    tags.natural(DCM_TransducerFrequency, static_cast<std::uint32_t>(region.frequencyMHz * 1000 + 0.5));
}

void registerJpeg() {
  // Once for the process: DCMTK's codec list is global. New UIDs are never made here, so that bytes repeat.
  static std::once_flag once;
  std::call_once(once, [] {
    DJEncoderRegistration::registerCodecs(ECC_lossyYCbCr, EUC_never, OFFalse, 0, 0, 0, OFTrue, ESS_422);
  });
}

std::vector<Uint8> packed(const RgbImage& picture, const UsImageToWrite& image) {
  if (picture.width != image.columns || picture.height != image.rows)
    throw std::invalid_argument("a frame's size differs from the object's rows and columns");
  if (image.colour)
    return picture.data;
  std::vector<Uint8> grey(picture.data.size() / 3);
  for (std::size_t i = 0; i < grey.size(); ++i)
    grey[i] = picture.data[3 * i];
  return grey;
}

void describe(DcmDataset& dataset, const UsImageToWrite& image, const std::filesystem::path& path) {
  const Tags tags(dataset, path);
  const bool cine = image.frames > 1;
  tags.text(DCM_SpecificCharacterSet, "ISO_IR 100");
  tags.text(DCM_SOPClassUID, cine ? UID_UltrasoundMultiframeImageStorage : UID_UltrasoundImageStorage);
  tags.text(DCM_SOPInstanceUID, image.sopUid);
  tags.text(DCM_ImageType, "ORIGINAL\\PRIMARY\\MUSCULOSKELETAL\\0001");
  for (const auto& tag : {DCM_StudyDate, DCM_SeriesDate, DCM_ContentDate})
    tags.text(tag, image.date);
  for (const auto& tag : {DCM_StudyTime, DCM_SeriesTime, DCM_ContentTime})
    tags.text(tag, image.time);
  tags.text(DCM_AcquisitionDateTime, image.date + image.time);
  tags.text(DCM_AccessionNumber, "");
  tags.text(DCM_Modality, "US");
  tags.text(DCM_Manufacturer, image.manufacturer);
  tags.text(DCM_ManufacturerModelName, image.modelName);
  tags.text(DCM_ReferringPhysicianName, "");
  tags.text(DCM_StudyDescription, image.studyDescription);
  tags.text(DCM_SeriesDescription, image.seriesDescription);
  tags.text(DCM_PatientName, image.patientName);
  tags.text(DCM_PatientID, image.patientId);
  tags.text(DCM_PatientBirthDate, "");
  tags.text(DCM_PatientSex, "");
  tags.text(DCM_StudyInstanceUID, image.studyUid);
  tags.text(DCM_SeriesInstanceUID, image.seriesUid);
  tags.text(DCM_StudyID, image.studyId);
  tags.text(DCM_SeriesNumber, std::to_string(image.seriesNumber));
  tags.text(DCM_InstanceNumber, std::to_string(image.instanceNumber));
  tags.text(DCM_PatientOrientation, "");
  if (image.side)
    tags.text(DCM_Laterality, *image.side == Side::left ? "L" : "R");
  if (image.anatomicRegion)
    tags.code(DCM_AnatomicRegionSequence, *image.anatomicRegion);
  if (image.view)
    tags.code(DCM_ViewCodeSequence, *image.view);
  if (!image.imageComments.empty())
    tags.text(DCM_ImageComments, image.imageComments);
  tags.text(DCM_BurnedInAnnotation, image.burnedInAnnotation ? "YES" : "NO");
  tags.text(DCM_LossyImageCompression, "00");
  addRegion(dataset, image.region, path);
  if (cine) {
    tags.text(DCM_NumberOfFrames, std::to_string(image.frames));
    check(dataset.putAndInsertTagKey(DcmTag(DCM_FrameIncrementPointer), DCM_FrameTime), path, "set a tag");
    tags.text(DCM_FrameTime, decimal(image.frameTimeMs));
    tags.text(DCM_CineRate, std::to_string(static_cast<int>(1000 / image.frameTimeMs + 0.5)));
    tags.number(DCM_UltrasoundColorDataPresent, 0);
  } else {
    tags.number(DCM_UltrasoundColorDataPresent, 0);
  }
  tags.number(DCM_SamplesPerPixel, image.colour ? 3 : 1);
  tags.text(DCM_PhotometricInterpretation, image.colour ? "RGB" : "MONOCHROME2");
  if (image.colour)
    tags.number(DCM_PlanarConfiguration, 0);
  tags.number(DCM_Rows, static_cast<std::uint16_t>(image.rows));
  tags.number(DCM_Columns, static_cast<std::uint16_t>(image.columns));
  tags.number(DCM_BitsAllocated, 8);
  tags.number(DCM_BitsStored, 8);
  tags.number(DCM_HighBit, 7);
  tags.number(DCM_PixelRepresentation, 0);
}

} // namespace

std::string uidFromNumbers(std::uint64_t high, std::uint64_t low) {
  // 2.25 takes the decimal form of a UUID: version 4 and variant 1 are set where they belong.
  high = (high & ~0xf000ULL) | 0x4000ULL;
  low = (low & 0x3fffffffffffffffULL) | 0x8000000000000000ULL;
  std::uint32_t limbs[4] = {static_cast<std::uint32_t>(high >> 32), static_cast<std::uint32_t>(high),
                            static_cast<std::uint32_t>(low >> 32), static_cast<std::uint32_t>(low)};
  std::string digits;
  bool more = true;
  while (more) {
    std::uint64_t rest = 0;
    more = false;
    for (std::uint32_t& limb : limbs) {
      const std::uint64_t value = rest << 32 | limb;
      limb = static_cast<std::uint32_t>(value / 10);
      rest = value % 10;
      more = more || limb != 0;
    }
    digits += static_cast<char>('0' + rest);
  }
  std::reverse(digits.begin(), digits.end());
  return "2.25." + digits;
}

void writeUsImage(const std::filesystem::path& path, const UsImageToWrite& image, const FrameProvider& frame) {
  DcmFileFormat file;
  DcmDataset& dataset = *file.getDataset();
  describe(dataset, image, path);

  const std::size_t frameBytes =
      static_cast<std::size_t>(image.columns) * static_cast<std::size_t>(image.rows) * (image.colour ? 3U : 1U);
  const std::size_t total = frameBytes * static_cast<std::size_t>(image.frames);
  std::vector<Uint8> pixels;
  pixels.reserve(total + 1);
  for (int i = 0; i < image.frames; ++i) {
    const std::vector<Uint8> one = packed(frame(i), image);
    pixels.insert(pixels.end(), one.begin(), one.end());
  }
  if (pixels.size() % 2 != 0)
    pixels.push_back(0);
  check(dataset.putAndInsertUint8Array(DCM_PixelData, pixels.data(), static_cast<unsigned long>(pixels.size())), path,
        "set the pixels");

  E_TransferSyntax syntax = EXS_LittleEndianExplicit;
  if (image.codec == PixelCodec::jpegBaseline) {
    registerJpeg();
    syntax = EXS_JPEGProcess1;
    const DJ_RPLossy quality(image.jpegQuality);
    check(dataset.chooseRepresentation(syntax, &quality), path, "compress the pixels");
    // DCMTK calls every lossy object derived; these pixels were never anything else.
    check(dataset.putAndInsertString(DCM_ImageType, "ORIGINAL\\PRIMARY\\MUSCULOSKELETAL\\0001"), path, "set a tag");
    dataset.findAndDeleteElement(DCM_DerivationDescription);
    dataset.findAndDeleteElement(DCM_DerivationCodeSequence);
  }
  AtomicFile out(path);
  check(file.saveFile(out.temporaryPath().c_str(), syntax, EET_ExplicitLength, EGL_recalcGL, EPD_withoutPadding), path,
        "write the file");
  out.commit();
}

} // namespace hipcuff::dicom
