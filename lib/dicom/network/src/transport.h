// TLS, and a transport layer that shows us each socket, so that it gets its timeouts and can be cut.
#pragma once

#include "dcmtk_state.h"

#include "hipcuff/dicom/network/peer.h"

#include <functional>
#include <memory>
#include <openssl/ssl.h>
#include <string>

namespace hipcuff::dicom {

class TlsLayer : public DcmTLSTransportLayer {
public:
  /// @param host whose certificate the other side must show; empty for an acceptor
  /// @throws ConfigError naming the file that can't be used
  TlsLayer(const Tls& tls, const std::string& host);
  /// What was wrong with the certificate that the other side showed last, one line; empty: nothing. Not for acceptors.
  [[nodiscard]] const std::string& complaint() const noexcept { return complaint_; }
  void forget() noexcept { complaint_.clear(); }

private:
  static int onCertificate(int good, X509_STORE_CTX* store);
  std::string host_;
  std::string complaint_;
};

/// @param host empty for an acceptor  @throws ConfigError naming the file that can't be used
[[nodiscard]] std::unique_ptr<TlsLayer> makeTlsLayer(const Tls& tls, const std::string& host);

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
