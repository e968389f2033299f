// objects.json: what was written for which results, for scripts.
#pragma once

#include "hipcuff/pacs/result_objects.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::pacs {

/// Rewritten whole each time.
/// @throws OutputError
void writeList(const std::filesystem::path& folder, const std::string& resultsSha256, const ResultObjects& made);

} // namespace hipcuff::pacs
