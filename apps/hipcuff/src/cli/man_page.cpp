#include "cli/man_page.h"

#include "cli/option_words.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/version.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace hipcuff::cli {
namespace {

constexpr std::size_t sourceWidth = 72; ///< of the page's source; troff fills the lines itself

/// Prose: filled by troff, so that its own line breaks are free; those of the text are kept.
std::string prose(const std::string& text) {
  std::string out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!out.empty())
      out += ".br\n";
    std::istringstream words(line);
    std::string row;
    for (std::string word; words >> word;) {
      if (!row.empty() && row.size() + 1 + word.size() > sourceWidth) {
        out += troff(row) + "\n";
        row.clear();
      }
      row += (row.empty() ? "" : " ") + word;
    }
    if (!row.empty())
      out += troff(row) + "\n";
  }
  return out;
}

std::string bold(const std::string& text) {
  return "\\fB" + troff(text) + "\\fR";
}
std::string italic(const std::string& text) {
  return "\\fI" + troff(text) + "\\fR";
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

std::string header(const std::string& page, const std::string& summary) {
  // The date is left empty: the same sources make the same page on any day.
  return ".\\\" Made from the program's own command reference.\n"
         ".TH " +
         troff(upper(page)) + " 1 \"\" \"HipCuff " + version + "\" \"HipCuff\"\n.nh\n.ad l\n.SH NAME\n" + troff(page) +
         " \\- " + troff(summary) + "\n";
}

std::string term(const std::string& what, const std::string& meaning) {
  return ".TP\n" + what + "\n" + prose(meaning);
}

std::string synopsis(const std::string& program, const Command& command) {
  std::string line = bold(program + (command.name.empty() ? "" : " ") + command.name);
  for (const Argument& argument : command.arguments) {
    const std::string name = italic(argument.name) + (argument.repeated ? "..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  for (const Option& option : command.options)
    if (option.required)
      line += " " + bold("--" + option.name) + " " + italic(option.valueName);
  return line + " [" + italic("options") + "]\n";
}

std::string optionTerm(const Option& option) {
  std::string what = option.letter.empty() ? "" : bold("-" + option.letter) + ", ";
  what += bold("--" + option.name);
  if (option.kind != OptionKind::flag)
    what += " " + italic(option.valueName);
  return term(what, explained(option) + (option.required ? " Required." : ""));
}

std::string paragraphs(const std::vector<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts)
    out += (out.empty() ? "" : ".PP\n") + prose(text);
  return out;
}

std::string argumentTerms(const std::vector<Argument>& arguments) {
  std::string out;
  for (const Argument& argument : arguments)
    out += term(italic(argument.name) + (argument.repeated ? "..." : ""), argument.help);
  return out;
}

std::string optionTerms(const std::vector<Option>& options) {
  std::string out;
  for (const Option& option : options)
    out += optionTerm(option);
  return out;
}

std::string examples(const std::vector<Example>& all) {
  std::string out = all.empty() ? "" : ".SH EXAMPLES\n";
  for (const Example& example : all)
    out += (&example == &all.front() ? "" : ".PP\n") + prose(example.what) + ".PP\n.RS 4\n.EX\n" + troff(example.line) +
           "\n.EE\n.RE\n";
  return out;
}

std::string seeAlso(std::vector<std::string> pages, const std::string& self) {
  pages.erase(std::remove(pages.begin(), pages.end(), self), pages.end());
  std::string out = pages.empty() ? "" : ".SH SEE ALSO\n";
  for (const std::string& page : pages)
    out += ".BR " + troff(page) + " (1)" + (&page == &pages.back() ? "" : ",") + "\n";
  return out;
}

std::string closing() {
  return ".SH NOTES\n" + prose(notice);
}

std::string commandPage(const Program& program, const Command& command) {
  const std::string page = pageName(program.name, command.name);
  std::string text = header(page, command.summary) + ".SH SYNOPSIS\n" + synopsis(program.name, command);
  text += ".SH DESCRIPTION\n" +
          (command.description.empty() ? prose(command.summary + ".") : paragraphs(command.description));
  if (!command.arguments.empty())
    text += ".SH ARGUMENTS\n" + argumentTerms(command.arguments);
  text += ".SH OPTIONS\n" + optionTerms(command.options) + optionTerms(program.options);
  text += ".SH EXIT STATUS\n";
  for (const CodeMeaning& code : command.exitCodes)
    text += term(bold(std::to_string(static_cast<int>(code.code))), code.meaning);
  text += examples(command.examples);
  // The commands of a family point at each other.
  std::vector<std::string> pages = {program.name};
  const std::string family = command.name.substr(0, command.name.find(' '));
  for (const Command& other : program.commands)
    if (other.name == family || other.name.starts_with(family + " "))
      pages.push_back(pageName(program.name, other.name));
  return text + closing() + seeAlso(pages, page);
}

std::string programPage(const Program& program) {
  Command self;
  self.arguments = program.arguments;
  std::string text = header(program.name, program.summary) + ".SH SYNOPSIS\n";
  if (program.commands.empty())
    text += synopsis(program.name, self);
  else if (program.pagePerCommand)
    text += bold(program.name) + " " + italic("COMMAND") + " [" + italic("options") + "]\n";
  else
    for (const Command& command : program.commands)
      text += (&command == &program.commands.front() ? "" : ".br\n") + synopsis(program.name, command);
  text += ".SH DESCRIPTION\n" + paragraphs(program.description);
  if (!program.arguments.empty())
    text += ".SH ARGUMENTS\n" + argumentTerms(program.arguments);
  if (!program.commands.empty()) {
    text += ".SH COMMANDS\n";
    for (const Command& command : program.commands) {
      if (program.pagePerCommand) {
        text += term(bold(command.name), command.summary + " (" + pageName(program.name, command.name) + "(1)).");
        continue;
      }
      text += ".SS " + troff(command.name) + "\n" + prose(command.summary + ".");
      for (const std::string& paragraph : command.description)
        text += ".PP\n" + prose(paragraph);
      text += optionTerms(command.options);
    }
  }
  text += ".SH OPTIONS\n" + optionTerms(program.options) + optionTerms(program.alone);
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : program.exitCodes)
    text += term(bold(std::to_string(code)), meaning);
  if (!program.environment.empty())
    text += ".SH ENVIRONMENT\n";
  for (const auto& [name, meaning] : program.environment)
    text += term(bold(name), meaning);
  text += examples(program.examples);
  std::vector<std::string> pages = program.seeAlso;
  if (program.pagePerCommand)
    for (const Command& command : program.commands)
      pages.push_back(pageName(program.name, command.name));
  std::sort(pages.begin(), pages.end());
  return text + closing() + seeAlso(pages, program.name);
}

} // namespace

std::string troff(const std::string& text) {
  std::string out;
  bool lineBegins = true;
  for (const char c : text) {
    // A dot or an apostrophe that begins a line would be a request.
    if (lineBegins && (c == '.' || c == '\''))
      out += "\\&";
    lineBegins = c == '\n';
    switch (c) {
    case '\\':
      out += "\\e";
      break;
    case '-':
      out += "\\-";
      break;
    case '\'':
      out += "\\(aq";
      break;
    case '"':
      out += "\\(dq";
      break;
    case '`':
      out += "\\(ga";
      break;
    case '^':
      out += "\\(ha";
      break;
    case '~':
      out += "\\(ti";
      break;
    default:
      out += c;
    }
  }
  return out;
}

std::vector<ManPage> manPages(const Program& program) {
  std::vector<ManPage> pages = {{program.name, programPage(program)}};
  if (program.pagePerCommand)
    for (const Command& command : program.commands)
      pages.push_back({pageName(program.name, command.name), commandPage(program, command)});
  return pages;
}

void writeManPages(const std::vector<ManPage>& pages, const std::filesystem::path& folder) {
  requireWritableFolder(folder);
  for (const ManPage& page : pages)
    writeFileAtomically(folder / (page.name + ".1"), page.text);
}

} // namespace hipcuff::cli
