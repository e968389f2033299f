// hipcuff node: studies in over DICOM, results out, unattended.
#include "hipcuff/node/node.h"

#include "cli/console.h"
#include "cli/invocation.h"
#include "commands/commands.h"

#include "hipcuff/core/error.h"

#include <chrono>
#include <cstdlib>
#include <thread>

#include <malloc.h>

namespace hipcuff::cli {
namespace {

ExitCode showStatus(const node::NodeConfig& config, bool json, Console& console) {
  const auto now =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count();
  const auto status = node::statusOf(config);
  const auto verdict = node::judge(status, node::isRunning(config), now);
  console.data(json ? node::statusJson(status, verdict) : node::statusText(status, verdict));
  switch (verdict.health) {
  case node::Health::good:
    return ExitCode::ok;
  case node::Health::troubled:
    return ExitCode::partly;
  case node::Health::down:
    break;
  }
  return ExitCode::failed;
}

ExitCode serve(const node::NodeConfig& config, Console& console) {
  if (config.jobs > 1)
    ::setenv("ITK_GLOBAL_DEFAULT_NUMBER_OF_THREADS", "1", 0); // one level of threads is enough; results are the same
  if (config.maxBytes)
    ::mallopt(M_ARENA_MAX, 2); // each arena keeps what it was given once
  node::Node served(config, [&console](const std::string& line) { console.error(line); });
  while (!interrupted())
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  served.stop();
  return ExitCode::ok;
}

ExitCode run(const Invocation& invocation, Console& console) {
  const auto config = node::readNodeConfig(*invocation.text("config"));
  if (invocation.has("json") && !invocation.has("status"))
    throw UsageError("--json goes with --status", "leave it away");
  return invocation.has("status") ? showStatus(config, invocation.has("json"), console) : serve(config, console);
}

} // namespace

Command nodeCommand() {
  Command command;
  command.name = "node";
  command.summary = "Receive studies (DICOM), analyse them, send results";
  command.description = {
      "Runs until it is stopped (SIGTERM, Ctrl-C): takes what is sent to it with C-STORE, analyses a study when "
      "nothing "
      "of it has come for a while, and sends the results (SR, SEG, GSPS) to the places that its configuration names. "
      "What was acknowledged is on disk; after a restart, or a power cut, everything goes on where it was.",
      "Its log goes to stderr, one line each with the time in UTC; names and IDs of patients are never in it. The "
      "folder's batch/ is a batch like any other: 'hipcuff query' and the viewer take it, its worklist.html is kept up "
      "to date.",
      "The configuration, a systemd unit and what to do when something goes wrong: docs/node.md."};
  command.options = {
      {.name = "config",
       .kind = OptionKind::text,
       .valueName = "FILE",
       .help = "The node's configuration (JSON).",
       .preset = "/etc/hipcuff/node.json"},
      {.name = "status", .help = "Say how the node is that runs, or ran, with this configuration, and end."},
      {.name = "json", .help = "With --status: as JSON."}};
  command.exitCodes = {{ExitCode::ok, "stopped when asked to; with --status: it runs and all is well"},
                       {ExitCode::failed, "the configuration is wrong, the folder can't be written or is in use, the "
                                          "port is taken; with --status: it does not run, or hangs"},
                       {ExitCode::usage, "wrong usage"},
                       {ExitCode::partly, "with --status: it runs, and something needs a person (it says what)"}};
  command.examples = {{"hipcuff node --config node.json", "Until Ctrl-C."},
                      {"hipcuff node --config node.json --status", "For a person; --json for a monitor."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
