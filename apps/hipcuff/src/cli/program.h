// The one place that owns exceptions and exit codes.
#pragma once

#include "cli/command.h"
#include "cli/console.h"

#include <string>
#include <vector>

namespace hipcuff::cli {

/// Runs one command line (without the program's name). Never throws.
[[nodiscard]] ExitCode runProgram(const std::vector<std::string>& words, Console& console) noexcept;

} // namespace hipcuff::cli
