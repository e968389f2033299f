// hipcuff plugins: what there is, and what each is, without loading any.
#include "cli/console.h"
#include "cli/invocation.h"
#include "cli/plugin_options.h"
#include "cli/table.h"
#include "commands/commands.h"
#include "commands/plugin_text.h"

#include "hipcuff/core/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace hipcuff::cli {
namespace {

using Json = nlohmann::ordered_json;
constexpr std::size_t longestPath = 4000; // whole, to be copied

std::string dump(const Json& json) {
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json nullable(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

ExitCode list(const Invocation& invocation, Console& console) {
  const auto folders = pluginFolders(invocation);
  const std::vector<plugin::Found> all = plugin::findPlugins(folders);
  if (invocation.has("json")) {
    Json json = {{"schema", "hipcuff.plugins/1"}, {"folders", Json::array()}, {"plugins", Json::array()}};
    for (const auto& folder : folders)
      json["folders"].push_back(folder.string());
    for (const plugin::Found& found : all) {
      Json entry = found.descriptor ? descriptorJson(*found.descriptor) : Json{{"descriptor", found.file.string()}};
      entry["usable"] = found.problem.empty() && !found.hidden;
      entry["hidden"] = found.hidden;
      entry["problem"] = nullable(found.problem);
      entry["remedy"] = nullable(found.remedy);
      json["plugins"].push_back(std::move(entry));
    }
    console.data(dump(json));
    return ExitCode::ok;
  }
  Table table({"name", "version", "stages", "", "where"});
  std::string problems;
  for (const plugin::Found& found : all) {
    const std::string where = tail(found.file.string(), longestPath);
    const std::string state = !found.problem.empty() ? "unusable" : found.hidden ? "hidden" : "ok";
    if (found.descriptor)
      table.add({found.descriptor->name, found.descriptor->version, stagesText(*found.descriptor), state, where});
    else
      table.add({"?", "?", "?", state, where});
    if (!found.problem.empty())
      problems += where + ": " + found.problem + (found.remedy.empty() ? "" : " (" + found.remedy + ")") + "\n";
  }
  if (!table.empty())
    console.data(table.text());
  else
    console.say("No plugins.");
  if (!problems.empty())
    console.data("\n" + problems);
  if (std::any_of(all.begin(), all.end(), [](const plugin::Found& found) { return found.hidden; }))
    console.say("hidden: another of the same name comes before it.");
  std::string looked;
  for (const auto& folder : folders)
    looked += (looked.empty() ? "" : ", ") + folder.string();
  console.say("Looked in " + looked + ".");
  return ExitCode::ok;
}

ExitCode show(const Invocation& invocation, Console& console) {
  const std::string& what = invocation.arguments().front();
  const auto folders = pluginFolders(invocation);
  const plugin::Descriptor descriptor = describedPlugin(what, folders);
  std::string problem;
  std::string remedy;
  try {
    plugin::checkModule(descriptor);
  } catch (const ConfigError& error) {
    problem = error.problem();
    remedy = error.remedy();
  }
  if (invocation.has("json")) {
    Json json = descriptorJson(descriptor);
    json["usable"] = problem.empty();
    json["problem"] = nullable(problem);
    json["remedy"] = nullable(remedy);
    console.data(dump(json));
  } else {
    console.data(descriptorText(descriptor, what) + "\n" +
                 (problem.empty() ? "fits: built against this HipCuff (not loaded: 'hipcuff plugins check' does)\n"
                                  : "does not fit: " + problem + (remedy.empty() ? "" : " (" + remedy + ")") + "\n"));
  }
  return problem.empty() ? ExitCode::ok : ExitCode::failed;
}

Option jsonOption() {
  return {.name = "json", .help = "As JSON."};
}

} // namespace

Command pluginsCommand() {
  Command command;
  command.name = "plugins";
  command.summary = "List the plugins that there are";
  command.description = {
      "A plugin does a stage of the analysis in the place of HipCuff's own (cortex, tendon, discontinuities, grader), "
      "or "
      "exports results in a form of its own. Use one with --plugin of analyze, batch and hipcuff-viewer.",
      "Looks through the folders of --plugin-path, of the environment variable HIPCUFF_PLUGIN_PATH (parted by ':'), "
      "through ~/.local/share/hipcuff/plugins and lib/hipcuff/plugins beside the program; of one name, the first "
      "counts. "
      "Nothing of a plugin is loaded or run.",
      "A plugin runs with all rights that you have: use those of people whom you trust."};
  command.options = {pluginPathOption(), jsonOption()};
  command.exitCodes = {{ExitCode::ok, "listed, unusable ones with their problem"}, {ExitCode::usage, "wrong usage"}};
  command.examples = {{"hipcuff plugins", "What there is."},
                      {"hipcuff plugins --plugin-path build", "Those that were built here, too."}};
  command.run = list;
  return command;
}

Command pluginsShowCommand() {
  Command command;
  command.name = "plugins show";
  command.summary = "Show what a plugin is and takes";
  command.description = {"Name, version, author, license, stages, and each parameter with its type, range, unit and "
                         "preset; and whether it was built against this very HipCuff. Nothing of it is loaded or run."};
  command.arguments = {
      {.name = "NAME|FILE", .help = "Its name, or the path of its .plugin.json, its .so, or the folder with both."}};
  command.options = {pluginPathOption(), jsonOption()};
  command.exitCodes = {{ExitCode::ok, "shown"},
                       {ExitCode::failed, "there is no such plugin, its descriptor is wrong, or it does not fit"},
                       {ExitCode::usage, "wrong usage"}};
  command.examples = {{"hipcuff plugins show level_set", "One that is installed."},
                      {"hipcuff plugins show build/my_tendon.so", "One that was built here."}};
  command.run = show;
  return command;
}

} // namespace hipcuff::cli
