// Where C-MOVE sends to: a server of ours that lives as long as the command.
#pragma once

#include "hipcuff/dicom/network/server.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace hipcuff::cli {

class Console;

struct MoveTarget {
  std::string ae;
  std::uint16_t port = 11112;
};

/// "AE" or "AE:port". @throws UsageError
[[nodiscard]] MoveTarget parseMoveTarget(const std::string& text);

class MoveServer final : public dicom::ServerObserver {
public:
  /// @param from who may send: addresses and ranges; empty: the peer's own address only
  /// @throws ConfigError, OutputError (port taken)
  MoveServer(const MoveTarget& target, const dicom::Peer& peer, std::vector<std::string> from, dicom::Inbox& inbox,
             Console& console);
  ~MoveServer() override;
  MoveServer(const MoveServer&) = delete;
  MoveServer& operator=(const MoveServer&) = delete;
  /// Objects stored since the last call.
  [[nodiscard]] std::size_t newObjects() noexcept { return stored_.exchange(0); }

private:
  void objectStored(const dicom::ReceivedObject& object) override;
  void problem(const std::string& line) override;

  Console& console_;
  std::atomic<std::size_t> stored_{0};
  std::unique_ptr<dicom::Server> server_;
};

} // namespace hipcuff::cli
