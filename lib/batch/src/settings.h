// All that may change a result, as one short word: results of the same settings and version need not be made again.
#pragma once

#include "hipcuff/batch/batch.h"

#include <string>

namespace hipcuff::batch {

/// 16 hex digits.
[[nodiscard]] std::string settingsKey(const BatchOptions& options);
/// "name version" of each plugin in use, with commas; empty: none.
[[nodiscard]] std::string pluginNames(const BatchOptions& options);
/// "name version" of the criteria.
[[nodiscard]] std::string criteriaName(const Criteria& criteria);

} // namespace hipcuff::batch
