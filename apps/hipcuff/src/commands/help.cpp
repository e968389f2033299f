#include "cli/help.h"
#include "cli/completion.h"
#include "cli/console.h"
#include "cli/hipcuff_program.h"
#include "cli/invocation.h"
#include "cli/man_page.h"
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
  if (const auto shell = invocation.text("completion")) {
    console.data(completion(hipcuffProgram(commands), *shell));
    return ExitCode::ok;
  }
  if (const auto folder = invocation.text("man-pages")) {
    writeManPages(manPages(hipcuffProgram(commands)), *folder);
    return ExitCode::ok;
  }
  if (invocation.arguments().empty() && !invocation.has("man")) {
    console.data(overview(commands, helpWidth()));
    return ExitCode::ok;
  }
  std::string name;
  for (const std::string& word : invocation.arguments())
    name += (name.empty() ? "" : " ") + word;
  if (invocation.has("man"))
    for (const ManPage& page : manPages(hipcuffProgram(commands)))
      if (page.name == pageName("hipcuff", name)) {
        console.data(page.text);
        return ExitCode::ok;
      }
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
  command.options = {
      {.name = "man",
       .help = "Print the manual page of the command, or of the program, as troff (read it with man -l)."},
      {.name = "man-pages",
       .kind = OptionKind::text,
       .valueName = "DIR",
       .help = "Write all manual pages into a folder, for share/man/man1."},
      {.name = "completion",
       .kind = OptionKind::text,
       .valueName = "SHELL",
       .help = "Print what completes commands, options and values on the Tab key.",
       .choices = {"bash", "zsh"}},
      {.name = "markdown", .help = "Print the whole command reference (docs/commands.md)."}};
  command.exitCodes = {{ExitCode::ok, "shown, or written"},
                       {ExitCode::failed, "the manual pages could not be written"},
                       {ExitCode::usage, "no such command"}};
  command.examples = {{"hipcuff help analyze", "All about one command."},
                      {"hipcuff help --man validate compare | man -l -", "The same as a manual page."},
                      {"source <(hipcuff help --completion bash)", "Completion in the shell that runs now."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
