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
  /// Digest of the patient's number (of name and birth date where there is none): whether two images are one person's.
  std::string patientKey;
  std::string transferSyntaxUid;
  int rows = 0;
  int columns = 0;
  int frames = 1;      ///< as declared; 1 where Number of Frames is absent
  bool colour = false; ///< more than one sample a pixel, or a palette
  /// As in the file, "ISO_IR 100" or several values with '\\' between them; empty: ASCII.
  std::string characterSet;

  /// For this wing only: the elements as they stood in the file.
  [[nodiscard]] const SourceData& data() const noexcept { return *data_; }

private:
  std::shared_ptr<const SourceData> data_;
};

} // namespace hipcuff::dicom
