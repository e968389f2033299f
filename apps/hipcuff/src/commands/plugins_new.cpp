// hipcuff plugins new: a folder with a plugin to begin from.
#include "cli/child.h"
#include "cli/console.h"
#include "cli/invocation.h"
#include "commands/commands.h"
#include "commands/plugin_template.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace hipcuff::cli {
namespace {

namespace fs = std::filesystem;

bool isPluginName(const std::string& name) {
  constexpr std::size_t longest = 64;
  return !name.empty() && name.size() <= longest && name[0] >= 'a' && name[0] <= 'z' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
}

/// "0.1": what find_package asks for.
std::string majorMinor() {
  const std::string_view whole = version;
  return std::string(whole.substr(0, whole.find('.', whole.find('.') + 1)));
}

std::string filled(std::string text, const std::vector<std::pair<std::string, std::string>>& values) {
  for (const auto& [key, value] : values)
    for (std::size_t at = text.find(key); at != std::string::npos; at = text.find(key, at + value.size()))
      text.replace(at, key.size(), value);
  return text;
}

/// Where CMake would not look by itself for the copy that this program belongs to; empty where it would, or where the
/// program is not of an installed copy.
std::string prefixForCMake() {
  const fs::path prefix = ownProgram().parent_path().parent_path();
  std::error_code ignored;
  if (prefix == "/usr" || prefix == "/usr/local" || !fs::exists(prefix / "lib/cmake/HipCuff", ignored))
    return {};
  return " -DCMAKE_PREFIX_PATH='" + prefix.string() + "'";
}

ExitCode run(const Invocation& invocation, Console& console) {
  const std::string& name = invocation.arguments().front();
  if (!isPluginName(name))
    throw UsageError("'" + name + "' can't be the name of a plugin",
                     "lower case letters, digits and _, beginning with a letter, at most 64");
  const fs::path folder = fs::path(invocation.text("out").value_or(".")) / name;
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(folder, ignored)))
    throw UsageError(folder.string() + " is there already", "choose another name, or another folder with --out");
  requireWritableFolder(folder);
  for (const auto& [file, text] : pluginFiles(name, *invocation.text("stage")))
    writeFileAtomically(folder / file, text);
  console.data(folder.string() + "\n");
  console.say("Build and try it:\n  cd " + folder.string() + "\n  cmake -S . -B build" + prefixForCMake() +
              "\n  cmake --build build\n  ctest --test-dir build --output-on-failure");
  return ExitCode::ok;
}

} // namespace

std::vector<std::pair<std::string, std::string>> pluginFiles(const std::string& name, const std::string& stage) {
  const auto found = std::find_if(templateStages.begin(), templateStages.end(),
                                  [&](const TemplateStage& s) { return stage == s.stage; });
  if (found == templateStages.end())
    throw std::out_of_range("no such stage: " + stage);
  const bool exports = stage == "exporter";
  std::string parameters = found->parameters;
  parameters.erase(parameters.find_last_not_of('\n') + 1);
  const std::vector<std::pair<std::string, std::string>> values = {
      {"@NAMED_IN@", exports ? "results/exports/@NAME@/@NAME@.csv" : "results/results.json"},
      {"@NAMED_AS@", exports ? "thickness_mean_mm" : "\\\"plugin\\\":\\\"@NAME@\\\""},
      {"@PARAMETERS@", parameters},
      {"@SUMMARY@", found->summary},
      {"@STAGE@", stage},
      {"@USE@", found->use},
      {"@VERSION@", majorMinor()},
      {"@NAME@", name}};
  return {{"CMakeLists.txt", filled(templateCmake, values)},
          {"README.md", filled(templateReadme, values)},
          {name + ".cpp", filled(found->source, values)},
          {name + ".plugin.json", filled(templateDescriptor, values)}};
}

Command pluginsNewCommand() {
  Command command;
  command.name = "plugins new";
  command.summary = "Write the beginning of a plugin of your own";
  command.description = {
      "Makes a folder NAME with the code of a small plugin that builds, works and is tested as it is, its descriptor, "
      "CMakeLists.txt and README.md. The code says where to put your own (docs/plugins.md leads through it).",
      "It is built with CMake against the installed HipCuff (on Debian: the package libhipcuff-dev, cmake and g++). "
      "Nothing is ever overwritten."};
  command.arguments = {{.name = "NAME", .help = "Lower case letters, digits and _, beginning with a letter."}};
  std::vector<std::string> stages;
  for (const TemplateStage& stage : templateStages)
    stages.emplace_back(stage.stage);
  command.options = {{.name = "stage",
                      .kind = OptionKind::text,
                      .valueName = "STAGE",
                      .help = "What of the analysis it does.",
                      .preset = "tendon",
                      .choices = stages},
                     {.name = "out",
                      .letter = "o",
                      .kind = OptionKind::text,
                      .valueName = "DIR",
                      .help = "Where the folder is made, instead of the current one."}};
  command.exitCodes = {{ExitCode::ok, "written"},
                       {ExitCode::failed, "the folder cannot be written"},
                       {ExitCode::usage, "wrong usage, no such name is possible, or the folder is there already"}};
  command.examples = {{"hipcuff plugins new my_tendon", "A tendon segmenter in ./my_tendon."},
                      {"hipcuff plugins new my_table --stage exporter --out ~/src", "An exporter in ~/src/my_table."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
