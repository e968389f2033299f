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

/// A folder of results itself, or, where it is a batch, those of its exams in the order of their names.
/// @throws InputError neither
[[nodiscard]] std::vector<std::filesystem::path> resultFolders(const std::filesystem::path& folder);

/// Writes the objects of each folder of results and says in one line what was written, and what could not be.
/// @param options its `out` is for one folder only
/// @return false where an image that should have objects has none, or not all, or where it was stopped
/// @throws InputError, OutputError
bool writeObjects(const std::vector<std::filesystem::path>& results, const pacs::ObjectsOptions& options,
                  Console& console);

} // namespace hipcuff::cli
