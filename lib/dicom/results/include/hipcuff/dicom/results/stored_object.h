// Who a result object is that was read back from a file.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/dicom/results/identity.h"

#include <filesystem>
#include <optional>
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
  std::string manufacturer;     ///< of the software, "HipCuff" where ours
  std::string softwareVersions; ///< the writing one's; after a backslash the measuring one's, where another
  int instanceNumber = 1;
  std::string sopClass; ///< its name, "Comprehensive SR Storage"
  Identity identity;    ///< of the patient
};

/// Header of any DICOM object. @throws InputError damaged or not DICOM
[[nodiscard]] StoredObject readStoredObject(const std::filesystem::path& path);

/// Which kind of result objects of this class are: structured reports, segmentations, softcopy presentation states
/// (grey or colour), secondary captures. None: another class.
[[nodiscard]] std::optional<ObjectKind> kindOf(const std::string& sopClassUid);

/// Whether the file itself is at fault where an object can't be read (cut short, a length that doesn't fit), rather
/// than its content another one than is read here.
[[nodiscard]] bool isDamaged(const std::filesystem::path& path);

} // namespace hipcuff::dicom
