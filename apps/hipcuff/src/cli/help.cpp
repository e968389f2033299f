#include "cli/help.h"

#include "hipcuff/core/version.h"

#include <algorithm>
#include <sstream>

#include <sys/ioctl.h>
#include <unistd.h>

namespace hipcuff::cli {
namespace {

constexpr std::size_t termColumn = 26; ///< where explanations begin

/// "term   explanation", the explanation wrapped in its own column.
std::string entry(const std::string& term, const std::string& explanation, std::size_t width) {
  const std::string head = "  " + term;
  std::string body = wrapped(explanation, width, termColumn);
  if (head.size() + 2 > termColumn)
    return head + "\n" + body;
  return head + body.substr(head.size());
}

std::string plain(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

std::string listed(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words)
    list += (list.empty() ? "" : ", ") + word;
  return list;
}

/// The help sentence with what the parser also knows: choices, range, preset.
std::string explained(const Option& option) {
  std::string text = option.help;
  if (!option.choices.empty())
    text += " One of: " + listed(option.choices) + ".";
  if (option.range && option.range->high < 1e9)
    text += " From " + plain(option.range->low) + " to " + plain(option.range->high) + ".";
  else if (option.range)
    text += " At least " + plain(option.range->low) + ".";
  if (option.repeated)
    text += " May be given several times.";
  if (!option.preset.empty())
    text += " Default: " + option.preset + ".";
  return text;
}

std::string spelled(const Option& option) {
  std::string term = option.letter.empty() ? "" : "-" + option.letter + ", ";
  term += "--" + option.name;
  if (option.kind != OptionKind::flag)
    term += " " + option.valueName;
  return term;
}

std::string usage(const Command& command) {
  std::string line = "hipcuff " + command.name;
  for (const Argument& argument : command.arguments) {
    const std::string name = argument.name + (argument.repeated ? "..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  for (const Option& option : command.options)
    if (option.required)
      line += " --" + option.name + " " + option.valueName;
  return line + " [options]";
}

/// As Markdown makes it of a heading.
std::string anchor(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

constexpr const char* purpose =
    "HipCuff reads B-mode ultrasound of the lateral hip, finds the gluteus medius tendon at the greater trochanter, "
    "measures its thickness and its discontinuities, grades tears, and shows the result.";

} // namespace

std::string wrapped(const std::string& text, std::size_t width, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string result;
  std::istringstream paragraphs(text);
  for (std::string paragraph; std::getline(paragraphs, paragraph);) {
    std::istringstream words(paragraph);
    std::string line = margin;
    bool empty = true;
    for (std::string word; words >> word;) {
      if (!empty && line.size() + 1 + word.size() > width) {
        result += line + "\n";
        line = margin;
        empty = true;
      }
      line += (empty ? "" : " ") + word;
      empty = false;
    }
    result += (empty ? "" : line) + "\n";
  }
  return result;
}

std::string overview(const std::vector<Command>& commands, std::size_t width) {
  std::string text = wrapped(purpose, width, 0) + "\nUsage: hipcuff COMMAND [options]\n\nCommands:\n";
  for (const Command& command : commands)
    text += entry(command.name, command.summary, width);
  text += "\nEvery command:\n";
  for (const Option& option : commonOptions())
    text += entry(spelled(option), explained(option), width);
  text += entry("--version", "Show the version and stop.", width);
  text += "\n" + wrapped("'hipcuff help COMMAND' explains one command. Data go to standard output, all talk to "
                         "standard error.",
                         width, 0);
  return text + "\n" + wrapped(notice, width, 0);
}

std::string commandHelp(const Command& command, std::size_t width) {
  std::string text = wrapped("hipcuff " + command.name + ": " + command.summary, width, 0);
  text += "\nUsage: " + usage(command) + "\n";
  for (const std::string& paragraph : command.description)
    text += "\n" + wrapped(paragraph, width, 0);
  if (!command.arguments.empty()) {
    text += "\nArguments:\n";
    for (const Argument& argument : command.arguments)
      text += entry(argument.name + (argument.repeated ? "..." : ""), argument.help, width);
  }
  text += "\nOptions:\n";
  for (const Option& option : command.options)
    text += entry(spelled(option), explained(option) + (option.required ? " Required." : ""), width);
  for (const Option& option : commonOptions())
    text += entry(spelled(option), explained(option), width);
  text += "\nExit codes:\n";
  for (const CodeMeaning& code : command.exitCodes)
    text += entry(std::to_string(static_cast<int>(code.code)), code.meaning, width);
  if (!command.examples.empty()) {
    text += "\nExamples:\n";
    for (const Example& example : command.examples)
      text += "  " + example.line + "\n" + wrapped(example.what, width, 6);
  }
  return text;
}

std::string markdownReference(const std::vector<Command>& commands) {
  std::ostringstream page;
  page << "# Command reference\n\n"
       << "<!-- Generated by `hipcuff help --markdown`; a test fails when this file is stale. -->\n\n"
       << "Data go to standard output, all talk to standard error. Errors are one line: what is concerned, what is "
          "wrong, what to do.\n\n"
       << "| command | what it does |\n|---|---|\n";
  for (const Command& command : commands)
    page << "| [`" << command.name << "`](#hipcuff-" << anchor(command.name) << ") | " << command.summary << " |\n";
  page << "\nEvery command takes:\n\n| option | meaning |\n|---|---|\n";
  for (const Option& option : commonOptions())
    page << "| `" << spelled(option) << "` | " << explained(option) << " |\n";
  page << "\n`hipcuff --version` shows the version.\n"
       << "\n## Exit codes\n\n| code | meaning |\n|---|---|\n"
       << "| 0 | all done; inputs that are not for HipCuff (not ultrasound, a copy of one already read) were skipped "
          "with a line |\n"
       << "| 1 | failed: nothing could be processed, or the results could not be written |\n"
       << "| 2 | wrong usage |\n"
       << "| 3 | some inputs could not be processed and the others were |\n"
       << "| 4 | `validate compare --fail-if-worse`: the new version is worse than allowed |\n"
       << "| 130 | stopped by Ctrl-C; what was finished is written |\n";
  for (const Command& command : commands) {
    page << "\n## hipcuff " << command.name << "\n\n" << command.summary << ".\n\n    " << usage(command) << "\n";
    for (const std::string& paragraph : command.description)
      page << "\n" << paragraph << "\n";
    if (!command.arguments.empty()) {
      page << "\n| argument | meaning |\n|---|---|\n";
      for (const Argument& argument : command.arguments)
        page << "| `" << argument.name << (argument.repeated ? "..." : "") << "` | " << argument.help << " |\n";
    }
    if (!command.options.empty()) {
      page << "\n| option | meaning |\n|---|---|\n";
      for (const Option& option : command.options) {
        std::string term = spelled(option);
        // A bar inside a table cell must be escaped, also in code.
        for (std::size_t at = term.find('|'); at != std::string::npos; at = term.find('|', at + 2))
          term.replace(at, 1, "\\|");
        page << "| `" << term << "` | " << explained(option) << (option.required ? " Required." : "") << " |\n";
      }
    }
    page << "\n| exit code | meaning |\n|---|---|\n";
    for (const CodeMeaning& code : command.exitCodes)
      page << "| " << static_cast<int>(code.code) << " | " << code.meaning << " |\n";
    if (!command.examples.empty()) {
      page << "\nExamples:\n";
      for (const Example& example : command.examples)
        page << "\n    " << example.line << "\n\n" << example.what << "\n";
    }
  }
  return page.str();
}

std::size_t helpWidth() {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return 80;
  return std::clamp<std::size_t>(size.ws_col, 60, 100);
}

} // namespace hipcuff::cli
