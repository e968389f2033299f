// From the paths that a person gives to the objects that are sent.
#pragma once

#include "hipcuff/core/result.h"
#include "hipcuff/dicom/network/object_head.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::cli {

struct ObjectToSend {
  std::filesystem::path path;
  dicom::ObjectHead head;
};

struct FilesToSend {
  std::vector<ObjectToSend> objects; ///< path by path as given, within a folder by name; each instance once
  /// Skipped: no DICOM file, a copy of one that is sent. Failed: missing, damaged, results without objects, another
  /// object under the same UID.
  std::vector<InputOutcome> leftOut;
};

/// Files; folders with all below them but what is hidden; of a folder with results, and of a batch's exams, the objects
/// in their folders `dicom` only. Throws nothing for a single path.
[[nodiscard]] FilesToSend filesToSend(const std::vector<std::string>& paths);

} // namespace hipcuff::cli
