#include "commands/commands.h"

namespace hipcuff::cli {

std::vector<Command> allCommands() {
  return {analyzeCommand(),     batchCommand(),           deidentifyCommand(),   exportCommand(),  fetchCommand(),
          infoCommand(),        mergeCommand(),           nodeCommand(),         phantomCommand(), pluginsCommand(),
          pluginsShowCommand(), pluginsCheckCommand(),    pluginsNewCommand(),   queryCommand(),   sendCommand(),
          validateCommand(),    validateCompareCommand(), validatePlanCommand(), helpCommand()};
}

} // namespace hipcuff::cli
