// --plugin, --plugin-path and --plugin-fault: what analyze, batch and the viewer take of others' stages.
#pragma once

#include "cli/command.h"

#include "hipcuff/plugin/plugins.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::cli {

class Console;
class Invocation;

/// --plugin, --plugin-path and --plugin-fault.
[[nodiscard]] std::vector<Option> pluginOptions();
/// --plugin-path alone, for commands about plugins.
[[nodiscard]] Option pluginPathOption();
/// Where plugins are looked for, --plugin-path first.
[[nodiscard]] std::vector<std::filesystem::path> pluginFolders(const Invocation& invocation);

struct ChosenPlugins {
  Stages stages; ///< with the plugins in their places
  std::vector<plugin::InUse> plugins;
  plugin::OnFault onFault = plugin::OnFault::stop;
  std::vector<std::string> leftOut{}; ///< for each result, see plugin::Loaded
};

/// Loads what was asked for and says so; without --plugin, the built-in stages. A plugin that can't be loaded with
/// --plugin-fault builtin is told as an error line.
/// @throws ConfigError, UsageError
[[nodiscard]] ChosenPlugins chosenPlugins(const Invocation& invocation, Console& console);

} // namespace hipcuff::cli
