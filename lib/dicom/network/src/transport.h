// TLS, and a transport layer that shows us each socket, so that it gets its timeouts and can be cut.
#pragma once

#include "dcmtk_state.h"

#include "hipcuff/dicom/network/peer.h"

#include <functional>
#include <memory>

namespace hipcuff::dicom {

/// @throws ConfigError naming the file that can't be used
[[nodiscard]] std::unique_ptr<DcmTransportLayer> makeTlsLayer(const Tls& tls, bool acceptor);

/// Its own object for each association: calls back with the socket before the first byte goes over it.
class WatchedLayer : public DcmTransportLayer {
public:
  WatchedLayer(DcmTransportLayer* tls, std::function<void(int)> onSocket)
      : tls_(tls)
      , onSocket_(std::move(onSocket)) {}
  DcmTransportConnection* createConnection(DcmNativeSocketType socket, OFBool secure) override;

private:
  DcmTransportLayer* tls_;
  std::function<void(int)> onSocket_;
};

/// Small messages go at once (Nagle's algorithm costs 40 ms a message here); reads and writes end after `limit`.
void setSocketOptions(int socket, std::chrono::seconds limit);

/// Before each wait for a message: a peer with Nagle's algorithm (DCMTK's default) holds the second half of a message
/// back until the first is acknowledged, and Linux takes 40 ms for that unless asked.
void acknowledgeAtOnce(int socket) noexcept;

} // namespace hipcuff::dicom
