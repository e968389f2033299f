#include "cli/plugin_options.h"

#include "cli/console.h"
#include "cli/invocation.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/error.h"

namespace hipcuff::cli {

Option pluginPathOption() {
  return {.name = "plugin-path",
          .kind = OptionKind::text,
          .valueName = "DIR",
          .help = "Look for plugins in this folder first.",
          .repeated = true};
}

std::vector<Option> pluginOptions() {
  return {{.name = "plugin",
           .kind = OptionKind::text,
           .valueName = "NAME|FILE[,KEY=VALUE...]",
           .help = "Use this plugin (see 'hipcuff plugins'), with these values of its parameters. Of several, each "
                   "builds on the one before.",
           .repeated = true},
          pluginPathOption(),
          {.name = "plugin-fault",
           .kind = OptionKind::text,
           .valueName = "WHAT",
           .help =
               "Where a plugin can't be loaded, throws, or returns what can't be: stop the run, or let the built-in "
               "stage stand in and say so in the result.",
           .preset = "stop",
           .choices = {"stop", "builtin"}}};
}

std::vector<std::filesystem::path> pluginFolders(const Invocation& invocation) {
  const std::vector<std::string> given = invocation.texts("plugin-path");
  for (const std::string& folder : given)
    if (std::error_code ignored; !std::filesystem::is_directory(folder, ignored))
      throw UsageError("--plugin-path " + folder + " is no folder", "check the path");
  return plugin::searchPath({given.begin(), given.end()});
}

ChosenPlugins chosenPlugins(const Invocation& invocation, Console& console) {
  ChosenPlugins chosen;
  chosen.onFault = *invocation.text("plugin-fault") == "builtin" ? plugin::OnFault::builtin : plugin::OnFault::stop;
  std::vector<plugin::Request> requests;
  for (const std::string& text : invocation.texts("plugin"))
    requests.push_back(plugin::parseRequest(text));
  const auto folders = pluginFolders(invocation);
  if (requests.empty()) {
    chosen.stages = builtinStages();
    return chosen;
  }
  plugin::Loaded loaded = plugin::loadPlugins(requests, folders, builtinStages(), chosen.onFault);
  for (const std::string& problem : loaded.problems)
    console.error("hipcuff: " + problem);
  for (const plugin::InUse& use : loaded.plugins) {
    std::string stages;
    for (const plugin::Extension stage : use.descriptor.stages)
      stages += (stages.empty() ? "" : ", ") + std::string(toString(stage));
    console.say("Plugin " + use.descriptor.name + " " + use.descriptor.version + ": " + stages);
  }
  chosen.stages = std::move(loaded.stages);
  chosen.plugins = std::move(loaded.plugins);
  chosen.leftOut = std::move(loaded.leftOut);
  return chosen;
}

} // namespace hipcuff::cli
