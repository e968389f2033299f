// Who a result object is that was read back from a file.
#pragma once

#include <filesystem>
#include <string>

namespace hipcuff::dicom {

/// Texts are UTF-8; empty where the file has none.
struct StoredObject {
  std::filesystem::path path;
  std::string sopClassUid;
  std::string sopInstanceUid;
  std::string studyInstanceUid;
  std::string seriesInstanceUid;
  std::string modality;
  std::string seriesDescription;
  std::string date; ///< Instance Creation Date and Time: with belongsTo() they tell whether it is a given content's
  std::string time;
  std::string manufacturer; ///< of the software, "HipCuff" where ours
  std::string softwareVersions;
};

/// Header of any DICOM object. @throws InputError damaged or not DICOM
[[nodiscard]] StoredObject readStoredObject(const std::filesystem::path& path);

} // namespace hipcuff::dicom
