// Ultrasound in over DICOM, results out over DICOM, unattended.
//
//   C-STORE -> inbox/ -> queue (batch/catalogue.sqlite) -> analysis -> batch/studies/ -> objects -> destinations
//
// An object is on disk before its sender hears of success, and everything else is found again from the disk: a node
// that is killed at any moment goes on where it was when it is started again. batch/ is a batch's folder as any other.
#pragma once

#include "hipcuff/node/config.h"
#include "hipcuff/node/status.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace hipcuff::node {

class Node {
public:
  /// @param log one line with its time; called from several threads, one call at a time; must not throw
  using Log = std::function<void(const std::string& line)>;
  using Clock = std::function<batch::Moment()>;
  /// Runs from here on.
  /// @param clock what time it is; empty: the system's clock. Where it stands still, nothing is ever due
  /// @throws ConfigError, UsageError (settings that can't be); OutputError (folder in use or not writable, port taken);
  ///         InputError (a catalogue of a newer version)
  Node(const NodeConfig& config, Log log, Clock clock = {});
  /// stop()
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] NodeStatus status();
  /// No more objects are taken; exams in hand are finished (a long cine may take minutes); what is left goes on with
  /// the next start. A second call does nothing.
  void stop();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The status of a node that may be running in another process, with what the catalogue says now.
/// @throws InputError there is none
[[nodiscard]] NodeStatus statusOf(const NodeConfig& config);
/// Whether a process holds the node's folder.
[[nodiscard]] bool isRunning(const NodeConfig& config);

} // namespace hipcuff::node
