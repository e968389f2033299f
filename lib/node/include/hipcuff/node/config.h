// What a node is told by its owner: one JSON file, see docs/node.md.
#pragma once

#include "hipcuff/batch/queue.h"
#include "hipcuff/core/cine.h"
#include "hipcuff/dicom/network/server.h"
#include "hipcuff/dicom/results/identity.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::node {

/// Where results go.
struct Destination {
  std::string name; ///< letters, digits, . _ -
  dicom::Peer peer;
  std::vector<dicom::ObjectKind> kinds;
};

struct NodeConfig {
  std::filesystem::path folder; ///< absolute; inbox/, batch/ and status.json in it
  dicom::ServerSettings server;
  dicom::InboxLimits inbox;
  std::int64_t mostWaiting = 100000;      ///< objects that wait for their analysis; more are refused
  std::optional<std::int64_t> maxBytes{}; ///< memory for the analysis, see batch::BatchOptions
  std::chrono::milliseconds quiet{30000};
  int jobs = 1;
  std::filesystem::path criteria{}; ///< empty: the built-in ones
  std::optional<BodyRegion> region{};
  bool pictures = true;
  std::vector<std::string> plugins{}; ///< as --plugin takes them; where one fails the built-in stage stands in
  std::vector<std::filesystem::path> pluginPath{};
  std::vector<dicom::ObjectKind> kinds{dicom::ObjectKind::sr, dicom::ObjectKind::seg, dicom::ObjectKind::gsps};
  std::vector<Destination> destinations{};
  batch::RetryPolicy retry{};
  std::optional<int> keepDays{}; ///< none: received objects are never removed
  std::chrono::milliseconds statusEvery{10000};
  std::chrono::milliseconds pagesEvery{600000};
};

/// Paths in it that are not absolute are beside the file.
/// @throws ConfigError: one line with the file, the field and what it takes
[[nodiscard]] NodeConfig readNodeConfig(const std::filesystem::path& file);

/// How the node analyses: criteria and plugins are loaded.
/// @param remarks lines for the log, e.g. of a plugin that can't be loaded
/// @throws ConfigError, UsageError
[[nodiscard]] batch::BatchOptions analysisOptions(const NodeConfig& config, std::vector<std::string>& remarks);

} // namespace hipcuff::node
