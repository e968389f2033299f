// DICOM segmentations (SEG) and measurement reports (SR) as references.
#pragma once

#include "hipcuff/validation/reference.h"

#include <filesystem>
#include <vector>

namespace hipcuff::validation {

/// By the four letters after the preamble, whatever the file's name.
[[nodiscard]] bool isDicomFile(const std::filesystem::path& file);

/// One object. @throws InputError in one line where it can't be a reference
[[nodiscard]] Reference objectOf(const std::filesystem::path& file, const ReferenceOptions& options);

/// What there is of segmentations and reports among the files; images and other objects are passed over. Objects that
/// can't be used are leftovers.
/// @param others whether the folder holds other references: then it is no error that no object can be used
/// @throws InputError the first object's where there are some and none of them can be used
[[nodiscard]] Reference objectsOf(const std::filesystem::path& folder, const std::vector<std::filesystem::path>& files,
                                  const ReferenceOptions& options, bool others);

/// "DOE^JANE" -> "DOE JANE", or what the map calls that reader.
[[nodiscard]] std::string readerOf(const std::string& personName, const TableMap& map);

/// What one object says, for objectsOf.
struct ObjectAnswers {
  std::vector<ReferenceEntry> entries;
  std::vector<std::string> notes; ///< what of it was passed over, and why: sentences without the file's name
  bool ours = false;              ///< HipCuff wrote it
};
/// @throws InputError; NotForUs where it is no segmentation
[[nodiscard]] ObjectAnswers readSegmentationReference(const std::filesystem::path& file, const TableMap& map);
/// @throws InputError
[[nodiscard]] ObjectAnswers readReportReference(const std::filesystem::path& file, const TableMap& map);

} // namespace hipcuff::validation
