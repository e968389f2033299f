// The second pass: waiting exams through a pool of workers.
#pragma once

#include "store.h"

#include "hipcuff/batch/batch.h"

namespace hipcuff::batch {

/// Works off the waiting exams of the catalogue in the order of their ids. Returns when all are done, or those in hand
/// after a stop request. @throws OutputError and what the stages throw that is no input's fault
void analyseExams(const BatchOptions& options, const std::string& settings, std::int64_t run, Store& store,
                  const std::filesystem::path& workFolder, BatchObserver& observer, BatchCounts& counts);

} // namespace hipcuff::batch
