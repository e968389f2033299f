// What a result object takes over from the image that it belongs to: patient, study, and how to refer to it.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace hipcuff::dicom {

struct SourceData;

/// Read once from the image's header, no pixels. Cheap to copy.
class SourceImage {
public:
  /// @throws InputError not DICOM, damaged, or without the UIDs that a result has to refer to
  [[nodiscard]] static SourceImage read(const std::filesystem::path& file);

  std::filesystem::path path;
  std::string studyInstanceUid;
  std::string seriesInstanceUid;
  std::string sopClassUid;
  std::string sopInstanceUid;
  std::string modality;
  /// patientDigest() of core/patient_key.h: whether two images are one person's. Empty where nobody is named.
  std::string patientKey;
  std::string transferSyntaxUid;
  int rows = 0;
  int columns = 0;
  int frames = 1;      ///< as declared; 1 where Number of Frames is absent
  bool colour = false; ///< more than one sample a pixel, or a palette
  /// As in the file, "ISO_IR 100" or several values with '\\' between them; empty: ASCII.
  std::string characterSet;
  bool undeclaredText = false; ///< no character set, and texts that are not ASCII all the same
  /// As the image names itself, "series 2, image 5", in words that any viewer shows; "image 1a2b3c4d" where it has no
  /// number.
  std::string label;

  /// For this wing only: the elements as they stood in the file.
  [[nodiscard]] const SourceData& data() const noexcept { return *data_; }

private:
  std::shared_ptr<const SourceData> data_;
};

} // namespace hipcuff::dicom
