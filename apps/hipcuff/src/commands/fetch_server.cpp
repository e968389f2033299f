#include "commands/fetch_server.h"

#include "cli/console.h"
#include "cli/invocation.h"

#include "hipcuff/core/error.h"
#include "hipcuff/dicom/network/peer_text.h"

namespace hipcuff::cli {

MoveTarget parseMoveTarget(const std::string& text) {
  MoveTarget target;
  const auto colon = text.rfind(':');
  target.ae = text.substr(0, colon);
  if (colon != std::string::npos) {
    const long long port = parseInteger(text.substr(colon + 1), "--move-to's port");
    if (port < 1 || port > 65535)
      throw UsageError("--move-to's port is out of range: " + std::to_string(port), "it takes 1 to 65535");
    target.port = static_cast<std::uint16_t>(port);
  }
  if (!dicom::isAeTitle(target.ae))
    throw UsageError("--move-to needs an AE title: 1 to 16 ASCII characters without a backslash",
                     "write AE or AE:port as the peer knows us");
  return target;
}

MoveServer::MoveServer(const MoveTarget& target, const dicom::Peer& peer, std::vector<std::string> from,
                       dicom::Inbox& inbox, Console& console)
    : console_(console) {
  dicom::ServerSettings settings;
  settings.bindAddress = "0.0.0.0";
  settings.port = target.port;
  settings.ae = target.ae;
  settings.allowedAddresses = from.empty() ? dicom::addressesOf(peer.host) : std::move(from);
  // An empty list would let everybody in.
  if (settings.allowedAddresses.empty())
    throw ConfigError({}, "no host is known by the name " + peer.host, "check PEER, or name who may send: --move-from");
  settings.tls = peer.tls;
  settings.timeouts = peer.timeouts;
  server_ = std::make_unique<dicom::Server>(std::move(settings), inbox, this);
}

MoveServer::~MoveServer() {
  server_.reset();
}

void MoveServer::objectStored(const dicom::ReceivedObject& object) {
  if (!object.duplicate)
    ++stored_;
}

void MoveServer::problem(const std::string& line) {
  console_.say("Receiving: " + line);
}

} // namespace hipcuff::cli
