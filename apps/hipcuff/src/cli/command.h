// How a command says what it is: one value holds its words, its options and its run, and help, the reference in docs/
// and the parser are all made from it.
#pragma once

#include "cli/exit_code.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::cli {

class Console;
class Invocation;

// Members without a value of their own are initialised with {} so that designated initialisers may leave them out.

/// Inclusive limits of a number.
struct Range {
  double low = 0;
  double high = 0;
};

enum class OptionKind { flag, text, integer, number };

struct Option {
  std::string name{};   ///< long name without dashes
  std::string letter{}; ///< one letter, or empty
  OptionKind kind = OptionKind::flag;
  std::string valueName{};            ///< e.g. "DIR"; empty for flags
  std::string help{};                 ///< one or two sentences
  std::string preset{};               ///< value where the option is not given, as on the command line; empty: none
  std::vector<std::string> choices{}; ///< text only: the words allowed; empty: any
  std::optional<Range> range{};       ///< integer and number only
  bool required = false;
  bool repeated = false; ///< text only: may be given several times
};

struct Argument {
  std::string name{}; ///< e.g. "INPUT"
  std::string help{};
  bool repeated = false; ///< takes all that follows
  bool required = true;
  std::vector<std::string> choices{}; ///< for the completion: the words it knows
};

struct Example {
  std::string line{};
  std::string what{};
};

struct CodeMeaning {
  ExitCode code = ExitCode::ok;
  std::string meaning{};
};

struct Command {
  std::string name{};                     ///< one word, or two with a blank between them: "validate compare"
  std::string summary{};                  ///< one line without full stop
  std::vector<std::string> description{}; ///< paragraphs
  std::vector<Argument> arguments{};
  std::vector<Option> options{};
  std::vector<CodeMeaning> exitCodes{};
  std::vector<Example> examples{};
  std::function<ExitCode(const Invocation&, Console&)> run{};

  [[nodiscard]] const Option* find(const std::string& optionName) const noexcept;
};

/// --quiet, --verbose and --help, which every command takes.
[[nodiscard]] const std::vector<Option>& commonOptions();

/// --jobs, for the commands that work on several inputs at once.
[[nodiscard]] Option jobsOption();

} // namespace hipcuff::cli
