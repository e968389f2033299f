#include "commands/commands.h"

namespace hipcuff::cli {

std::vector<Command> allCommands() {
  return {analyzeCommand(),      batchCommand(), infoCommand(),     mergeCommand(),
          phantomCommand(),      queryCommand(), validateCommand(), validateCompareCommand(),
          validatePlanCommand(), helpCommand()};
}

} // namespace hipcuff::cli
