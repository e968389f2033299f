// One association that a peer asked for, from the accepted socket to its end.
#pragma once

#include "receive.h"
#include "transport.h"

#include "hipcuff/dicom/network/server.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <mutex>

namespace hipcuff::dicom {

/// What the listening thread needs to cut a connection that takes too long. The socket is a duplicate of DCMTK's, so
/// that its number can't have become somebody else's.
class Connection {
public:
  using Clock = std::chrono::steady_clock;
  explicit Connection(int socket);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  void due(Clock::time_point when) noexcept { due_.store(when.time_since_epoch().count()); }
  [[nodiscard]] bool overdue(Clock::time_point now) const noexcept {
    return now.time_since_epoch().count() > due_.load();
  }
  void cut(AssociationEnd why) noexcept;
  [[nodiscard]] bool wasCut() const noexcept { return cut_.load(); }
  [[nodiscard]] AssociationEnd why() const noexcept { return why_.load(); }
  std::atomic<bool> busy{false}; ///< an object is under way
  std::atomic<bool> done{false}; ///< the thread has nothing left to do

private:
  int socket_;
  std::atomic<Clock::rep> due_{0};
  std::atomic<bool> cut_{false};
  std::atomic<AssociationEnd> why_{AssociationEnd::timedOut};
};

/// What associations share.
struct ServerCore {
  ServerCore(const ServerSettings& theSettings, Inbox& theInbox, ServerObserver* theObserver)
      : settings(theSettings)
      , inbox(theInbox)
      , observer(theObserver) {}
  const ServerSettings& settings;
  Inbox& inbox;
  ServerObserver* observer = nullptr;
  DcmTransportLayer* tls = nullptr;
  std::mutex observerMutex;
  std::atomic<bool> stopping{false};
  std::atomic<std::uint64_t> associations{0}; ///< so far
  void told(const std::function<void(ServerObserver&)>& what);
};

class ServerAssociation {
public:
  /// @param tooMany refuse it, as there are enough already
  ServerAssociation(ServerCore& core, Connection& connection, std::string address, bool tooMany)
      : core_(core)
      , connection_(connection)
      , tooMany_(tooMany) {
    summary_.address = std::move(address);
    summary_.association = ++core.associations;
  }
  /// Takes the socket over. Never throws.
  void run(int socket) noexcept;

private:
  void runUnguarded(int socket);
  bool receive(int socket);
  bool accept();
  bool refuse(T_ASC_RejectParametersResult result, T_ASC_RejectParametersSource source,
              T_ASC_RejectParametersReason reason, const std::string& why);
  void acceptContexts();
  void serve();
  /// @returns false where the association has ended
  bool serveOne();
  bool echo(T_ASC_PresentationContextID context, const Command& request);
  bool store(T_ASC_PresentationContextID context, const Command& request);
  void ended(const OFCondition& condition);
  void problem(const std::string& what);
  void due(std::chrono::seconds time) { connection_.due(Connection::Clock::now() + time); }

  ServerCore& core_;
  Connection& connection_;
  bool tooMany_;
  AssociationSummary summary_;
  int socket_ = -1; ///< DCMTK's
  T_ASC_Network* network_ = nullptr;
  T_ASC_Association* association_ = nullptr;
};

} // namespace hipcuff::dicom
