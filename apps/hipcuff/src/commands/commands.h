// The commands, one file each.
#pragma once

#include "cli/command.h"

#include <vector>

namespace hipcuff::cli {

[[nodiscard]] Command analyzeCommand();
[[nodiscard]] Command batchCommand();
[[nodiscard]] Command deidentifyCommand();
[[nodiscard]] Command exportCommand();
[[nodiscard]] Command fetchCommand();
[[nodiscard]] Command infoCommand();
[[nodiscard]] Command mergeCommand();
[[nodiscard]] Command nodeCommand();
[[nodiscard]] Command phantomCommand();
[[nodiscard]] Command pluginsCommand();
[[nodiscard]] Command pluginsCheckCommand();
[[nodiscard]] Command pluginsNewCommand();
[[nodiscard]] Command pluginsShowCommand();
[[nodiscard]] Command queryCommand();
[[nodiscard]] Command sendCommand();
[[nodiscard]] Command validateCommand();
[[nodiscard]] Command validateCompareCommand();
[[nodiscard]] Command validatePlanCommand();
[[nodiscard]] Command helpCommand();

/// All of them, in the order of the help page.
[[nodiscard]] std::vector<Command> allCommands();

} // namespace hipcuff::cli
