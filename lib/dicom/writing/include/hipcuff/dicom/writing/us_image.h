// Writes plain Ultrasound Image and Ultrasound Multi-frame Image objects (DICOM PS3.3 A.6 and A.7).
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/geometry.h"
#include "hipcuff/core/image.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace hipcuff::dicom {

/// A UID under 2.25 (DICOM PS3.5 B.2) that depends on nothing but the two numbers: same numbers, same UID.
[[nodiscard]] std::string uidFromNumbers(std::uint64_t high, std::uint64_t low);

struct CodedConcept {
  std::string value;
  std::string scheme; ///< "SCT", "DCM"
  std::string meaning;
};

/// One B-mode region with square-on axes (x across, y depth).
struct RegionToWrite {
  PixelBox box;
  Spacing mmPerPx;
  double frequencyMHz = 0; ///< 0: left out
};

enum class PixelCodec { explicitLittleEndian, jpegBaseline };

struct UsImageToWrite {
  std::string studyUid;
  std::string seriesUid;
  std::string sopUid;
  std::string patientName;
  std::string patientId;
  std::string studyId;
  std::string date; ///< DICOM DA
  std::string time; ///< DICOM TM
  std::string manufacturer;
  std::string modelName;
  std::string seriesDescription;
  std::string studyDescription;
  std::string imageComments;
  int seriesNumber = 1;
  int instanceNumber = 1;
  std::optional<Side> side;
  std::optional<CodedConcept> anatomicRegion;
  std::optional<CodedConcept> view;
  RegionToWrite region;
  int columns = 0;
  int rows = 0;
  int frames = 1;          ///< 1: Ultrasound Image Storage; more: Multi-frame
  double frameTimeMs = 50; ///< multi-frame only
  bool colour = false;     ///< RGB (JPEG: YBR_FULL_422); otherwise MONOCHROME2
  PixelCodec codec = PixelCodec::explicitLittleEndian;
  int jpegQuality = 90;
  bool burnedInAnnotation = true;
};

/// Frame `index` (0-based) as displayed. Grey objects store its first channel.
using FrameProvider = std::function<RgbImage(int index)>;

/// Writes a whole file or none. @throws OutputError; std::invalid_argument where a frame's size disagrees
void writeUsImage(const std::filesystem::path& path, const UsImageToWrite& image, const FrameProvider& frame);

} // namespace hipcuff::dicom
