#include "server_association.h"

#include "pdv.h"

#include "hipcuff/core/one_line.h"

#include <algorithm>
#include <array>
#include <sys/socket.h>
#include <unistd.h>

namespace hipcuff::dicom {
namespace {

bool listed(const std::vector<std::string>& list, const std::string& what) {
  return std::find(list.begin(), list.end(), what) != list.end();
}

/// AE titles are padded with spaces that don't count (PS3.5 table 6.2-1).
std::string trimmed(const char* text) {
  std::string out(text);
  out.erase(0, std::min(out.find_first_not_of(' '), out.size()));
  while (!out.empty() && out.back() == ' ')
    out.pop_back();
  return out;
}

} // namespace

Connection::Connection(int socket)
    : socket_(::dup(socket)) {}

Connection::~Connection() {
  if (socket_ >= 0)
    ::close(socket_);
}

void Connection::cut(AssociationEnd why) noexcept {
  if (cut_.exchange(true))
    return;
  why_.store(why);
  if (socket_ >= 0)
    ::shutdown(socket_, SHUT_RDWR);
}

void ServerCore::told(const std::function<void(ServerObserver&)>& what) {
  if (observer == nullptr)
    return;
  const std::lock_guard guard(observerMutex);
  what(*observer);
}

void ServerAssociation::problem(const std::string& what) {
  const auto who = summary_.callingAe.empty() ? summary_.address : summary_.callingAe + " at " + summary_.address;
  core_.told([&](ServerObserver& observer) { observer.problem(tidy(who + ": " + what)); });
}

void ServerAssociation::run(int socket) noexcept {
  try {
    runUnguarded(socket);
  } catch (const std::exception& e) {
    try {
      problem(e.what());
    } catch (...) { // nobody left to tell
    }
  }
  if (association_ != nullptr)
    ASC_destroyAssociation(&association_);
  if (network_ != nullptr)
    ASC_dropNetwork(&network_);
}

void ServerAssociation::runUnguarded(int socket) {
  if (!receive(socket))
    return;
  if (accept())
    serve();
  if (connection_.wasCut())
    summary_.end = connection_.why();
  if (summary_.end == AssociationEnd::timedOut)
    problem("too slow or silent, the connection was cut");
  core_.told([&](ServerObserver& observer) { observer.associationEnded(summary_); });
}

bool ServerAssociation::receive(int socket) {
  const auto limit = core_.settings.timeouts.association;
  due(limit);
  // DCMTK's own timer counts whole seconds; ours is to go off first, so that the reason is known.
  const auto dcmtkLimit = static_cast<int>(limit.count()) + 2;
  auto lock = std::unique_lock(externalSocketMutex());
  bool handedOver = false;
  // The layer must live as long as the network; DCMTK frees it with it.
  auto layer = std::make_unique<WatchedLayer>(core_.tls, [&, this](int s) {
    handedOver = true;
    socket_ = s;
    dcmExternalSocketHandle.set(-1);
    lock.unlock();
    setSocketOptions(s, core_.settings.timeouts.message);
  });
  dcmExternalSocketHandle.set(socket);
  auto made = ASC_initializeNetwork(NET_ACCEPTOR, 0, dcmtkLimit, &network_);
  if (made.good())
    made = ASC_setTransportLayer(network_, layer.release(), 1);
  if (made.good())
    made = ASC_receiveAssociation(network_, &association_, core_.settings.maxPdu, nullptr, nullptr,
                                  core_.tls != nullptr ? OFTrue : OFFalse, DUL_NOBLOCK, dcmtkLimit);
  if (lock.owns_lock())
    dcmExternalSocketHandle.set(-1);
  if (!handedOver)
    ::close(socket);
  // A connection that ended before its request is no error to DCMTK; the titles are empty then.
  if (made.good() && association_->params->DULparams.calledAPTitle[0] == '\0')
    made = DUL_NETWORKCLOSED;
  if (connection_.wasCut() || made.bad()) {
    problem(connection_.wasCut() ? "no association request in time"
                                 : "no association request could be read: " + words(made));
    return false;
  }
  return true;
}

bool ServerAssociation::refuse(T_ASC_RejectParametersResult result, T_ASC_RejectParametersSource source,
                               T_ASC_RejectParametersReason reason, const std::string& why) {
  const T_ASC_RejectParameters reject{result, source, reason};
  ASC_rejectAssociation(association_, &reject);
  summary_.end = AssociationEnd::refused;
  problem("refused: " + why);
  return false;
}

bool ServerAssociation::accept() {
  std::array<char, 20> calling{};
  std::array<char, 20> called{};
  ASC_getAPTitles(association_->params, calling.data(), calling.size(), called.data(), called.size(), nullptr, 0);
  summary_.callingAe = tidy(trimmed(calling.data()), 16);
  summary_.calledAe = tidy(trimmed(called.data()), 16);
  const auto& settings = core_.settings;
  std::array<char, 80> application{};
  ASC_getApplicationContextName(association_->params, application.data(), application.size());
  const auto permanent = [&](T_ASC_RejectParametersReason reason, const std::string& why) {
    return refuse(ASC_RESULT_REJECTEDPERMANENT, ASC_SOURCE_SERVICEUSER, reason, why);
  };
  if (tooMany_ || core_.stopping)
    return refuse(ASC_RESULT_REJECTEDTRANSIENT, ASC_SOURCE_SERVICEPROVIDER_PRESENTATION_RELATED,
                  ASC_REASON_SP_PRES_LOCALLIMITEXCEEDED, "too many associations at once");
  if (std::string(application.data()) != UID_StandardApplicationContext)
    return permanent(ASC_REASON_SU_APPCONTEXTNAMENOTSUPPORTED, "not DICOM's application context");
  if (settings.checkCalledAe && summary_.calledAe != settings.ae)
    return permanent(ASC_REASON_SU_CALLEDAETITLENOTRECOGNIZED, "calls us " + summary_.calledAe);
  if (!settings.allowedAes.empty() && !listed(settings.allowedAes, summary_.callingAe))
    return permanent(ASC_REASON_SU_CALLINGAETITLENOTRECOGNIZED, "this AE title is not allowed");
  acceptContexts();
  due(settings.timeouts.association);
  if (const auto sent = ASC_acknowledgeAssociation(association_); sent.bad()) {
    ended(sent);
    return false;
  }
  return true;
}

void ServerAssociation::acceptContexts() {
  auto* parameters = association_->params;
  const auto count = ASC_countPresentationContexts(parameters);
  for (int i = 0; i < count; ++i) {
    T_ASC_PresentationContext context{};
    if (ASC_getPresentationContext(parameters, i, &context).bad())
      continue;
    const auto id = context.presentationContextID;
    const bool verification = std::string(context.abstractSyntax) == UID_VerificationSOPClass;
    if (!verification && !listed(core_.settings.classes, context.abstractSyntax)) {
      ASC_refusePresentationContext(parameters, id, ASC_P_ABSTRACTSYNTAXNOTSUPPORTED);
      continue;
    }
    // The first that we take: peers list what they have before what they could make of it.
    const char* chosen = nullptr;
    for (int s = 0; s < context.transferSyntaxCount && chosen == nullptr; ++s)
      if (listed(core_.settings.syntaxes, context.proposedTransferSyntaxes[s]))
        chosen = context.proposedTransferSyntaxes[s];
    if (chosen == nullptr)
      ASC_refusePresentationContext(parameters, id, ASC_P_TRANSFERSYNTAXESNOTSUPPORTED);
    else
      ASC_acceptPresentationContext(parameters, id, chosen, ASC_SC_ROLE_DEFAULT);
  }
}

void ServerAssociation::serve() {
  while (serveOne()) {
    if (core_.stopping) {
      ASC_abortAssociation(association_);
      summary_.end = AssociationEnd::stopped;
      return;
    }
  }
}

bool ServerAssociation::serveOne() {
  const auto limit = core_.settings.timeouts.message;
  due(limit);
  connection_.busy = false;
  // stop() looks at busy after it has set stopping: one of the two sees the other.
  if (core_.stopping)
    return true;
  acknowledgeAtOnce(socket_);
  T_ASC_PresentationContextID context = 0;
  Command command;
  const auto read = readCommand(association_, static_cast<int>(limit.count()), context, command);
  if (read.bad()) {
    ended(read);
    return false;
  }
  connection_.busy = true;
  if (command.field == DIMSE_C_STORE_RQ && command.hasDataSet)
    return store(context, command);
  if (command.field == DIMSE_C_ECHO_RQ && !command.hasDataSet)
    return echo(context, command);
  problem("asked for something that is neither C-ECHO nor C-STORE");
  ASC_abortAssociation(association_);
  summary_.end = AssociationEnd::cut;
  return false;
}

bool ServerAssociation::echo(T_ASC_PresentationContextID context, const Command& request) {
  ++summary_.echoes;
  T_DIMSE_C_EchoRQ asked{};
  asked.MessageID = request.messageId;
  OFStandard::strlcpy(asked.AffectedSOPClassUID, UID_VerificationSOPClass, sizeof asked.AffectedSOPClassUID);
  asked.DataSetType = DIMSE_DATASET_NULL;
  const auto sent = DIMSE_sendEchoResponse(association_, context, &asked, STATUS_Success, nullptr);
  if (sent.bad())
    ended(sent);
  return sent.good();
}

bool ServerAssociation::store(T_ASC_PresentationContextID context, const Command& request) {
  const auto& settings = core_.settings;
  const auto most = core_.inbox.limits().associationBytes;
  const auto last = Connection::Clock::now() + settings.wholeObject;
  std::string refusal;
  core_.told([&](ServerObserver& observer) { refusal = observer.objectComing(summary_.association); });
  const ReceiveRoom room{static_cast<int>(settings.timeouts.message.count()),
                         most > summary_.bytes ? most - summary_.bytes : 0,
                         [&] { connection_.due(std::min(last, Connection::Clock::now() + settings.timeouts.message)); },
                         std::move(refusal)};
  auto received = receiveObject(association_, context, request, core_.inbox, room);
  summary_.bytes += received.bytes;
  if (received.link.bad()) {
    ++summary_.failed;
    ended(received.link);
    return false;
  }
  if (received.status == 0) {
    received.object.callingAe = summary_.callingAe;
    received.object.address = summary_.address;
    received.object.association = summary_.association;
    ++(received.object.duplicate ? summary_.duplicates : summary_.stored);
    core_.told([&](ServerObserver& observer) { observer.objectStored(received.object); });
  } else {
    ++summary_.failed;
    problem("an object was not stored: " + received.comment + ", answered " + statusWords(received.status));
    core_.told([&](ServerObserver& observer) { observer.objectFailed(summary_.association); });
  }
  due(settings.timeouts.message);
  const auto sent = writeStoreResponse(association_, context, request, received.status, received.comment);
  if (sent.bad())
    ended(sent);
  return sent.good();
}

void ServerAssociation::ended(const OFCondition& condition) {
  if (condition == DUL_PEERREQUESTEDRELEASE) {
    ASC_acknowledgeRelease(association_);
    summary_.end = AssociationEnd::released;
    return;
  }
  if (condition == DUL_PEERABORTEDASSOCIATION) {
    summary_.end = AssociationEnd::aborted;
    problem("aborted the association, or the connection was cut");
    return;
  }
  ASC_abortAssociation(association_);
  summary_.end = condition == DIMSE_NODATAAVAILABLE ? AssociationEnd::timedOut : AssociationEnd::cut;
  if (summary_.end == AssociationEnd::cut && !connection_.wasCut())
    problem("the association ended early: " + words(condition));
}

} // namespace hipcuff::dicom
