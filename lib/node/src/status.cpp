#include "hipcuff/node/status.h"

#include "log.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace hipcuff::node {
namespace {

using batch::Moment;
using nlohmann::ordered_json;

constexpr const char* schema = "hipcuff.node-status/1";
constexpr Moment minute = 60000;
constexpr Moment hour = 60 * minute;

ordered_json time(const std::optional<Moment>& moment) {
  return moment && *moment > 0 ? ordered_json(timeText(*moment)) : ordered_json(nullptr);
}

/// Places that are configured or that results wait for.
std::vector<batch::QueueState::Place> places(const NodeStatus& status) {
  auto all = status.queue.places;
  for (const auto& name : status.destinations)
    if (std::none_of(all.begin(), all.end(), [&](const auto& place) { return place.name == name; })) {
      all.emplace_back();
      all.back().name = name;
    }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

bool configured(const NodeStatus& status, const std::string& place) {
  return std::find(status.destinations.begin(), status.destinations.end(), place) != status.destinations.end();
}

ordered_json toJson(const NodeStatus& status) {
  const auto& queue = status.queue;
  ordered_json out{{"schema", schema},
                   {"version", status.version},
                   {"state", status.state},
                   {"process", status.process},
                   {"started", time(status.started)},
                   {"written", time(status.written)},
                   {"written_ms", status.written},
                   {"started_ms", status.started},
                   {"status_every_ms", status.statusEvery},
                   {"quiet_ms", status.quiet},
                   {"ae", status.ae},
                   {"address", status.address},
                   {"port", status.port},
                   {"open_associations", status.openAssociations},
                   {"trouble", status.trouble.empty() ? ordered_json(nullptr) : ordered_json(status.trouble)},
                   {"objects_since_start",
                    {{"received", status.received},
                     {"again", status.again},
                     {"refused", status.refused},
                     {"not_for_us", status.notForUs},
                     {"unreadable", status.unreadable}}},
                   {"objects_waiting", queue.objectsWaiting},
                   {"objects_waiting_limit", status.mostWaiting},
                   {"objects_unreadable", queue.objectsUnreadable},
                   {"studies",
                    {{"waiting", queue.examsWaiting},
                     {"done", queue.examsDone},
                     {"failed", queue.examsFailed},
                     {"without_objects", queue.unexported},
                     {"oldest_waiting", time(queue.oldestWaiting)}}},
                   {"free_bytes", status.freeBytes ? ordered_json(*status.freeBytes) : ordered_json(nullptr)},
                   {"keep_free_bytes", status.keepFree}};
  auto& to = out["destinations"] = ordered_json::array();
  for (const auto& place : places(status))
    to.push_back({{"name", place.name},
                  {"configured", configured(status, place.name)},
                  {"waiting", place.waiting},
                  {"sent", place.sent},
                  {"given_up", place.givenUp},
                  {"replaced", place.replaced},
                  {"oldest_waiting", time(place.oldestWaiting)},
                  {"last_sent", time(place.lastSent)},
                  {"failed_tries", place.tries},
                  {"next_try", place.tries > 0 ? time(place.nextTry) : ordered_json(nullptr)},
                  {"problem", place.problem.empty() ? ordered_json(nullptr) : ordered_json(place.problem)}});
  auto& troubles = out["troubles"] = ordered_json::array();
  for (const auto& trouble : queue.troubles)
    troubles.push_back({{"study", trouble.exam}, {"when", time(trouble.when)}, {"what", trouble.what}});
  return out;
}

std::string dump(const ordered_json& json) {
  return json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

std::string megabytes(std::int64_t bytes) {
  return std::to_string(bytes >> 20) + " MB";
}

} // namespace

void writeStatus(const NodeStatus& status, const std::filesystem::path& file) {
  writeFileAtomically(file, dump(toJson(status)));
}

NodeStatus readStatus(const std::filesystem::path& file) {
  std::error_code error;
  const bool there = std::filesystem::exists(file, error);
  if (error)
    throw InputError(file, "can't be looked at: " + error.message(), "ask as the node's user, or as root");
  if (!there)
    throw InputError(file, "there is no status: no node has run with this folder",
                     "start it: hipcuff node --config FILE");
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in)
    throw InputError(file, std::string("can't be read: ") + std::strerror(errno), "ask as the node's user, or as root");
  try {
    const auto json = ordered_json::parse(in);
    if (json.at("schema") != schema)
      throw InputError(file, "is not a node's status", "give the folder of a node");
    NodeStatus out;
    json.at("version").get_to(out.version);
    json.at("state").get_to(out.state);
    json.at("process").get_to(out.process);
    json.at("started_ms").get_to(out.started);
    json.at("written_ms").get_to(out.written);
    json.at("status_every_ms").get_to(out.statusEvery);
    out.quiet = json.value("quiet_ms", std::int64_t{0}); // not in those of earlier versions
    json.at("ae").get_to(out.ae);
    json.at("address").get_to(out.address);
    json.at("port").get_to(out.port);
    json.at("open_associations").get_to(out.openAssociations);
    if (!json.at("trouble").is_null())
      json.at("trouble").get_to(out.trouble);
    const auto& objects = json.at("objects_since_start");
    objects.at("received").get_to(out.received);
    objects.at("again").get_to(out.again);
    objects.at("refused").get_to(out.refused);
    objects.at("not_for_us").get_to(out.notForUs);
    objects.at("unreadable").get_to(out.unreadable);
    json.at("objects_waiting_limit").get_to(out.mostWaiting);
    if (!json.at("free_bytes").is_null())
      out.freeBytes = json.at("free_bytes").get<std::int64_t>();
    json.at("keep_free_bytes").get_to(out.keepFree);
    for (const auto& place : json.at("destinations"))
      if (place.at("configured").get<bool>())
        out.destinations.push_back(place.at("name").get<std::string>());
    return out;
  } catch (const ordered_json::exception&) {
    throw InputError(file, "is damaged", "it is written anew while the node runs");
  }
}

const char* toString(Health health) noexcept {
  return health == Health::good ? "good" : health == Health::troubled ? "troubled" : "down";
}

Verdict judge(const NodeStatus& status, bool running, Moment now) {
  Verdict verdict;
  const auto say = [&](Health health, std::string reason) {
    verdict.health = std::max(verdict.health, health);
    verdict.reasons.push_back(std::move(reason));
  };
  if (!running)
    say(Health::down, status.state == "stopped" ? "it was stopped at " + timeText(status.written)
                                                : "it does not run, and was not stopped: it was ended at or after " +
                                                      timeText(status.written));
  else if (status.state == "stopping")
    say(Health::troubled, "it is stopping: studies in hand are finished first");
  else if (now - status.written > 3 * status.statusEvery + minute / 6)
    say(Health::down,
        "it has not written its status since " + timeText(status.written) + ": it hangs, or its disk is full");
  if (!status.trouble.empty())
    say(Health::troubled, status.trouble);
  if (status.freeBytes && *status.freeBytes < status.keepFree)
    say(Health::troubled, "only " + megabytes(*status.freeBytes) + " are free on the disk: objects are refused");
  else if (status.freeBytes && *status.freeBytes < 2 * status.keepFree)
    say(Health::troubled, "only " + megabytes(*status.freeBytes) + " are free on the disk; below " +
                              megabytes(status.keepFree) + " objects are refused");
  if (status.mostWaiting > 0 && status.queue.objectsWaiting >= status.mostWaiting)
    say(Health::troubled, plural(status.queue.objectsWaiting, "object") + " wait, as many as may: more are refused");
  if (const auto& oldest = status.queue.oldestWaiting) {
    // What waited through a time without a node is looked at from its start on.
    const Moment since = std::max(*oldest, std::min(status.started, now));
    if (*oldest > now + minute)
      say(Health::troubled,
          "a study waits that came at " + timeText(*oldest) + ", which is yet to be: look at the clock");
    else if (now - since > std::max(hour, 10 * status.quiet))
      say(Health::troubled, "a study has been waiting for its analysis since " + timeText(*oldest));
  }
  for (const auto& place : places(status)) {
    if (!configured(status, place.name) && place.waiting > 0)
      say(Health::troubled,
          plural(place.waiting, "result") + " wait for '" + place.name + "', which the configuration does not have");
    else if (place.tries >= 3)
      say(Health::troubled,
          place.name + " can't be sent to (" + std::to_string(place.tries) + " tries): " + place.problem);
    else if (place.oldestWaiting && now - *place.oldestWaiting > hour)
      say(Health::troubled, "results have been waiting for " + place.name + " since " + timeText(*place.oldestWaiting));
  }
  const auto fresh =
      std::count_if(status.queue.troubles.begin(), status.queue.troubles.end(),
                    [&](const auto& trouble) { return !trouble.when || now - *trouble.when < 24 * hour; });
  if (fresh > 0)
    say(Health::troubled, plural(fresh, "study result") + " went wrong in the last 24 hours, see below");
  return verdict;
}

std::string statusText(const NodeStatus& status, const Verdict& verdict) {
  std::ostringstream out;
  out << "HipCuff node " << status.ae << " at " << status.address << ":" << status.port << ": "
      << toString(verdict.health) << "\n";
  for (const auto& reason : verdict.reasons)
    out << "  ! " << reason << "\n";
  if (verdict.health == Health::down)
    out << "What follows is from " << timeText(status.written) << "; studies and results are as they are now.\n";
  else
    out << "Since        " << timeText(status.started) << ", status of " << timeText(status.written) << "\n";
  out << "Version      " << status.version << ", process " << status.process << "\n";
  out << "Received     " << plural(status.received, "object") << ", " << status.again << " that were here already, "
      << status.refused << " refused, " << status.notForUs << " not for analysis, " << status.unreadable
      << " unreadable; " << plural(status.openAssociations, "association") << " open\n";
  const auto& queue = status.queue;
  out << "Studies      " << queue.examsWaiting << " waiting (" << plural(queue.objectsWaiting, "object") << ")";
  if (queue.oldestWaiting)
    out << " since " << timeText(*queue.oldestWaiting);
  out << ", " << queue.examsDone << " done, " << queue.examsFailed << " failed\n";
  for (const auto& place : places(status)) {
    out << "To " << place.name << std::string(place.name.size() < 9 ? 10 - place.name.size() : 1, ' ') << place.sent
        << " sent, " << place.waiting << " waiting, " << place.givenUp << " given up";
    if (place.lastSent)
      out << "; last sent " << timeText(*place.lastSent);
    if (!place.problem.empty())
      out << "; next try " << timeText(place.nextTry) << ": " << place.problem;
    out << "\n";
  }
  if (status.freeBytes)
    out << "Disk         " << megabytes(*status.freeBytes) << " free\n";
  for (const auto& trouble : queue.troubles)
    out << "  " << (trouble.when ? timeText(*trouble.when) + " " : std::string()) << trouble.exam << ": "
        << trouble.what << "\n";
  return out.str();
}

std::string statusJson(const NodeStatus& status, const Verdict& verdict) {
  auto json = toJson(status);
  json["health"] = toString(verdict.health);
  json["reasons"] = verdict.reasons;
  return dump(json);
}

} // namespace hipcuff::node
