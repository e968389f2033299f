#include "cli/program.h"

#include "cli/help.h"
#include "cli/invocation.h"
#include "commands/commands.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"
#include "hipcuff/core/version.h"
#include "hipcuff/plugin/abi.h"

#include <algorithm>
#include <new>

namespace hipcuff::cli {
namespace {

/// Some names are two words, and the longer one wins: "validate compare" before "validate".
const Command& commandNamed(const std::vector<Command>& commands, const std::vector<std::string>& words) {
  const std::string& name = words.front();
  if (words.size() > 1 && !words[1].starts_with("-")) {
    std::vector<std::string> seconds;
    for (const Command& command : commands) {
      if (command.name == name + " " + words[1])
        return command;
      if (command.name.starts_with(name + " "))
        seconds.push_back(command.name.substr(name.size() + 1));
    }
    const auto whole = std::find_if(commands.begin(), commands.end(), [&](const Command& c) { return c.name == name; });
    // A word that can be no argument was meant for the second word of a name.
    if (!seconds.empty() && (whole == commands.end() || whole->arguments.empty())) {
      const auto near = closest(words[1], seconds);
      throw UsageError("unknown command '" + name + " " + words[1] + "'",
                       near ? "did you mean '" + name + " " + *near + "'?" : "see 'hipcuff help " + name + "'");
    }
  }
  std::vector<std::string> names;
  for (const Command& command : commands) {
    if (command.name == name)
      return command;
    names.push_back(command.name);
  }
  if (name.starts_with("-"))
    names = {"--help", "--version"};
  const auto near = closest(name, names);
  throw UsageError((name.starts_with("-") ? "unknown option '" : "unknown command '") + name + "'",
                   near ? "did you mean '" + *near + "'?" : "see 'hipcuff help'");
}

ExitCode dispatch(const std::vector<std::string>& words, Console& console) {
  const std::vector<Command> commands = allCommands();
  if (words.empty()) {
    console.error(overview(commands, helpWidth()));
    return ExitCode::usage;
  }
  const std::string& name = words.front();
  if (name == "--help" || name == "-h") {
    console.data(overview(commands, helpWidth()));
    return ExitCode::ok;
  }
  if (name == "--version") {
    std::string text = std::string("hipcuff ") + version + "\n";
    if (words.size() > 1 && (words[1] == "--verbose" || words[1] == "-v"))
      text += std::string("plugins: ") + HIPCUFF_PLUGIN_ABI + "\n";
    console.data(text);
    return ExitCode::ok;
  }
  const Command& command = commandNamed(commands, words);
  const std::ptrdiff_t nameWords = command.name == name ? 1 : 2;
  const Invocation invocation = Invocation::parse(command, {words.begin() + nameWords, words.end()});
  if (invocation.has("help")) {
    console.data(commandHelp(command, helpWidth()));
    return ExitCode::ok;
  }
  if (invocation.has("quiet") && invocation.has("verbose"))
    throw UsageError("--quiet and --verbose exclude each other");
  if (invocation.has("quiet"))
    console.setVerbosity(Verbosity::quiet);
  if (invocation.has("verbose"))
    console.setVerbosity(Verbosity::verbose);
  return command.run(invocation, console);
}

} // namespace

ExitCode runProgram(const std::vector<std::string>& words, Console& console) noexcept {
  const auto failed = [&console](const std::string& line, ExitCode code) noexcept {
    try {
      console.clearBar();
      console.error("hipcuff: " + line);
    } catch (...) { // stderr is gone: only the exit code is left to speak
    }
    return code;
  };
  try {
    return dispatch(words, console);
  } catch (const UsageError& error) {
    return failed(error.what(), ExitCode::usage);
  } catch (const Error& error) {
    return failed(error.what(), ExitCode::failed);
  } catch (const std::bad_alloc&) {
    return failed("out of memory (try fewer --jobs)", ExitCode::failed);
  } catch (const std::exception& error) {
    return failed(std::string("internal error: ") + error.what() + " (please report it with the command line)",
                  ExitCode::failed);
  } catch (...) {
    return failed("internal error of an unknown kind (please report it with the command line)", ExitCode::failed);
  }
}

} // namespace hipcuff::cli
