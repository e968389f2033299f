#include "cli/completion.h"

#include "cli/option_words.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <map>
#include <vector>

namespace hipcuff::cli {
namespace {

/// With a backslash before each of `special`.
std::string escaped(const std::string& text, const std::string& special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string::npos)
      out += '\\';
    out += c;
  }
  return out;
}

std::string offered(Offer offer, const std::string& name) {
  switch (offer) {
  case Offer::files:
    return "_files";
  case Offer::folders:
    return "_files -/";
  case Offer::commands:
    return " " + name + "_names"; // the blank: called without the arguments of _arguments
  case Offer::plugins:
    return " " + name + "_plugins";
  case Offer::nothing:
    break;
  }
  return " "; // a value follows, and nobody can guess it
}

std::string action(const std::vector<std::string>& words, const std::string& valueName, const std::string& name) {
  if (words.empty())
    return offered(offerFor(valueName), name);
  std::string list;
  for (const std::string& word : words)
    list += (list.empty() ? "" : " ") + escaped(word, "\\ ():");
  return "(" + list + ")";
}

/// For _arguments: '(-o --out)'{-o+,--out=}'[folder ...]:DIR:_files -/'
std::string spec(const Option& option, const std::string& name) {
  std::string tail = "[" + escaped(firstSentence(option.help), "\\[]:") + "]";
  const bool flag = option.kind == OptionKind::flag;
  if (!flag)
    tail += ":" + escaped(option.valueName, "\\:") + ":" + action(fixedWords(option), option.valueName, name);
  const std::string longer = "--" + option.name + (flag ? "" : "=");
  if (option.letter.empty())
    return shellWord((option.repeated ? "*" : "") + longer + tail);
  const std::string both = "{-" + option.letter + (flag ? "" : "+") + "," + longer + "}";
  return shellWord(option.repeated ? "*" : "(-" + option.letter + " --" + option.name + ")") + both + shellWord(tail);
}

std::string argumentsCall(const std::vector<Option>& options, const std::vector<Argument>& arguments,
                          const std::string& name, const std::string& margin) {
  std::string out = margin + "_arguments -s -S";
  for (const Option& option : options)
    out += " \\\n" + margin + "  " + spec(option, name);
  int position = 1;
  for (const Argument& argument : arguments) {
    const std::string place =
        argument.repeated ? "*" : std::to_string(position) + (argument.required ? "" : ":"); // "1::" may be missing
    out += " \\\n" + margin + "  " +
           shellWord(place + ":" + escaped(argument.name, "\\:") + ":" + action(argument.choices, argument.name, name));
    ++position;
  }
  return out + "\n";
}

std::vector<Option> together(std::vector<Option> options, const std::vector<Option>& more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

using Words = std::vector<std::pair<std::string, std::string>>;

/// Completes one of some words, each with its meaning.
std::string describe(const std::string& list, const Words& words, const std::string& margin) {
  std::string out = margin + "local -a " + list + "=(\n";
  for (const auto& [word, meaning] : words)
    out += margin + "  " + shellWord(escaped(word, "\\:") + ":" + meaning) + "\n";
  return out + margin + ")\n" + margin + "_describe -t commands command " + list + "\n";
}

/// First words of the commands' names, and the second words of each.
struct Names {
  Words first{};
  std::map<std::string, Words> seconds{};
};

Names namesOf(const Program& program) {
  Names names;
  for (const Command& command : program.commands) {
    const std::size_t blank = command.name.find(' ');
    const std::string head = command.name.substr(0, blank);
    const bool known =
        std::any_of(names.first.begin(), names.first.end(), [&](const auto& n) { return n.first == head; });
    if (!known)
      names.first.emplace_back(head, command.summary);
    if (blank != std::string::npos)
      names.seconds[head].emplace_back(command.name.substr(blank + 1), command.summary);
  }
  return names;
}

std::string withCommands(const Program& program, const std::string& name) {
  const Names names = namesOf(program);
  // The names of commands: the first word, or the second after one that has it. Without an argument, after what stands
  // before the cursor.
  std::string out = name + "_names() {\n  case ${1-\"${(j: :)${(@)words[2,CURRENT-1]:#-*}}\"} in\n";
  for (const auto& [head, words] : names.seconds)
    out += "    " + head + ")\n" + describe("words_", words, "      ") + "      ;;\n";
  out += "    '')\n" + describe("words_", names.first, "      ") + "      ;;\n  esac\n}\n\n";

  out += name + "() {\n  if ((CURRENT == 2)); then\n    " + name + "_names\n    [[ $words[2] == -* ]] &&\n";
  out += argumentsCall(together({{.name = "help", .letter = "h", .help = "List the commands."}}, program.alone), {},
                       name, "      ");
  out += "    return\n  fi\n  local command=$words[2]\n  shift words\n  ((CURRENT--))\n";
  if (!names.seconds.empty()) {
    out += "  if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n    case $command in\n";
    for (const auto& [head, words] : names.seconds)
      out += "      " + head + ") " + name + "_names " + head + " ;;\n";
    out += "    esac\n  elif ((CURRENT > 2)); then\n    case \"$command $words[2]\" in\n      ";
    std::string pairs;
    for (const Command& command : program.commands)
      if (command.name.find(' ') != std::string::npos)
        pairs += (pairs.empty() ? "" : " | ") + shellWord(command.name);
    out += pairs + ")\n        command+=\" $words[2]\"\n        shift words\n        ((CURRENT--))\n        ;;\n";
    out += "    esac\n  fi\n";
  }
  out += "  case $command in\n";
  for (const Command& command : program.commands)
    out += "    " + shellWord(command.name) + ")\n" +
           argumentsCall(together(command.options, program.options), command.arguments, name, "      ") + "      ;;\n";
  return out + "  esac\n}\n";
}

/// The names of the plugins that there are, and files.
std::string pluginsFunction(const std::string& name) {
  return name + "_plugins() {\n"
                "  local -a names_=(${${${(f)\"$(hipcuff plugins 2>/dev/null)\"}[2,-1]%% *}:#[^a-z]*})\n"
                "  _alternative \"plugins:plugin:($names_)\" 'files:file:_files'\n}\n\n";
}

} // namespace

std::string zshCompletion(const Program& program) {
  std::string name = "_" + program.name;
  const std::string head = "#compdef " + program.name +
                           "\n# zsh completion, made from the program's own command reference.\n\n" +
                           pluginsFunction(name);
  if (program.commands.empty())
    return head + name + "() {\n" +
           argumentsCall(together(program.options, program.alone), program.arguments, name, "  ") + "}\n\n" + name +
           " \"$@\"\n";
  return head + withCommands(program, name) + "\n" + name + " \"$@\"\n";
}

std::string completion(const Program& program, const std::string& shell) {
  if (shell == "bash")
    return bashCompletion(program);
  if (shell == "zsh")
    return zshCompletion(program);
  throw UsageError("no completion for the shell '" + shell + "'", "bash or zsh");
}

} // namespace hipcuff::cli
