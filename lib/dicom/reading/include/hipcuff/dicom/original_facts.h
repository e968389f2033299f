// What only de-identification asks of an original's header.
#pragma once

#include <filesystem>
#include <string>

namespace hipcuff::dicom {

struct OriginalFacts {
  bool binarySegments = false; ///< 1 bit a pixel, Segmentation Type BINARY: areas, in which nothing but areas shows
  /// Different numbers have one colour: what is drawn in one over the other is in the pixels, and nobody sees it.
  bool hidingPalette = false;
  std::string patientId, patientName, birthDate, issuerOfPatientId; ///< UTF-8
};

/// @throws InputError damaged or not DICOM
[[nodiscard]] OriginalFacts originalFactsOf(const std::filesystem::path& file);

} // namespace hipcuff::dicom
