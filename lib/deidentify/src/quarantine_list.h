// quarantine.csv: what did not go out, why, and room for a person's decision.
#pragma once

#include "entry.h"

#include <filesystem>
#include <vector>

namespace hipcuff::deidentify {

/// One row a file; private. @throws OutputError
void writeQuarantineList(const std::filesystem::path& file, const std::vector<const Entry*>& quarantined);

} // namespace hipcuff::deidentify
