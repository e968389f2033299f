#include "transport.h"

#include "hipcuff/core/error.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace hipcuff::dicom {
namespace {

void need(const OFCondition& condition, const std::filesystem::path& file, const char* what) {
  if (condition.bad())
    throw ConfigError(file, std::string("can't be used as ") + what + ": " + words(condition), "a PEM file is needed");
}

} // namespace

std::unique_ptr<DcmTransportLayer> makeTlsLayer(const Tls& tls, bool acceptor) {
  prepareDcmtk();
  if (acceptor && (tls.certificate.empty() || tls.key.empty()))
    throw ConfigError({}, "a server with TLS needs a certificate and its key", "");
  if (tls.verifyPeer && tls.authority.empty())
    throw ConfigError({}, "TLS checks the peer's certificate, but no authority is named",
                      "name the authority's certificate, or turn the check off");
  auto layer = std::make_unique<DcmTLSTransportLayer>(acceptor ? NET_ACCEPTOR : NET_REQUESTOR, nullptr, OFFalse);
  if (!tls.key.empty()) {
    // Without a password set, OpenSSL would ask for one on the terminal.
    layer->setPrivateKeyPasswd("");
    need(layer->setPrivateKeyFile(tls.key.c_str(), DCF_Filetype_PEM), tls.key, "a private key");
  }
  if (!tls.certificate.empty()) {
    need(layer->setCertificateFile(tls.certificate.c_str(), DCF_Filetype_PEM), tls.certificate, "a certificate");
    if (!layer->checkPrivateKeyMatchesCertificate())
      throw ConfigError(tls.certificate, "the private key is not this certificate's", "");
  }
  if (!tls.authority.empty())
    need(layer->addTrustedCertificateFile(tls.authority.c_str(), DCF_Filetype_PEM), tls.authority,
         "an authority's certificate");
  need(layer->setTLSProfile(TSP_Profile_BCP195), {}, "TLS profile BCP 195");
  need(layer->activateCipherSuites(), {}, "TLS profile BCP 195");
  layer->setCertificateVerification(tls.verifyPeer ? DCV_requireCertificate : DCV_ignoreCertificate);
  return layer;
}

DcmTransportConnection* WatchedLayer::createConnection(DcmNativeSocketType socket, OFBool secure) {
  onSocket_(socket);
  return tls_ != nullptr ? tls_->createConnection(socket, secure) : DcmTransportLayer::createConnection(socket, secure);
}

void setSocketOptions(int socket, std::chrono::seconds limit) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  timeval time{};
  time.tv_sec = static_cast<time_t>(limit.count());
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

void acknowledgeAtOnce(int socket) noexcept {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

} // namespace hipcuff::dicom
