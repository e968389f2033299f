// What send and fetch share: a peer, how it is talked to, and trying again.
#pragma once

#include "cli/command.h"

#include "hipcuff/dicom/network/peer.h"

#include <chrono>
#include <string>
#include <vector>

namespace hipcuff::cli {

class Invocation;

/// --calling-ae, --timeout and those of TLS.
[[nodiscard]] std::vector<Option> networkOptions();
/// --retries and --retry-wait.
[[nodiscard]] std::vector<Option> retryOptions();

/// The peer that `text` ("AE@host:port") names, with those options. @throws UsageError
[[nodiscard]] dicom::Peer peerFrom(const std::string& text, const Invocation& invocation);

/// Waits between tries: the first time as long as --retry-wait says, then twice as long each time, at most a minute.
class Patience {
public:
  explicit Patience(const Invocation& invocation);
  [[nodiscard]] bool left() const noexcept { return used_ < most_; }
  /// How long the next wait is going to be.
  [[nodiscard]] std::chrono::milliseconds next() const noexcept { return next_; }
  /// Waits, unless the person stops it. @return false where it was stopped
  [[nodiscard]] bool wait();
  /// Something got through: the count begins anew.
  void renew() noexcept;

private:
  long long most_;
  std::chrono::milliseconds first_;
  std::chrono::milliseconds next_;
  long long used_ = 0;
};

/// "3 s", "0.5 s".
[[nodiscard]] std::string secondsText(std::chrono::milliseconds time);

} // namespace hipcuff::cli
