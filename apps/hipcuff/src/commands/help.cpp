#include "cli/help.h"
#include "cli/console.h"
#include "cli/invocation.h"
#include "commands/commands.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

namespace hipcuff::cli {
namespace {

ExitCode run(const Invocation& invocation, Console& console) {
  const std::vector<Command> commands = allCommands();
  if (invocation.has("markdown")) {
    console.data(markdownReference(commands));
    return ExitCode::ok;
  }
  if (invocation.arguments().empty()) {
    console.data(overview(commands, helpWidth()));
    return ExitCode::ok;
  }
  std::string name;
  for (const std::string& word : invocation.arguments())
    name += (name.empty() ? "" : " ") + word;
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (command.name == name) {
      console.data(commandHelp(command, helpWidth()));
      return ExitCode::ok;
    }
    names.push_back(command.name);
  }
  const auto near = closest(name, names);
  throw UsageError("unknown command '" + name + "'", near ? "did you mean '" + *near + "'?" : "see 'hipcuff help'");
}

} // namespace

Command helpCommand() {
  Command command;
  command.name = "help";
  command.summary = "Explain the program or one of its commands";
  command.arguments = {{.name = "COMMAND",
                        .help = "The command to explain; without it, all are listed.",
                        .repeated = true,
                        .required = false}};
  command.options = {{.name = "markdown", .help = "Print the whole command reference (docs/commands.md)."}};
  command.exitCodes = {{ExitCode::ok, "shown"}, {ExitCode::usage, "no such command"}};
  command.examples = {{"hipcuff help analyze", "All about one command."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
