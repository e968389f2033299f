#include "commands/commands.h"

namespace hipcuff::cli {

std::vector<Command> allCommands() {
  return {analyzeCommand(),     batchCommand(),           deidentifyCommand(),   exportCommand(),
          infoCommand(),        mergeCommand(),           phantomCommand(),      pluginsCommand(),
          pluginsShowCommand(), pluginsCheckCommand(),    pluginsNewCommand(),   queryCommand(),
          validateCommand(),    validateCompareCommand(), validatePlanCommand(), helpCommand()};
}

} // namespace hipcuff::cli
