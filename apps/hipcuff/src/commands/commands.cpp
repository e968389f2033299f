#include "commands/commands.h"

namespace hipcuff::cli {

std::vector<Command> allCommands() {
  return {helpCommand()};
}

} // namespace hipcuff::cli
