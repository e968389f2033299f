#include "jpeg_cine.h"

#include "hipcuff/phantom/phantom.h"

#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dctk.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

// After cstdio: libjpeg's header needs FILE and size_t.
#include <jpeglib.h>

namespace hipcuff::bench {
namespace {

[[noreturn]] void onJpegError(j_common_ptr info) {
  char words[JMSG_LENGTH_MAX];
  info->err->format_message(info, words);
  throw std::runtime_error(std::string("libjpeg: ") + words);
}

std::vector<Uint8> encodeJpeg(const RgbImage& image, JpegColour colour, int quality) {
  jpeg_compress_struct jpeg{};
  jpeg_error_mgr errors{};
  jpeg.err = jpeg_std_error(&errors);
  errors.error_exit = onJpegError;
  jpeg_create_compress(&jpeg);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&jpeg, &bytes, &size);
  jpeg.image_width = static_cast<JDIMENSION>(image.width);
  jpeg.image_height = static_cast<JDIMENSION>(image.height);
  jpeg.input_components = 3;
  jpeg.in_color_space = JCS_RGB;
  jpeg_set_defaults(&jpeg);
  if (colour == JpegColour::rgb) {
    jpeg_set_colorspace(&jpeg, JCS_RGB);
  } else {
    jpeg.comp_info[0].h_samp_factor = 2;
    jpeg.comp_info[0].v_samp_factor = 1;
  }
  jpeg_set_quality(&jpeg, quality, TRUE);
  jpeg_start_compress(&jpeg, TRUE);
  while (jpeg.next_scanline < jpeg.image_height) {
    JSAMPROW row = const_cast<JSAMPROW>(image.row(static_cast<int>(jpeg.next_scanline)));
    jpeg_write_scanlines(&jpeg, &row, 1);
  }
  jpeg_finish_compress(&jpeg);
  std::vector<Uint8> out(bytes, bytes + size);
  jpeg_destroy_compress(&jpeg);
  std::free(bytes); // NOLINT: jpeg_mem_dest allocates with malloc
  if (out.size() % 2 != 0)
    out.push_back(0);
  return out;
}

void check(const OFCondition& condition, const char* what) {
  if (condition.bad())
    throw std::runtime_error(std::string(what) + ": " + condition.text());
}

void putRegion(DcmDataset& data, const CineFile& cine) {
  DcmItem* region = nullptr;
  check(data.findOrCreateSequenceItem(DCM_SequenceOfUltrasoundRegions, region), "region");
  region->putAndInsertUint32(DCM_RegionFlags, 0);
  region->putAndInsertUint32(DCM_RegionLocationMinX0, static_cast<Uint32>(cine.region.x0));
  region->putAndInsertUint32(DCM_RegionLocationMinY0, static_cast<Uint32>(cine.region.y0));
  region->putAndInsertUint32(DCM_RegionLocationMaxX1, static_cast<Uint32>(cine.region.x1));
  region->putAndInsertUint32(DCM_RegionLocationMaxY1, static_cast<Uint32>(cine.region.y1));
  region->putAndInsertUint16(DCM_RegionSpatialFormat, 1);     // 2D
  region->putAndInsertUint16(DCM_RegionDataType, 1);          // tissue
  region->putAndInsertUint16(DCM_PhysicalUnitsXDirection, 3); // cm
  region->putAndInsertUint16(DCM_PhysicalUnitsYDirection, 3);
  region->putAndInsertFloat64(DCM_PhysicalDeltaX, cine.mmPerPx.x / 10);
  region->putAndInsertFloat64(DCM_PhysicalDeltaY, cine.mmPerPx.y / 10);
}

} // namespace

std::string newStudyUid() {
  char uid[100];
  return dcmGenerateUniqueIdentifier(uid, SITE_STUDY_UID_ROOT);
}

void writeJpegCine(const std::filesystem::path& file, const CineFile& cine) {
  if (cine.pictures.empty() || cine.frames < 1)
    throw std::runtime_error("a cine needs pictures and frames");
  std::vector<std::vector<Uint8>> encoded;
  for (const RgbImage& picture : cine.pictures)
    encoded.push_back(encodeJpeg(picture, cine.colour, cine.quality));

  DcmFileFormat format;
  DcmDataset& data = *format.getDataset();
  char uid[100];
  const RgbImage& first = cine.pictures.front();
  data.putAndInsertString(DCM_SOPClassUID, UID_UltrasoundMultiframeImageStorage);
  data.putAndInsertString(DCM_SOPInstanceUID, dcmGenerateUniqueIdentifier(uid, SITE_INSTANCE_UID_ROOT));
  const std::string study = cine.studyUid.empty() ? newStudyUid() : cine.studyUid;
  data.putAndInsertString(DCM_StudyInstanceUID, study.c_str());
  data.putAndInsertString(DCM_SeriesInstanceUID, dcmGenerateUniqueIdentifier(uid, SITE_SERIES_UID_ROOT));
  data.putAndInsertString(DCM_Modality, "US");
  data.putAndInsertString(DCM_Laterality, "L");
  data.putAndInsertString(DCM_SeriesDescription, "LEFT LATERAL HIP GLUTEUS MEDIUS LONG AXIS");
  data.putAndInsertUint16(DCM_Rows, static_cast<Uint16>(first.height));
  data.putAndInsertUint16(DCM_Columns, static_cast<Uint16>(first.width));
  data.putAndInsertUint16(DCM_SamplesPerPixel, 3);
  data.putAndInsertUint16(DCM_PlanarConfiguration, 0);
  data.putAndInsertUint16(DCM_BitsAllocated, 8);
  data.putAndInsertUint16(DCM_BitsStored, 8);
  data.putAndInsertUint16(DCM_HighBit, 7);
  data.putAndInsertUint16(DCM_PixelRepresentation, 0);
  data.putAndInsertString(DCM_PhotometricInterpretation, cine.colour == JpegColour::rgb ? "RGB" : "YBR_FULL_422");
  data.putAndInsertString(DCM_LossyImageCompression, "01");
  data.putAndInsertString(DCM_NumberOfFrames, std::to_string(cine.frames).c_str());
  char frameTime[17]; // decimal string: at most 16 characters
  std::snprintf(frameTime, sizeof frameTime, "%.6g", cine.frameMs);
  data.putAndInsertString(DCM_FrameTime, frameTime);
  data.putAndInsertTagKey(DCM_FrameIncrementPointer, DCM_FrameTime);
  putRegion(data, cine);

  auto sequence = std::make_unique<DcmPixelSequence>(DcmTag(DCM_PixelData, EVR_OB));
  sequence->insert(std::make_unique<DcmPixelItem>(DcmTag(DCM_Item, EVR_OB)).release()); // empty offset table
  const int different = static_cast<int>(encoded.size());
  for (int i = 0; i < cine.frames; ++i) {
    const int period = different > 1 ? 2 * (different - 1) : 1;
    const int step = i % period;
    const std::vector<Uint8>& bytes = encoded[static_cast<std::size_t>(step < different ? step : period - step)];
    auto item = std::make_unique<DcmPixelItem>(DcmTag(DCM_Item, EVR_OB));
    check(item->putUint8Array(bytes.data(), static_cast<unsigned long>(bytes.size())), "fragment");
    check(sequence->insert(item.release()), "fragment");
  }
  auto pixels = std::make_unique<DcmPixelData>(DCM_PixelData);
  pixels->putOriginalRepresentation(EXS_JPEGProcess1, nullptr, sequence.release());
  check(data.insert(pixels.release(), OFTrue), "pixel data");
  check(format.saveFile(file.c_str(), EXS_JPEGProcess1), file.c_str());
}

CineFile simulatedCine(int columns, int rows, int differentFrames, int frames) {
  phantom::RecipeWishes wishes;
  wishes.view = View::longAxis;
  wishes.pathology = phantom::Pathology::undersurface;
  wishes.frames = differentFrames;
  wishes.screen = std::pair{columns, rows};
  wishes.colour = true;
  const phantom::HipSimulator simulator(phantom::drawRecipe(7, wishes));
  CineFile cine;
  for (int i = 0; i < differentFrames; ++i)
    cine.pictures.push_back(simulator.renderRgb(i));
  cine.frames = frames;
  cine.region = simulator.recipe().screen.region;
  cine.mmPerPx = {simulator.recipe().screen.mmPerPx, simulator.recipe().screen.mmPerPx};
  return cine;
}

} // namespace hipcuff::bench
