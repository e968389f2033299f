// A program as a reader of its manual and a shell see it; manual pages and completion are made from it.
#pragma once

#include "cli/command.h"

#include <string>
#include <utility>
#include <vector>

namespace hipcuff::cli {

struct Program {
  std::string name{};                     ///< "hipcuff-render"
  std::string summary{};                  ///< one line without full stop
  std::vector<std::string> description{}; ///< paragraphs
  std::vector<Command> commands{};        ///< empty: the program has arguments and options only
  std::vector<Argument> arguments{};      ///< where there are no commands
  std::vector<Option> options{};          ///< of every command, or of the program
  std::vector<Option> alone{};            ///< in place of a command, e.g. --version
  std::vector<std::pair<int, std::string>> exitCodes{};
  std::vector<std::pair<std::string, std::string>> environment{};
  std::vector<Example> examples{};
  std::vector<std::string> seeAlso{}; ///< names of pages in section 1
  bool pagePerCommand = false;        ///< each command has a manual page of its own
};

/// The name of a command's page: hipcuff-validate-compare.
[[nodiscard]] std::string pageName(const std::string& program, const std::string& command);

/// What a completion offers for a value or an argument.
enum class Offer { nothing, files, folders, commands, plugins };

/// By the name it has in the help: DIR is a folder, FILE, INPUT or REF a file or a folder, COMMAND a command, NAME|FILE
/// a plugin. What stands in brackets is left out.
[[nodiscard]] Offer offerFor(const std::string& valueName);

} // namespace hipcuff::cli
