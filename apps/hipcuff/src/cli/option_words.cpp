#include "cli/option_words.h"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace hipcuff::cli {
namespace {

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

} // namespace

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

std::string usage(const std::string& program, const Command& command) {
  std::string line = program + (command.name.empty() ? "" : " ") + command.name;
  for (const Argument& argument : command.arguments) {
    const std::string name = argument.name + (argument.repeated ? "..." : "");
    line += argument.required ? " " + name : " [" + name + "]";
  }
  for (const Option& option : command.options)
    if (option.required)
      line += " --" + option.name + " " + option.valueName;
  return line + " [options]";
}

std::vector<std::string> fixedWords(const Option& option) {
  if (!option.choices.empty() || option.kind == OptionKind::flag)
    return option.choices;
  std::vector<std::string> words;
  std::istringstream parts(option.valueName);
  for (std::string part; std::getline(parts, part, '|');)
    if (std::all_of(part.begin(), part.end(), [](unsigned char c) { return std::islower(c) != 0 || c == '-'; }))
      words.push_back(part);
  return words;
}

std::string shellWord(const std::string& text) {
  std::string out = "'";
  for (const char c : text)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string firstSentence(const std::string& text) {
  std::string sentence = text.substr(0, text.find(". "));
  if (sentence.ends_with("."))
    sentence.pop_back();
  std::replace(sentence.begin(), sentence.end(), '\n', ' ');
  return sentence;
}

} // namespace hipcuff::cli
