// Where things may lie: what is handed over, what is not, and never one within the other.
#pragma once

#include "hipcuff/deidentify/cohort.h"

#include <filesystem>

namespace hipcuff::deidentify {

/// @return the quarantine folder
/// @throws UsageError OUT, quarantine, inputs or key table within one another
[[nodiscard]] std::filesystem::path checkedFolders(const CohortOptions& options);

/// OUT and quarantine are made, or are those of an earlier run that may go on.
/// @throws OutputError, UsageError
void prepareFolders(const CohortOptions& options, const std::filesystem::path& quarantine);

/// By rename where both are on one disk, else whole or not at all. @throws OutputError
void moveInto(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace hipcuff::deidentify
