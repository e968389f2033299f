// --dicom and --source: results as DICOM objects.
#pragma once

#include "cli/command.h"

#include "hipcuff/dicom/results/identity.h"
#include "hipcuff/pacs/result_objects.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::cli {

class Console;

/// --dicom KINDS.
[[nodiscard]] Option dicomOption();
/// "sr,seg" or "all". @throws UsageError
[[nodiscard]] std::vector<dicom::ObjectKind> objectKinds(const std::string& text);

/// Writes the objects of a folder of results and says what was written and what could not be.
/// @return false where an image that should have objects has none, or not all
/// @throws InputError, OutputError
bool writeObjects(const std::filesystem::path& results, const pacs::ObjectsOptions& options, Console& console);

} // namespace hipcuff::cli
