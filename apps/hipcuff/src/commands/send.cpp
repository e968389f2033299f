// hipcuff send: files to a PACS, and whether it answers at all.
#include "cli/console.h"
#include "cli/inputs.h"
#include "cli/invocation.h"
#include "cli/network_options.h"
#include "cli/table.h"
#include "commands/commands.h"
#include "commands/send_files.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/version.h"
#include "hipcuff/dicom/network/client.h"
#include "hipcuff/dicom/network/peer_text.h"
#include "hipcuff/dicom/network/server.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

namespace hipcuff::cli {
namespace {

using nlohmann::json;

std::string textOf(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string withRemedy(const std::string& problem, const std::string& remedy) {
  return problem + (remedy.empty() ? std::string() : " (" + remedy + ")");
}

std::string objects(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " object" : " objects");
}

struct Entry {
  ObjectToSend object;
  dicom::SentFile sent;
  int tries = 0;
};

const char* stateOf(const Entry& entry) {
  switch (entry.sent.delivery) {
  case dicom::Delivery::stored:
    return "stored";
  case dicom::Delivery::warned:
    return "stored_with_warning";
  case dicom::Delivery::refused:
    return "refused";
  case dicom::Delivery::noContext:
    return "not_accepted";
  case dicom::Delivery::lost:
    return "lost";
  case dicom::Delivery::unreadable:
    return "unreadable";
  case dicom::Delivery::notSent:
    break;
  }
  return "not_sent";
}

json jsonOf(const Entry& entry, bool dryRun) {
  const auto& head = entry.object.head;
  json out = {{"path", entry.object.path.string()},    {"sop_class_uid", head.classUid},
              {"sop_class", head.className},           {"sop_instance_uid", head.instanceUid},
              {"transfer_syntax_uid", head.syntaxUid}, {"bytes", head.bytes}};
  if (dryRun)
    return out;
  std::array<char, 8> status{};
  std::snprintf(status.data(), status.size(), "%04X", entry.sent.status);
  const bool answered = dicom::delivered(entry.sent.delivery) || entry.sent.delivery == dicom::Delivery::refused;
  out["state"] = stateOf(entry);
  out["status"] = answered ? json(status.data()) : json(nullptr);
  out["problem"] = entry.sent.words;
  out["remedy"] = entry.sent.remedy;
  out["tries"] = entry.tries;
  return out;
}

json jsonOf(const InputOutcome& outcome) {
  return {{"path", outcome.path.string()}, {"problem", outcome.problem}, {"remedy", outcome.remedy}};
}

std::string planText(const std::vector<Entry>& entries) {
  std::map<std::pair<std::string, std::string>, std::pair<std::size_t, double>> sums;
  for (const Entry& entry : entries) {
    auto& [count, bytes] = sums[{entry.object.head.className, entry.object.head.syntaxName}];
    ++count;
    bytes += static_cast<double>(entry.object.head.bytes);
  }
  Table table({"class", "transfer syntax", "objects", "MB"});
  for (const auto& [kind, sum] : sums)
    table.add({kind.first, kind.second, std::to_string(sum.first), decimals(sum.second / 1e6, 1)});
  return table.text();
}

/// Sends until everything is there, nothing more can be hoped for, or the person stops it.
void sendAll(const dicom::Peer& peer, std::vector<Entry>& entries, Patience patience, Console& console) {
  ConsoleProgress progress(console);
  progress.start("Sending", static_cast<std::int64_t>(entries.size()));
  std::vector<std::size_t> pending(entries.size());
  for (std::size_t i = 0; i < pending.size(); ++i)
    pending[i] = i;
  while (!pending.empty() && !interrupted()) {
    std::vector<std::filesystem::path> files;
    for (const std::size_t i : pending)
      files.push_back(entries[i].object.path);
    auto sent = dicom::send(peer, files, [&](const dicom::SentFile& file) {
      if (dicom::delivered(file.delivery))
        patience.renew();
      if (dicom::delivered(file.delivery) || !file.mayPass)
        progress.advance(1);
      return !interrupted();
    });
    std::vector<std::size_t> again;
    for (std::size_t i = 0; i < sent.size(); ++i) {
      Entry& entry = entries[pending[i]];
      entry.sent = std::move(sent[i]);
      entry.tries += entry.sent.delivery == dicom::Delivery::notSent ? 0 : 1;
      if (!dicom::delivered(entry.sent.delivery) && entry.sent.mayPass)
        again.push_back(pending[i]);
    }
    pending = std::move(again);
    if (pending.empty() || !patience.left() || interrupted())
      break;
    progress.say(entries[pending.front()].sent.words + "; trying again in " + secondsText(patience.next()));
    if (!patience.wait())
      break;
  }
  progress.finish();
}

/// One line for each object that isn't there, and one for all that share a reason that isn't theirs.
void tellFailures(const std::vector<Entry>& entries, Console& console) {
  std::map<std::string, std::vector<const Entry*>> notSent;
  for (const Entry& entry : entries) {
    const auto& sent = entry.sent;
    const std::string line = withRemedy(sent.words, sent.remedy);
    if (sent.delivery == dicom::Delivery::notSent)
      notSent[line].push_back(&entry);
    else if (!dicom::delivered(sent.delivery))
      console.error("hipcuff: " + entry.object.path.string() + ": " + line);
    else if (sent.delivery == dicom::Delivery::warned)
      console.say(entry.object.path.string() + ": stored, with a warning: " + line);
  }
  for (const auto& [line, entriesOfIt] : notSent)
    if (!line.empty())
      console.error("hipcuff: " + line + ": " + objects(entriesOfIt.size()) + " not sent, the first " +
                    entriesOfIt.front()->object.path.string());
}

ExitCode check(const dicom::Peer& peer, bool asJson, Console& console) {
  const auto begin = std::chrono::steady_clock::now();
  dicom::echo(peer);
  const auto time = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
  const auto classes = dicom::usualClasses();
  const auto taken = dicom::acceptedClasses(peer, classes);
  json takes = json::array();
  json leaves = json::array();
  std::string text =
      dicom::peerText(peer) + " answers (C-ECHO, " + decimals(time, 0) + " ms" + (peer.tls ? ", TLS" : "") + ").\n";
  std::string no;
  for (const auto& uid : classes) {
    const bool is = std::find(taken.begin(), taken.end(), uid) != taken.end();
    (is ? takes : leaves).push_back({{"sop_class_uid", uid}, {"sop_class", dicom::classTitle(uid)}});
    no += is ? "" : "  " + dicom::classTitle(uid) + "\n";
  }
  if (leaves.empty())
    text += "It takes every class of object that HipCuff reads or writes.\n";
  else
    text += "It does not take " + std::to_string(leaves.size()) + " of the " + std::to_string(classes.size()) +
            " classes of object that HipCuff reads or writes:\n" + no;
  console.data(asJson ? textOf({{"schema", "hipcuff.echo/1"},
                                {"version", version},
                                {"peer", dicom::peerText(peer)},
                                {"calling_ae", peer.callingAe},
                                {"tls", peer.tls.has_value()},
                                {"milliseconds", time},
                                {"takes", takes},
                                {"does_not_take", leaves}})
                      : text);
  return ExitCode::ok;
}

ExitCode run(const Invocation& invocation, Console& console) {
  const dicom::Peer peer = peerFrom(invocation.arguments().front(), invocation);
  const std::vector<std::string> paths(invocation.arguments().begin() + 1, invocation.arguments().end());
  const bool asJson = invocation.has("json");
  const bool dryRun = invocation.has("dry-run");
  if (invocation.has("echo")) {
    if (!paths.empty() || dryRun)
      throw UsageError("--echo sends nothing", "leave the paths and --dry-run away, or --echo");
    return check(peer, asJson, console);
  }
  if (paths.empty())
    throw UsageError("nothing to send", "name files or folders, or ask with --echo whether the peer answers");

  FilesToSend found = filesToSend(paths);
  json skipped = json::array();
  json failed = json::array();
  for (const InputOutcome& outcome : found.leftOut) {
    const bool isFailure = outcome.kind == InputOutcome::Kind::failed;
    (isFailure ? failed : skipped).push_back(jsonOf(outcome));
    if (isFailure)
      console.error("hipcuff: " + lineOf(outcome));
    else
      console.detail(lineOf(outcome));
  }
  if (!skipped.empty())
    console.say(std::to_string(skipped.size()) + (skipped.size() == 1 ? " file" : " files") +
                " left out: no DICOM, or a copy of another (--verbose names them).");
  std::vector<Entry> entries;
  for (ObjectToSend& object : found.objects)
    entries.push_back({std::move(object), {}, 0});
  if (entries.empty() && failed.empty())
    console.error("hipcuff: nothing to send: no DICOM file there");
  if (!dryRun && !entries.empty() && !interrupted())
    sendAll(peer, entries, Patience(invocation), console);

  json files = json::array();
  std::size_t arrived = 0;
  for (const Entry& entry : entries) {
    arrived += dicom::delivered(entry.sent.delivery) ? 1 : 0;
    if (asJson)
      files.push_back(jsonOf(entry, dryRun));
  }
  if (asJson)
    console.data(textOf({{"schema", "hipcuff.send/1"},
                         {"version", version},
                         {"peer", dicom::peerText(peer)},
                         {"calling_ae", peer.callingAe},
                         {"dry_run", dryRun},
                         {"files", files},
                         {"skipped", skipped},
                         {"failed", failed}}));
  if (dryRun) {
    if (!asJson && !entries.empty())
      console.data(planText(entries));
    console.say("Nothing was sent: " + objects(entries.size()) + " would go to " + dicom::peerText(peer) + ".");
    arrived = entries.size();
  } else if (!entries.empty()) {
    tellFailures(entries, console);
    console.say(std::to_string(arrived) + " of " + objects(entries.size()) + " stored at " + dicom::peerText(peer) +
                (interrupted() ? "; stopped, the same command sends them all again, which does no harm." : "."));
  }
  if (interrupted())
    return ExitCode::interrupted;
  if (arrived == 0)
    return ExitCode::failed;
  return arrived == entries.size() && failed.empty() ? ExitCode::ok : ExitCode::partly;
}

} // namespace

Command sendCommand() {
  Command command;
  command.name = "send";
  command.summary = "Send results or images to a PACS (DICOM C-STORE)";
  command.description = {
      "PEER is written AE@host:port, for example ORTHANC@192.168.1.5:4242. Sent are DICOM files, folders with all "
      "below "
      "them, and of results and batches the objects that 'hipcuff analyze --dicom', 'hipcuff batch --dicom' or "
      "'hipcuff "
      "export' made. What is no DICOM file is never sent.",
      "Each file's data set goes byte for byte as it is; only where the peer takes nothing else, an uncompressed "
      "object "
      "goes in implicit VR little endian. Sending an object again does no harm: it is the same object to the archive. "
      "Where the peer is down, busy or cuts the connection, what is missing is tried again.",
      "--echo asks whether the peer answers (C-ECHO) and which classes of object it takes; nothing is sent."};
  command.arguments = {{.name = "PEER", .help = "Who gets them: AE@host:port."},
                       {.name = "PATH",
                        .help = "DICOM files, folders, folders of results or of a batch.",
                        .repeated = true,
                        .required = false}};
  command.options = {{.name = "echo", .help = "Only ask whether the peer answers and what it takes."},
                     {.name = "dry-run", .help = "Only say what would be sent."},
                     {.name = "json", .help = "Print JSON: every file and what became of it (schema hipcuff.send/1)."}};
  for (auto& options : {retryOptions(), networkOptions()})
    command.options.insert(command.options.end(), options.begin(), options.end());
  command.exitCodes = {{ExitCode::ok, "all stored, or, with --echo, the peer answers"},
                       {ExitCode::failed, "nothing was stored: no peer there, refused, nothing to send"},
                       {ExitCode::usage, "wrong usage"},
                       {ExitCode::partly, "some were stored and others not (one line each on stderr)"},
                       {ExitCode::interrupted, "stopped by Ctrl-C"}};
  command.examples = {
      {"hipcuff send --echo ORTHANC@192.168.1.5:4242", "Does it answer, and what does it take?"},
      {"hipcuff send ORTHANC@192.168.1.5:4242 results", "The DICOM objects of results."},
      {"hipcuff send PACS@pacs:2762 batch-2025 --tls-authority hospital.pem", "Those of a whole batch, over TLS."}};
  command.run = run;
  return command;
}

} // namespace hipcuff::cli
