// A catalogue made anew from the exams' folders.
#pragma once

#include "store.h"

namespace hipcuff::batch {

/// Moves a damaged catalogue aside, as catalogue.damaged-N.sqlite. @return where it is now
/// @throws OutputError
std::filesystem::path setAside(const std::filesystem::path& catalogue);

/// Enters every exam of the shard that has its record in its folder. @return how many
std::int64_t recoverExams(const std::filesystem::path& out, const Shard& shard, std::int64_t run, Store& store);

} // namespace hipcuff::batch
