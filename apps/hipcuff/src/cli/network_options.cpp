#include "cli/network_options.h"

#include "cli/console.h"
#include "cli/invocation.h"
#include "cli/table.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/network/peer_text.h"

#include <algorithm>
#include <thread>

namespace hipcuff::cli {

std::vector<Option> networkOptions() {
  return {{.name = "calling-ae",
           .kind = OptionKind::text,
           .valueName = "AE",
           .help = "What we call ourselves; many peers take associations only from AE titles that they know.",
           .preset = "HIPCUFF"},
          {.name = "timeout",
           .kind = OptionKind::integer,
           .valueName = "SECONDS",
           .help = "How long the peer may be silent. Connecting gets at most 10 s of it, opening an association 30 s.",
           .preset = "60",
           .range = Range{1, 3600}},
          {.name = "tls-authority",
           .kind = OptionKind::text,
           .valueName = "FILE",
           .help = "Talk TLS, and trust the peer whose certificate is signed by this one (PEM) or is this one."},
          {.name = "tls-certificate",
           .kind = OptionKind::text,
           .valueName = "FILE",
           .help = "Our own certificate (PEM), for peers that want to see one; with --tls-key."},
          {.name = "tls-key",
           .kind = OptionKind::text,
           .valueName = "FILE",
           .help = "The private key of --tls-certificate (PEM, without a password)."},
          {.name = "tls-any-host",
           .help = "Do not ask that the certificate is made out for the peer's host: any of the authority's will do."},
          {.name = "tls-any-peer",
           .help = "Talk TLS without checking whom to: nobody can listen in, but anybody can stand in for the peer."}};
}

std::vector<Option> retryOptions() {
  return {{.name = "retries",
           .kind = OptionKind::integer,
           .valueName = "N",
           .help = "How often to try again where the peer is down, busy or cuts the connection; each object that gets "
                   "through starts the count anew.",
           .preset = "3",
           .range = Range{0, 1000}},
          {.name = "retry-wait",
           .kind = OptionKind::number,
           .valueName = "SECONDS",
           .help = "How long to wait before trying again; doubled each time, at most 60 s.",
           .preset = "2",
           .range = Range{0, 60}}};
}

dicom::Peer peerFrom(const std::string& text, const Invocation& invocation) {
  dicom::Peer peer = dicom::parsePeer(text);
  peer.callingAe = invocation.text("calling-ae").value_or(peer.callingAe);
  if (!dicom::isAeTitle(peer.callingAe))
    throw UsageError("--calling-ae must be 1 to 16 ASCII characters without a backslash");
  const std::chrono::seconds limit{invocation.integer("timeout").value_or(60)};
  peer.timeouts.message = limit;
  peer.timeouts.connect = std::min(peer.timeouts.connect, limit);
  peer.timeouts.association = std::min(peer.timeouts.association, limit);
  const auto file = [&](const char* option) { return std::filesystem::path(invocation.text(option).value_or("")); };
  dicom::Tls tls{file("tls-certificate"), file("tls-key"), file("tls-authority"), !invocation.has("tls-any-peer"),
                 !invocation.has("tls-any-host")};
  if (tls.certificate.empty() != tls.key.empty())
    throw UsageError("--tls-certificate and --tls-key go together");
  if (!tls.verifyPeer && !tls.authority.empty())
    throw UsageError("--tls-any-peer and --tls-authority exclude each other");
  if (tls.verifyPeer && tls.authority.empty()) {
    if (!tls.certificate.empty() || !tls.checkName)
      throw UsageError("TLS needs to know whom to trust", "give --tls-authority, or --tls-any-peer");
    return peer;
  }
  peer.tls = std::move(tls);
  return peer;
}

Patience::Patience(const Invocation& invocation)
    : most_(invocation.integer("retries").value_or(3))
    , first_(static_cast<long long>(invocation.number("retry-wait").value_or(2) * 1000))
    , next_(first_) {}

bool Patience::wait() {
  using Clock = std::chrono::steady_clock;
  ++used_;
  for (const auto until = Clock::now() + next_; Clock::now() < until && !interrupted();)
    std::this_thread::sleep_for(std::min<Clock::duration>(std::chrono::milliseconds(100), until - Clock::now()));
  next_ = std::min(2 * next_, std::chrono::milliseconds(60000));
  return !interrupted();
}

void Patience::renew() noexcept {
  used_ = 0;
  next_ = first_;
}

std::string secondsText(std::chrono::milliseconds time) {
  const double seconds = static_cast<double>(time.count()) / 1000;
  return decimals(seconds, time.count() % 1000 == 0 ? 0 : 1) + " s";
}

} // namespace hipcuff::cli
