#include "client_association.h"

#include "hipcuff/core/one_line.h"
#include "hipcuff/dicom/network/peer_text.h"

namespace hipcuff::dicom {

NetworkError::NetworkError(Kind kind, const std::string& peer, std::string problem, std::string remedy)
    : Error({}, peer + ": " + std::move(problem), std::move(remedy))
    , kind_(kind)
    , mayPass_(kind == Kind::unreachable || kind == Kind::lost) {}

std::string nameOf(const Peer& peer) {
  return peer.calledAe + " at " + peer.host + ":" + std::to_string(peer.port);
}

namespace {

NetworkError refusal(const std::string& peer, T_ASC_Parameters* parameters) {
  T_ASC_RejectParameters reject{};
  ASC_getRejectParameters(parameters, &reject);
  const auto make = [&](const char* why, const char* remedy, bool mayPass) {
    NetworkError error(NetworkError::Kind::refused, peer, std::string("the association was refused: ") + why, remedy);
    error.setMayPass(mayPass || reject.result == ASC_RESULT_REJECTEDTRANSIENT);
    return error;
  };
  switch (reject.reason) {
  case ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED:
    return make("called AE title not recognised", "use the AE title that the peer has", false);
  case ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED:
    return make("calling AE title not recognised", "make our AE title known to the peer", false);
  case ASC_REASON_SU_APPCONTEXTNAMENOTSUPPORTED:
    return make("application context not supported", "", false);
  case ASC_REASON_SP_PRES_TEMPORARYCONGESTION:
    return make("temporary congestion", "try again later", true);
  case ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED:
    return make("too many associations", "try again later", true);
  default:
    return make("no reason given", "ask who runs the peer", false);
  }
}

/// DCMTK's words, made sense of as far as that goes.
NetworkError noAssociation(const std::string& peer, const std::string& said, bool tls) {
  const auto says = [&](const char* part) { return said.find(part) != std::string::npos; };
  const auto make = [&](std::string problem, const char* remedy) {
    return NetworkError(NetworkError::Kind::unreachable, peer, std::move(problem), remedy);
  };
  if (says("Connection refused"))
    return make("nobody listens there (connection refused)", "is the peer running? check host and port");
  if (says("unknown host"))
    return make("no host of this name is known", "check the host, or write its address");
  if (tls && (says("SSL") || says("TLS") || says("wrong version number")))
    return make("no TLS connection: " + said,
                "check that the peer speaks TLS at this port, and that it knows our certificate's authority");
  return make("no association: " + said, tls ? "check host, port, certificates, and that the peer runs with TLS"
                                             : "check host and port, and that the peer runs without TLS");
}

} // namespace

ClientAssociation::Connector::Connector(const Peer& peer)
    : peer_(peer) {
  prepareDcmtk();
  const auto bad = [&](const std::string& what) {
    return NetworkError(NetworkError::Kind::settings, nameOf(peer), what, "");
  };
  if (peer.host.empty() || peer.host.size() > 200 || tidy(peer.host) != peer.host || peer.port == 0)
    throw bad("no host or port");
  if (!isAeTitle(peer.calledAe) || !isAeTitle(peer.callingAe))
    throw bad("an AE title has 1 to 16 ASCII characters, no backslash");
  if (peer.maxPdu < 4096 || peer.maxPdu > largestPdu)
    throw bad("the PDU size must be 4096 to 131072 bytes");
  if (peer.tls)
    tls_ = makeTlsLayer(*peer.tls, peer.host);
}

ClientAssociation::ClientAssociation(const Connector& connector, const std::vector<ProposedContext>& contexts)
    : name_(nameOf(connector.peer())) {
  const auto& peer = connector.peer();
  T_ASC_Parameters* parameters = nullptr;
  auto made = ASC_initializeNetwork(NET_REQUESTOR, 0, secondsOf(peer.timeouts.association), &network_);
  if (made.good())
    made = ASC_createAssociationParameters(&parameters, peer.maxPdu);
  if (made.bad()) {
    if (network_ != nullptr)
      ASC_dropNetwork(&network_);
    throw NetworkError(NetworkError::Kind::unreachable, name_, words(made), "");
  }
  layer_ = std::make_unique<WatchedLayer>(connector.tls_.get(), [this, limit = peer.timeouts.message](int s) {
    socket_ = s;
    setSocketOptions(s, limit);
    acknowledgeAtOnce(s);
  });
  ASC_setTransportLayer(network_, layer_.get(), 0);
  ASC_setTransportLayerType(parameters, connector.tls_ ? OFTrue : OFFalse);
  ASC_setAPTitles(parameters, peer.callingAe.c_str(), peer.calledAe.c_str(), nullptr);
  const auto address = peer.host + ":" + std::to_string(peer.port);
  ASC_setPresentationAddresses(parameters, "localhost", address.c_str());
  std::size_t id = 1;
  for (const auto& context : contexts) {
    std::vector<const char*> syntaxes;
    for (const auto& syntax : context.syntaxes)
      syntaxes.push_back(syntax.c_str());
    ASC_addPresentationContext(parameters, static_cast<T_ASC_PresentationContextID>(id), context.classUid.c_str(),
                               syntaxes.data(), static_cast<int>(syntaxes.size()),
                               context.weStore ? ASC_SC_ROLE_SCP : ASC_SC_ROLE_DEFAULT);
    id += 2;
  }
  try {
    connect(connector, parameters);
  } catch (...) {
    if (association_ != nullptr)
      ASC_destroyAssociation(&association_);
    ASC_dropNetwork(&network_);
    throw;
  }
  open_ = true;
}

void ClientAssociation::connect(const Connector& connector, T_ASC_Parameters* parameters) {
  const auto& timeouts = connector.peer().timeouts;
  // DCMTK has one such limit a process: where two threads ask with different ones, either may hold for both.
  if (connector.tls_)
    connector.tls_->forget();
  dcmConnectionTimeout.set(secondsOf(timeouts.connect));
  const auto asked = ASC_requestAssociation(network_, parameters, &association_, nullptr, nullptr, DUL_NOBLOCK,
                                            secondsOf(timeouts.association));
  if (asked == DUL_ASSOCIATIONREJECTED)
    throw refusal(name_, parameters);
  if (asked.bad() && connector.tls_ && !connector.tls_->complaint().empty())
    throw NetworkError(NetworkError::Kind::refused, name_, connector.tls_->complaint(),
                       "name the host as its certificate does, and as authority who signed it or the certificate "
                       "itself");
  if (asked.bad()) {
    throw noAssociation(name_, words(asked), connector.peer().tls.has_value());
  }
  if (ASC_countAcceptedPresentationContexts(parameters) == 0)
    return; // the caller tells which of its files that concerns
}

ClientAssociation::~ClientAssociation() {
  if (open_)
    ASC_abortAssociation(association_);
  if (association_ != nullptr)
    ASC_destroyAssociation(&association_);
  if (network_ != nullptr)
    ASC_dropNetwork(&network_);
}

void ClientAssociation::release() noexcept {
  if (!open_)
    return;
  open_ = false;
  if (ASC_releaseAssociation(association_).bad())
    ASC_abortAssociation(association_);
}

T_ASC_PresentationContextID ClientAssociation::contextFor(const std::string& classUid,
                                                          const std::string& syntax) const {
  if (syntax.empty())
    return ASC_findAcceptedPresentationContextID(association_, classUid.c_str());
  // DCMTK falls back to other syntaxes; bytes must go in theirs.
  const auto id = ASC_findAcceptedPresentationContextID(association_, classUid.c_str(), syntax.c_str());
  T_ASC_PresentationContext context{};
  if (id == 0 || ASC_findAcceptedPresentationContext(association_->params, id, &context).bad())
    return 0;
  return syntax == context.acceptedTransferSyntax ? id : static_cast<T_ASC_PresentationContextID>(0);
}

NetworkError ClientAssociation::lost(const OFCondition& condition) const {
  return {NetworkError::Kind::lost, name_, "the association was lost: " + words(condition), "try again later"};
}

} // namespace hipcuff::dicom
