#include "commands/commands.h"

namespace hipcuff::cli {

std::vector<Command> allCommands() {
  std::vector<Command> commands;
#ifdef HIPCUFF_HAS_ANALYSIS
  commands.push_back(analyzeCommand());
  commands.push_back(infoCommand());
#endif
#ifdef HIPCUFF_HAS_PHANTOM
  commands.push_back(phantomCommand());
#endif
  commands.push_back(helpCommand());
  return commands;
}

} // namespace hipcuff::cli
