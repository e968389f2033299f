// How a node is: DIR/status.json, which the node writes, and what becomes of it for a person or a monitor.
#pragma once

#include "hipcuff/batch/queue.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::node {

struct NodeStatus {
  std::string version; ///< of HipCuff
  std::int64_t process = 0;
  std::string state = "running"; ///< running, stopping, stopped
  batch::Moment started = 0;
  batch::Moment written = 0;
  std::int64_t statusEvery = 10000; ///< ms; it is written at least so often
  std::string ae, address;
  int port = 0;
  std::int64_t openAssociations = 0;
  std::int64_t received = 0, again = 0, refused = 0, notForUs = 0, unreadable = 0; ///< objects since it was started
  std::int64_t mostWaiting = 0;
  std::optional<std::int64_t> freeBytes;
  std::int64_t keepFree = 0;
  std::int64_t quiet = 0;                ///< ms without an object before a study is analysed
  std::string trouble;                   ///< what keeps the node itself from working; empty: nothing
  std::vector<std::string> destinations; ///< names, as configured
  batch::QueueState queue;
};

/// Schema hipcuff.node-status/1. @throws OutputError
void writeStatus(const NodeStatus& status, const std::filesystem::path& file);
/// All but what the catalogue knows better (`queue`).
/// @throws InputError there is none, or it can't be read
[[nodiscard]] NodeStatus readStatus(const std::filesystem::path& file);

enum class Health {
  good,
  troubled, ///< it works, and a person should look
  down      ///< it does not run, or hangs
};
[[nodiscard]] const char* toString(Health) noexcept;

struct Verdict {
  Health health = Health::good;
  std::vector<std::string> reasons; ///< one sentence each
};

/// @param running whether a process holds the node's folder
[[nodiscard]] Verdict judge(const NodeStatus& status, bool running, batch::Moment now);

/// For people. @param verdict as judge() gave it
[[nodiscard]] std::string statusText(const NodeStatus& status, const Verdict& verdict);
/// For programs: what status.json holds, with "health" and "reasons".
[[nodiscard]] std::string statusJson(const NodeStatus& status, const Verdict& verdict);

} // namespace hipcuff::node
