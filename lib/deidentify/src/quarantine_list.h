// quarantine.csv: what did not go out, why, and room for a person's decision.
#pragma once

#include "entry.h"

#include <filesystem>
#include <vector>

namespace hipcuff::deidentify {

/// One row a file, those that a person let out behind those that are in quarantine; private. @throws OutputError
void writeQuarantineList(const std::filesystem::path& file, const std::vector<const Entry*>& quarantined,
                         const std::vector<const Entry*>& decided);

} // namespace hipcuff::deidentify
