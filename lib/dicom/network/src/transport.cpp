#include "transport.h"

#include "hipcuff/core/error.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace hipcuff::dicom {
namespace {

void need(const OFCondition& condition, const std::filesystem::path& file, const char* what) {
  if (condition.bad())
    throw ConfigError(file, std::string("can't be used as ") + what + ": " + words(condition), "a PEM file is needed");
}

/// Where an OpenSSL context keeps its layer.
int layerIndex() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

} // namespace

TlsLayer::TlsLayer(const Tls& tls, const std::string& host)
    : DcmTLSTransportLayer(host.empty() ? NET_ACCEPTOR : NET_REQUESTOR, nullptr, OFFalse)
    , host_(host) {
  if (!tls.key.empty()) {
    // Without a password set, OpenSSL would ask for one on the terminal.
    setPrivateKeyPasswd("");
    need(setPrivateKeyFile(tls.key.c_str(), DCF_Filetype_PEM), tls.key, "a private key");
  }
  if (!tls.certificate.empty()) {
    need(setCertificateFile(tls.certificate.c_str(), DCF_Filetype_PEM), tls.certificate, "a certificate");
    if (!checkPrivateKeyMatchesCertificate())
      throw ConfigError(tls.certificate, "the private key is not this certificate's", "");
  }
  if (!tls.authority.empty())
    need(addTrustedCertificateFile(tls.authority.c_str(), DCF_Filetype_PEM), tls.authority,
         "an authority's certificate");
  need(setTLSProfile(TSP_Profile_BCP195), {}, "TLS profile BCP 195");
  need(activateCipherSuites(), {}, "TLS profile BCP 195");
  setCertificateVerification(tls.verifyPeer ? DCV_requireCertificate : DCV_ignoreCertificate);
  if (host.empty() || !tls.verifyPeer)
    return;
  auto* context = getNativeHandle();
  if (tls.checkName) {
    auto* wanted = SSL_CTX_get0_param(context);
    X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    // Only what is no address is a name.
    if (X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str()) != 1 &&
        X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), 0) != 1)
      throw ConfigError({}, "'" + host + "' is no host to check a certificate for", "");
  }
  SSL_CTX_set_ex_data(context, layerIndex(), this);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, onCertificate);
}

int TlsLayer::onCertificate(int good, X509_STORE_CTX* store) {
  if (good != 0)
    return good;
  const auto* ssl = static_cast<const SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto* layer = static_cast<TlsLayer*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), layerIndex()));
  const int error = X509_STORE_CTX_get_error(store);
  const bool name = error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH;
  // A chain of one: the certificate itself is among those that are trusted.
  if (name && sk_X509_num(X509_STORE_CTX_get0_chain(store)) == 1) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  layer->complaint_ = name ? "its certificate is not made out for " + layer->host_
                           : std::string("its certificate is not trusted: ") + X509_verify_cert_error_string(error);
  return 0;
}

std::unique_ptr<TlsLayer> makeTlsLayer(const Tls& tls, const std::string& host) {
  prepareDcmtk();
  if (host.empty() && (tls.certificate.empty() || tls.key.empty()))
    throw ConfigError({}, "a server with TLS needs a certificate and its key", "");
  if (tls.verifyPeer && tls.authority.empty())
    throw ConfigError({}, "TLS checks the peer's certificate, but no authority is named",
                      "name the authority's certificate, or turn the check off");
  return std::make_unique<TlsLayer>(tls, host);
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
