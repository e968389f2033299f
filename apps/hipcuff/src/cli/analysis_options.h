// What analyze and batch share: frames, criteria and prevalence.
#pragma once

#include "cli/command.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/criteria.h"

#include <string>
#include <vector>

namespace hipcuff::cli {

class Invocation;

/// --frames.
[[nodiscard]] Option framesOption();
/// @throws UsageError
[[nodiscard]] FrameChoice frameChoice(const std::string& word);
/// --criteria and --prevalence.
[[nodiscard]] std::vector<Option> criteriaOptions();
/// @throws ConfigError, UsageError
[[nodiscard]] Criteria chosenCriteria(const Invocation& invocation);

} // namespace hipcuff::cli
