// All that stands over the exams of a batch.
#pragma once

#include "hipcuff/batch/catalogue.h"

#include <filesystem>

namespace hipcuff::batch {

/// Index and tables, summary and work list (index.h, summary.h, worklist.h), in this order: the page that people open
/// comes last. @throws OutputError; InputError where the catalogue can't be read
void writeOverview(Catalogue& catalogue, const std::filesystem::path& out);

} // namespace hipcuff::batch
