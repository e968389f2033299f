// report.json: what was done to the files that go out, for who gets them. Holds no identity.
#pragma once

#include "entry.h"

#include "hipcuff/deidentify/cohort.h"

#include <string>
#include <vector>

namespace hipcuff::deidentify {

[[nodiscard]] std::string reportJson(const CohortOptions& options, const std::vector<const Entry*>& out,
                                     const CohortReport& report);

} // namespace hipcuff::deidentify
