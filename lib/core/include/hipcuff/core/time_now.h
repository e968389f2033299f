// The time that is written into results.
#pragma once

#include <string>

namespace hipcuff {

/// Now, or the time that the environment's SOURCE_DATE_EPOCH (seconds since 1970) fixes so that output can be
/// reproduced: ISO 8601, UTC, "2026-01-31T09:30:00Z".
[[nodiscard]] std::string timeNow();

} // namespace hipcuff
