// What an object is, from its header alone.
#pragma once

#include <filesystem>
#include <string>

namespace hipcuff::dicom {

struct ObjectFacts {
  std::string sopClassUid;
  std::string sopClass; ///< "Ultrasound Multi-frame Image Storage"; the UID where it is not known
  std::string sopInstanceUid;
  std::string transferSyntaxUid;
  std::string transferSyntax; ///< "JPEG Baseline"
  std::string modality;
  std::string manufacturer; ///< UTF-8, like model
  std::string model;
  bool knownClass = false; ///< a class that DICOM publishes
  bool hasPixels = false;
  bool segments = false; ///< a segmentation: its pixels are areas, not a picture
  int columns = 0;
  int rows = 0;
  int frames = 0; ///< as declared; 0 without pixels
};

/// @throws InputError damaged or not DICOM
[[nodiscard]] ObjectFacts factsOf(const std::filesystem::path& file);

} // namespace hipcuff::dicom
