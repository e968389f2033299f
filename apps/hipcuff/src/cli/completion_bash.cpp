#include "cli/completion.h"

#include "cli/option_words.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <vector>

namespace hipcuff::cli {
namespace {

std::string functionName(std::string program) {
  std::replace(program.begin(), program.end(), '-', '_');
  return "_" + program;
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : between) + word;
  return out;
}

/// Words for compgen -W, which takes the list apart as the shell does; as one word of the script.
std::string wordList(const std::vector<std::string>& words) {
  std::string list;
  for (const std::string& word : words) {
    list += list.empty() ? "" : " ";
    for (const char c : word) {
      if (std::isalnum(static_cast<unsigned char>(c)) == 0 &&
          std::string_view("-_.,+/@%=:").find(c) == std::string::npos)
        list += '\\';
      list += c;
    }
  }
  return shellWord(list);
}

std::string kindOf(Offer offer) {
  switch (offer) {
  case Offer::files:
    return "@files";
  case Offer::folders:
    return "@folders";
  case Offer::commands:
    return "@commands";
  case Offer::plugins:
    return "@plugins";
  case Offer::nothing:
    break;
  }
  return "@nothing";
}

std::vector<std::string> spellings(const Option& option) {
  std::vector<std::string> out = {"--" + option.name};
  if (!option.letter.empty())
    out.push_back("-" + option.letter);
  return out;
}

/// What the shell must know of one command: its options, what follows each, and what its arguments are.
std::string facts(const std::vector<Option>& options, const std::vector<Argument>& arguments,
                  const std::string& margin) {
  std::vector<std::string> words;
  std::map<std::string, std::vector<std::string>> values; // what is offered -> the options it is offered for
  for (const Option& option : options) {
    words.push_back("--" + option.name);
    if (option.kind == OptionKind::flag)
      continue;
    const std::vector<std::string> fixed = fixedWords(option);
    const std::string offer = fixed.empty() ? kindOf(offerFor(option.valueName)) : wordList(fixed);
    for (const std::string& spelling : spellings(option))
      values[offer].push_back(spelling);
  }
  std::string out = margin + "options=" + wordList(words) + "\n";
  const bool nothing =
      arguments.empty() || (arguments.front().choices.empty() && offerFor(arguments.front().name) == Offer::nothing);
  if (!nothing)
    out += margin + "arguments=" +
           (arguments.front().choices.empty() ? kindOf(offerFor(arguments.front().name))
                                              : wordList(arguments.front().choices)) +
           "\n";
  if (values.empty())
    return out;
  out += margin + "case $option in\n";
  for (const auto& [offer, of] : values)
    out += margin + "  " + joined(of, "|") + ") values=" + offer + " ;;\n";
  return out + margin + "esac\n";
}

std::vector<Option> together(std::vector<Option> options, const std::vector<Option>& more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

// The part that is the same for every program: finds out where the cursor stands. Words before it are read as the
// program reads them; an '=' between an option and its value is a word of its own to bash.
constexpr const char* walk =
    R"(  local word=${COMP_WORDS[COMP_CWORD]} given=() plain=() command= option= pending= options= values= arguments= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == '=' ]] || given+=("${COMP_WORDS[i]}")
  done
  [[ $word == '=' ]] && word=
)";

constexpr const char* offer = R"(  local what=$arguments
  if [[ -n $pending ]]; then
    what=$values
  elif [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$word"))
    return
  fi
  case $what in
    @files) compopt -o default 2>/dev/null ;; # bash's own: it knows about quotes, blanks and ~
    @folders) compopt -o dirnames 2>/dev/null ;;
    @nothing | '') ;;
    @plugins)
      what=$(hipcuff plugins 2>/dev/null | {
        read -r i # the table's head
        while read -r i _; do [[ $i == [a-z]* ]] && printf '%s ' "$i"; done
      })
      COMPREPLY=($(compgen -W "$what" -- "$word"))
      compopt -o default 2>/dev/null
      ;;
    @commands) COMPREPLY=($(compgen -W "$commands" -- "$word")) ;;
    *) COMPREPLY=($(compgen -W "$what" -- "$word")) ;;
  esac
)";

std::string withoutCommands(const Program& program, const std::string& name) {
  std::string out = name + "_facts() {\n  options= values= arguments=\n";
  out += facts(together(program.options, program.alone), program.arguments, "  ") + "}\n\n";
  out += name + "() {\n" + walk;
  out += "  for i in \"${given[@]}\"; do\n"
         "    option=$i\n"
         "    if [[ -n $pending ]]; then\n"
         "      pending=\n"
         "    elif [[ $i == -* ]]; then\n"
         "      " +
         name + "_facts\n      [[ -n $values ]] && pending=$i\n    fi\n  done\n  option=$pending\n  " + name +
         "_facts\n" + offer + "}\n";
  return out;
}

std::string withCommands(const Program& program, const std::string& name) {
  std::vector<std::string> first;
  std::vector<std::string> pairs;
  std::map<std::string, std::vector<std::string>> seconds;
  for (const Command& command : program.commands) {
    const std::size_t blank = command.name.find(' ');
    const std::string head = command.name.substr(0, blank);
    if (std::find(first.begin(), first.end(), head) == first.end())
      first.push_back(head);
    if (blank == std::string::npos)
      continue;
    seconds[head].push_back(command.name.substr(blank + 1));
    pairs.push_back("'" + command.name + "'");
  }
  std::string out = name + "_facts() {\n  options= values= arguments=\n  case $command in\n";
  for (const Command& command : program.commands)
    out += "    '" + command.name + "')\n" +
           facts(together(command.options, program.options), command.arguments, "      ") + "      ;;\n";
  out += "  esac\n}\n\n" + name + "() {\n" + walk;
  std::vector<std::string> alone;
  for (const Option& option : program.alone)
    alone.push_back("--" + option.name);
  out += "  local commands='" + joined(first, " ") + "' seconds=\n";
  out += "  if ((${#given[@]} == 0)); then\n    COMPREPLY=($(compgen -W \"$commands --help " + joined(alone, " ") +
         "\" -- \"$word\"))\n    return\n  fi\n";
  out += "  command=${given[0]}\n";
  if (!pairs.empty()) {
    out += "  case \"$command ${given[1]-}\" in\n    " + joined(pairs, " | ") +
           ") command+=\" ${given[1]}\" given=(\"${given[@]:1}\") ;;\n  esac\n";
    out += "  if ((${#given[@]} == 1)); then\n    case $command in\n";
    for (const auto& [head, words] : seconds)
      out += "      '" + head + "') seconds='" + joined(words, " ") + "' ;;\n";
    out += "    esac\n  fi\n";
  }
  out += "  for i in \"${given[@]:1}\"; do\n"
         "    option=$i\n"
         "    if [[ -n $pending ]]; then\n"
         "      pending=\n"
         "    elif [[ $i == -* ]]; then\n"
         "      " +
         name +
         "_facts\n      [[ -n $values ]] && pending=$i\n    else\n      plain+=(\"$i\")\n    fi\n  done\n"
         "  option=$pending\n  " +
         name + "_facts\n";
  if (!pairs.empty()) {
    // "help validate compare": a command's second word after its first.
    out += "  if [[ $arguments == @commands && ${#plain[@]} -gt 0 ]]; then\n    commands=\n    case ${plain[0]} in\n";
    for (const auto& [head, words] : seconds)
      out += "      '" + head + "') commands='" + joined(words, " ") + "' ;;\n";
    out += "    esac\n  fi\n";
  }
  out += offer;
  if (!pairs.empty())
    out += "  if [[ -n $seconds && -z $pending ]]; then\n"
           "    COMPREPLY+=($(compgen -W \"$seconds\" -- \"$word\"))\n  fi\n";
  return out + "}\n";
}

} // namespace

std::string bashCompletion(const Program& program) {
  const std::string name = functionName(program.name);
  return "# bash completion for " + program.name + ", made from its own command reference.\n\n" +
         (program.commands.empty() ? withoutCommands(program, name) : withCommands(program, name)) + "\ncomplete -F " +
         name + " " + program.name + "\n";
}

} // namespace hipcuff::cli
