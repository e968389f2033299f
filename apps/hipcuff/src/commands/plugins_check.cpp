// hipcuff plugins check: tries a plugin in a process of its own, so that nothing it does can end or hang this one.
#include "cli/child.h"
#include "cli/console.h"
#include "cli/invocation.h"
#include "cli/plugin_options.h"
#include "cli/table.h"
#include "commands/check_trials.h"
#include "commands/commands.h"

#include "hipcuff/assessment/analysis.h"
#include "hipcuff/core/error.h"
#include "hipcuff/grading/criteria.h"
#include "hipcuff/plugin/check.h"
#include "hipcuff/plugin/plugins.h"

#include <cstdlib>
#include <sstream>

#include <stdlib.h>

namespace hipcuff::cli {
namespace {

namespace fs = std::filesystem;

/// From the child on stderr: what it begins to try, and that it came to its end.
constexpr const char* tryingMark = "\x01trying: ";
constexpr const char* endMark = "\x01"
                                "done";
/// Where the child finds the folder that its parent made and will remove.
constexpr const char* folderVariable = "HIPCUFF_CHECK_FOLDER";

class WorkFolder {
public:
  WorkFolder() {
    std::string name = (fs::temp_directory_path() / "hipcuff-check-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw OutputError(name, "cannot be made", "check the folder for temporary files (TMPDIR)");
    path_ = name;
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

private:
  fs::path path_;
};

ExitCode told(const plugin::Report& report, Console& console) {
  Table table({"tried", "", "what came of it"});
  std::size_t wrong = 0;
  for (const plugin::Check& check : report.checks) {
    table.add({check.what, check.ok ? "ok" : "WRONG", tail(check.text, 300)});
    wrong += check.ok ? 0 : 1;
  }
  console.data(table.text());
  console.say(wrong == 0 ? "Nothing wrong was found. How good its results are, this does not tell: see "
                           "'hipcuff validate'."
                         : std::to_string(wrong) + (wrong == 1 ? " thing is" : " things are") + " wrong.");
  return wrong == 0 ? ExitCode::ok : ExitCode::failed;
}

ExitCode checkHere(const Invocation& invocation, const plugin::Descriptor& descriptor, const plugin::Values& values,
                   Console& console) {
  const char* given = std::getenv(folderVariable);
  std::optional<WorkFolder> own;
  if (given == nullptr)
    own.emplace();
  plugin::CheckOptions options;
  options.builtin = builtinStages();
  options.criteria = builtinCriteria();
  CheckMaterial material = checkMaterial(invocation.texts("on"), options.builtin, options.criteria);
  options.trials = std::move(material.trials);
  options.images = std::move(material.images);
  options.studies = std::move(material.studies);
  options.folder = given != nullptr ? fs::path(given) : own->path();
  if (given != nullptr)
    options.trying = [&](const std::string& what) { console.error(tryingMark + what); };
  else
    options.trying = [&](const std::string& what) { console.detail("Trying: " + what); };
  const ExitCode code = told(plugin::checkPlugin(descriptor, values, options), console);
  if (given != nullptr)
    console.error(endMark);
  return code;
}

/// What the child said, without its marks; `trying`: what it began last.
std::string talkOf(const std::string& text, std::string& trying, bool& ended) {
  std::istringstream lines(text);
  std::string talk;
  const std::string mark = tryingMark;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(mark))
      trying = line.substr(mark.size());
    else if (line == endMark)
      ended = true;
    else
      talk += line + "\n";
  }
  return talk;
}

ExitCode checkInChild(const Invocation& invocation, const plugin::Descriptor& descriptor, Console& console) {
  const WorkFolder folder;
  ::setenv(folderVariable, folder.path().c_str(), 1);
  std::vector<std::string> words = {"plugins", "check", "--direct"};
  words.insert(words.end(), invocation.words().begin(), invocation.words().end());
  const double seconds = *invocation.number("seconds");
  const WatchedChild child = runWatched(ownProgram(), words, seconds);
  ::unsetenv(folderVariable);
  std::string trying;
  bool ended = false;
  std::string talk = talkOf(child.errorText, trying, ended);
  console.data(child.outText);
  while (!talk.empty() && talk.back() == '\n')
    talk.pop_back();
  const std::string during = trying.empty() ? "before anything was tried" : "while trying: " + trying;
  const std::string who = "plugin '" + descriptor.name + "' " + descriptor.version;
  if (child.timedOut || child.signal != 0 || !ended) {
    if (!talk.empty())
      console.say(talk);
    if (child.timedOut)
      throw ConfigError(descriptor.module, who + " did not come back within " + decimals(seconds, 0) + " s " + during,
                        "give it more time with --seconds, or look into it with --direct in a debugger");
    if (child.signal != 0)
      throw ConfigError(descriptor.module, who + " crashed (" + signalName(child.signal) + ") " + during,
                        "look into it with --direct in a debugger");
    if (trying.empty()) { // nothing of the plugin has run: the child said what is wrong
      return child.exitCode == 0 ? ExitCode::failed : static_cast<ExitCode>(child.exitCode);
    }
    throw ConfigError(descriptor.module,
                      who + " ended the process (exit code " + std::to_string(child.exitCode) + ") " + during,
                      "a plugin must never call exit(); it throws");
  }
  if (!talk.empty())
    console.say(talk);
  return static_cast<ExitCode>(child.exitCode);
}

ExitCode run(const Invocation& invocation, Console& console) {
  const plugin::Request request = plugin::parseRequest(invocation.arguments().front());
  const plugin::Descriptor descriptor = plugin::choosePlugin(request.plugin, pluginFolders(invocation));
  const plugin::Values values = plugin::checkedValues(descriptor, request.values);
  return invocation.has("direct") ? checkHere(invocation, descriptor, values, console)
                                  : checkInChild(invocation, descriptor, console);
}

} // namespace

Command pluginsCheckCommand() {
  Command command;
  command.name = "plugins check";
  command.summary = "Try whether a plugin behaves";
  command.description = {
      "Loads the plugin in a process of its own and calls its stages on two simulated hips, on a black picture, on one "
      "of 16 x 16 pixels and on one without calibration: does it come back, does it return what can be, the same each "
      "time, and from two threads at once? An exporter is handed results and a folder that is removed afterwards. What "
      "crashes or hangs is told with what was tried last.",
      "How right its results are, this does not tell: see 'hipcuff validate' and docs/plugins.md."};
  command.arguments = {{.name = "NAME|FILE[,KEY=VALUE...]",
                        .help = "The plugin, as for --plugin of analyze, with values of its parameters."}};
  command.options = {{.name = "on",
                      .kind = OptionKind::text,
                      .valueName = "PICTURE",
                      .help = "Try it on the middle frame of this file instead of simulated hips.",
                      .repeated = true},
                     pluginPathOption(),
                     {.name = "seconds",
                      .kind = OptionKind::number,
                      .valueName = "N",
                      .help = "Time that all of it may take.",
                      .preset = "300",
                      .range = Range{1, 86400}},
                     {.name = "direct", .help = "In this very process and without a time limit, for a debugger."}};
  command.exitCodes = {{ExitCode::ok, "nothing wrong was found"},
                       {ExitCode::failed, "something is wrong: what, is in the table or on stderr"},
                       {ExitCode::usage, "wrong usage"}};
  command.examples = {{"hipcuff plugins check build/my_tendon.so", "One that was built here."},
                      {"hipcuff plugins check my_tendon,smoothing_mm=2 --on exam/IM0001", "On a picture of yours."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
