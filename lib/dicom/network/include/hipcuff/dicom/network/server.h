// DICOM as a provider: C-ECHO and C-STORE (PS3.4 annexes A and B).
#pragma once

#include "hipcuff/dicom/network/inbox.h"
#include "hipcuff/dicom/network/peer.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// Ultrasound images, secondary capture, and what HipCuff writes itself: SR, segmentation, presentation states.
[[nodiscard]] std::vector<std::string> usualClasses();
/// Everything that HipCuff's reader may meet; compressed objects stay compressed.
[[nodiscard]] std::vector<std::string> usualSyntaxes();

struct ServerSettings {
  std::string bindAddress = "127.0.0.1"; ///< IPv4; "0.0.0.0" for all
  std::uint16_t port = 11112;            ///< 0: any free one, see Server::port()
  std::string ae = "HIPCUFF";
  bool checkCalledAe = true;
  std::vector<std::string> allowedAes;       ///< calling AE titles; empty: any
  std::vector<std::string> allowedAddresses; ///< "10.1.0.0/16", "10.1.2.3"; empty: any
  std::vector<std::string> classes = usualClasses();
  std::vector<std::string> syntaxes = usualSyntaxes();
  std::optional<Tls> tls;
  Timeouts timeouts;
  std::chrono::seconds wholeObject{900}; ///< no object may take longer than this, however it drips
  std::size_t maxAssociations = 8;       ///< at once; more are refused as "local limit exceeded"
  std::uint32_t maxPdu = largestPdu;
};

enum class AssociationEnd {
  released,
  aborted,  ///< by the peer; or it is gone, which DCMTK doesn't tell apart
  timedOut, ///< too slow or silent
  cut,      ///< by us: what came was no DICOM message, or too much
  refused,
  stopped ///< Server::stop()
};

struct AssociationSummary {
  std::uint64_t association = 0; ///< from 1, by this server
  std::string callingAe;
  std::string calledAe;
  std::string address;
  AssociationEnd end = AssociationEnd::cut;
  std::size_t stored = 0; ///< new objects
  std::size_t duplicates = 0;
  std::size_t failed = 0;
  std::size_t echoes = 0;
  std::uint64_t bytes = 0;
};

/// Called from the server's threads, one call at a time. Must not throw, and be quick: peers wait meanwhile.
class ServerObserver {
public:
  virtual ~ServerObserver() = default;
  /// A C-STORE request has come, its object follows. Not empty: why it is not taken, without anything of the patient;
  /// it is answered with A700 (out of resources) then.
  virtual std::string objectComing(std::uint64_t association) {
    (void)association;
    return {};
  }
  /// That object is not stored; problem() says why. Where its association ended, only associationEnded() is called.
  virtual void objectFailed(std::uint64_t association) { (void)association; }
  /// The object is on disk, synced; its success status is sent when this returns. An object may be told more than once
  /// (as duplicate): where the status doesn't reach the peer, it will send again.
  virtual void objectStored(const ReceivedObject& object) { (void)object; }
  virtual void associationEnded(const AssociationSummary& summary) { (void)summary; }
  /// One line.
  virtual void problem(const std::string& line) { (void)line; }
};

/// Listens from construction to stop(). C-STORE statuses other than success: A700 disk full, too large, or not wanted
/// by the observer; A900 class or UID in the data set are not those of the command; C000 damaged data set; C111 another
/// object is stored under the same UID already (the first one stays: a UID is one object); 0117 not a UID.
class Server {
public:
  /// @param inbox where objects go; must outlive the server
  /// @param observer may be null; must outlive the server
  /// @throws ConfigError settings that can't be (an address, certificate files); OutputError where the port is taken
  Server(ServerSettings settings, Inbox& inbox, ServerObserver* observer = nullptr);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::size_t openAssociations() const;
  /// No new associations; those between two objects end at once, an object under way gets `grace` to come in.
  /// Returns when all threads have ended. A second call does nothing.
  void stop(std::chrono::milliseconds grace = std::chrono::milliseconds(2000));

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace hipcuff::dicom
