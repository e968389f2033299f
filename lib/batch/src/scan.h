// The first pass: what there is, read from headers alone.
#pragma once

#include "store.h"

namespace hipcuff::batch {

/// Walks the inputs, reads the headers of those that are new or changed, and fills the catalogue. Files that the batch
/// itself wrote are passed over. Stops early where the observer asks for it.
/// @return whether the walk came to its end
[[nodiscard]] bool scanInputs(const BatchOptions& options, const std::string& settings, std::int64_t scan,
                              Catalogue& catalogue, Store& store, BatchObserver& observer, BatchCounts& counts);

} // namespace hipcuff::batch
