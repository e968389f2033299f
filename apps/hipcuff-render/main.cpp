// hipcuff-render: pictures through VTK, in a process of its own because VTK needs an X display and aborts without one.
#include "commands.h"

#include "cli/completion.h"
#include "cli/man_page.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"

#include <algorithm>
#include <array>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace {

namespace options = boost::program_options;
using namespace hipcuff::render; // NOLINT: this program's own names

constexpr const char* afterUsage = R"(
The paths written go to stdout, one a line.
Drawing needs an X display. Without one (no DISPLAY, or nothing answers there) a private Xvfb is started and ended
again; HIPCUFF_XVFB names its program where it is not on the PATH.

--man prints the manual page, --completion bash|zsh the completion, --version the version.

Exit codes: 0 all done, 1 failed, 2 wrong usage, 3 some images or charts could not be drawn and the others were,
4 no display and no Xvfb: nothing was drawn.
)";

const std::array<Command, 2>& commands() {
  static const std::array<Command, 2> all{overlaysCommand(), chartsCommand()};
  return all;
}

int help() {
  std::cout << "hipcuff-render draws HipCuff's results as pictures and charts.\n\nUsage:\n";
  for (const Command& command : commands())
    std::cout << command.usage;
  for (const Command& command : commands())
    std::cout << '\n' << command.options();
  std::cout << afterUsage;
  return allDone;
}

int run(const std::vector<std::string>& words) {
  const auto asked = [&](const std::string& longer, const std::string& shorter) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& w) { return w == longer || w == shorter; });
  };
  if (asked("--help", "-h"))
    return help();
  if (asked("--version", "--version")) {
    std::cout << "hipcuff-render " << hipcuff::version << '\n';
    return allDone;
  }
  if (words.size() == 1 && words.front() == "--man") {
    std::cout << hipcuff::cli::manPages(renderProgram()).front().text;
    return allDone;
  }
  if (!words.empty() && words.front() == "--completion") {
    std::cout << hipcuff::cli::completion(renderProgram(), words.size() == 2 ? words[1] : "");
    return allDone;
  }
  constexpr const char* remedy = "try: hipcuff-render --help";
  if (words.empty() || words.front().starts_with("-"))
    throw hipcuff::UsageError("nothing to do: the command comes first", remedy);
  const auto command =
      std::find_if(commands().begin(), commands().end(), [&](const Command& c) { return words.front() == c.name; });
  if (command == commands().end())
    throw hipcuff::UsageError("unknown command '" + words.front() + "'", remedy);
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  const auto described = command->options();
  const options::positional_options_description none;
  options::variables_map values;
  const auto style = options::command_line_style::unix_style & ~options::command_line_style::allow_guessing;
  options::store(options::command_line_parser(rest).options(described).positional(none).style(style).run(), values);
  return command->run(values);
}

} // namespace

int main(int argc, char** argv) {
  const auto complain = [](const std::exception& e, int code) {
    std::cerr << "hipcuff-render: " << e.what() << '\n';
    return code;
  };
  try {
    return run({argv + 1, argv + argc});
  } catch (const options::error& e) {
    return complain(e, wrongUsage);
  } catch (const hipcuff::UsageError& e) {
    return complain(e, wrongUsage);
  } catch (const hipcuff::NoDisplayError& e) {
    return complain(e, noDisplay);
  } catch (const std::exception& e) {
    return complain(e, failed);
  }
}
