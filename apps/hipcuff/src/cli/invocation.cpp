#include "cli/invocation.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

#include <boost/program_options.hpp>

#include <charconv>
#include <cmath>
#include <thread>

namespace hipcuff::cli {
namespace {

namespace po = boost::program_options;

constexpr const char* positionalName = "(argument)";

std::vector<const Option*> allOptions(const Command& command) {
  std::vector<const Option*> all;
  for (const Option& option : command.options)
    all.push_back(&option);
  for (const Option& option : commonOptions())
    all.push_back(&option);
  return all;
}

std::string inQuotes(const std::string& word) {
  return "'" + word + "'";
}

std::string listed(const std::vector<std::string>& words) {
  std::string list;
  for (std::size_t i = 0; i < words.size(); ++i)
    list += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  return list;
}

std::string plain(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (!text.empty() && text.back() == '.')
    text.pop_back();
  return text;
}

void check(const Option& option, const std::string& word) {
  const std::string name = "--" + option.name;
  if (option.kind == OptionKind::text) {
    if (word.empty())
      throw UsageError(name + " needs a value", "see 'hipcuff help'");
    if (option.choices.empty())
      return;
    for (const std::string& choice : option.choices)
      if (word == choice)
        return;
    const auto near = closest(word, option.choices);
    throw UsageError(name + " does not know " + inQuotes(word),
                     near ? "did you mean " + inQuotes(*near) + "?" : "it takes " + listed(option.choices));
  }
  const double value =
      option.kind == OptionKind::integer ? static_cast<double>(parseInteger(word, name)) : parseNumber(word, name);
  if (option.range && (value < option.range->low || value > option.range->high))
    throw UsageError(name + " is out of range: " + word,
                     "it takes " + plain(option.range->low) + " to " + plain(option.range->high));
}

[[noreturn]] void unknownOption(const Command& command, const std::string& given) {
  std::vector<std::string> names;
  for (const Option* option : allOptions(command))
    names.push_back("--" + option->name);
  const auto near = closest(given, names);
  throw UsageError("unknown option " + inQuotes(given) + " for 'hipcuff " + command.name + "'",
                   near ? "did you mean " + inQuotes(*near) + "?" : "see 'hipcuff help " + command.name + "'");
}

po::parsed_options parseWithBoost(const Command& command, const std::vector<std::string>& words) {
  po::options_description description;
  for (const Option* option : allOptions(command)) {
    const std::string names = option->letter.empty() ? option->name : option->name + "," + option->letter;
    if (option->kind == OptionKind::flag)
      description.add_options()(names.c_str(), "");
    else
      description.add_options()(names.c_str(), po::value<std::string>(), "");
  }
  description.add_options()(positionalName, po::value<std::vector<std::string>>(), "");
  po::positional_options_description positional;
  positional.add(positionalName, -1);
  try {
    // No guessing: '--out' must not come to mean something else because a later version has '--outline'.
    return po::command_line_parser(words)
        .options(description)
        .positional(positional)
        .style(po::command_line_style::unix_style & ~po::command_line_style::allow_guessing)
        .run();
  } catch (const po::unknown_option& error) {
    unknownOption(command, error.get_option_name());
  } catch (const po::error_with_option_name& error) {
    throw UsageError(error.what(), "see 'hipcuff help " + command.name + "'");
  } catch (const po::error& error) {
    throw UsageError(error.what(), "see 'hipcuff help " + command.name + "'");
  }
}

} // namespace

double parseNumber(const std::string& word, const std::string& what) {
  double value = 0;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code != std::errc{} || end != word.data() + word.size() || !std::isfinite(value))
    throw UsageError(what + " needs a number, not " + inQuotes(word), "write it like 0.054");
  return value;
}

long long parseInteger(const std::string& word, const std::string& what) {
  long long value = 0;
  const auto [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (code != std::errc{} || end != word.data() + word.size())
    throw UsageError(what + " needs a whole number, not " + inQuotes(word));
  return value;
}

Invocation Invocation::parse(const Command& command, const std::vector<std::string>& words) {
  Invocation invocation;
  invocation.words_ = words;
  for (const po::option& given : parseWithBoost(command, words).options) {
    if (given.string_key == positionalName) {
      invocation.arguments_.insert(invocation.arguments_.end(), given.value.begin(), given.value.end());
      continue;
    }
    const Option* option = command.find(given.string_key);
    if (option == nullptr)
      unknownOption(command, given.string_key);
    if (option->kind != OptionKind::flag && !option->repeated && invocation.values_.contains(option->name))
      throw UsageError("--" + option->name + " is given twice");
    const std::string value = given.value.empty() ? std::string() : given.value.front();
    if (option->kind != OptionKind::flag)
      check(*option, value);
    if (option->repeated)
      invocation.lists_[option->name].push_back(value);
    invocation.values_[option->name] = value;
  }
  // Help is answered even where what the command needs is missing.
  if (invocation.has("help"))
    return invocation;
  for (const Option& option : command.options) {
    if (option.required && !invocation.has(option.name))
      throw UsageError("'hipcuff " + command.name + "' needs --" + option.name + " " + option.valueName,
                       "see 'hipcuff help " + command.name + "'");
    if (!option.preset.empty())
      invocation.values_.try_emplace(option.name, option.preset);
  }
  std::size_t least = 0;
  bool many = false;
  for (const Argument& argument : command.arguments) {
    least += argument.required ? 1 : 0;
    many = many || argument.repeated;
  }
  if (invocation.arguments_.size() < least)
    throw UsageError("'hipcuff " + command.name + "' needs " + command.arguments[invocation.arguments_.size()].name,
                     "see 'hipcuff help " + command.name + "'");
  if (!many && invocation.arguments_.size() > command.arguments.size())
    throw UsageError("'hipcuff " + command.name + "' does not take " +
                         inQuotes(invocation.arguments_[command.arguments.size()]),
                     "see 'hipcuff help " + command.name + "'");
  return invocation;
}

bool Invocation::has(const std::string& option) const {
  return values_.contains(option);
}

std::optional<std::string> Invocation::text(const std::string& option) const {
  const auto found = values_.find(option);
  return found == values_.end() ? std::nullopt : std::optional<std::string>(found->second);
}

std::vector<std::string> Invocation::texts(const std::string& option) const {
  const auto found = lists_.find(option);
  return found == lists_.end() ? std::vector<std::string>{} : found->second;
}

std::optional<long long> Invocation::integer(const std::string& option) const {
  const auto word = text(option);
  return word ? std::optional<long long>(parseInteger(*word, "--" + option)) : std::nullopt;
}

std::optional<double> Invocation::number(const std::string& option) const {
  const auto word = text(option);
  return word ? std::optional<double>(parseNumber(*word, "--" + option)) : std::nullopt;
}

int Invocation::jobs() const {
  const long long asked = integer("jobs").value_or(1);
  if (asked > 0)
    return static_cast<int>(asked);
  const unsigned processors = std::thread::hardware_concurrency();
  return processors == 0 ? 1 : static_cast<int>(processors);
}

} // namespace hipcuff::cli
