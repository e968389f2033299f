// A batch's folder before work begins in it.
#pragma once

#include "hipcuff/batch/batch.h"

#include <filesystem>

namespace hipcuff::batch {

/// Removes what runs that were killed left in the work folder. The folder's lock is held: what lies there is nobody
/// else's. What is to stay with an exam (a person's reviews, DICOM objects) goes into its folder.
void tidyUp(const std::filesystem::path& workFolder, const std::filesystem::path& out, BatchObserver& observer);

} // namespace hipcuff::batch
