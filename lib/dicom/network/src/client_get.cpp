#include "client_association.h"
#include "pdv.h"
#include "query.h"
#include "receive.h"

#include "hipcuff/dicom/network/server.h"

#include <algorithm>

namespace hipcuff::dicom {
namespace {

constexpr const char* model = UID_GETStudyRootQueryRetrieveInformationModel;

/// One context for each pair of class and syntax, so that the peer can send each object as it has it. 128 do not hold
/// every pair: ultrasound gets every syntax, the others those that they are met in.
std::vector<ProposedContext> contexts() {
  std::vector<ProposedContext> out{
      {model, {UID_LittleEndianExplicitTransferSyntax, UID_LittleEndianImplicitTransferSyntax}}};
  const std::vector<std::string> captured{UID_JPEGProcess1TransferSyntax, UID_JPEGProcess14SV1TransferSyntax,
                                          UID_RLELosslessTransferSyntax, UID_JPEG2000LosslessOnlyTransferSyntax};
  const auto classes = usualClasses();
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const bool ultrasound = i < 4;
    const bool image = i < 8;
    for (const auto& syntax : usualSyntaxes()) {
      const bool always = syntax == UID_LittleEndianExplicitTransferSyntax ||
                          syntax == UID_LittleEndianImplicitTransferSyntax ||
                          syntax == UID_DeflatedExplicitVRLittleEndianTransferSyntax;
      const bool met =
          ultrasound || always || (image && std::find(captured.begin(), captured.end(), syntax) != captured.end());
      if (met && out.size() < mostContexts)
        out.push_back({classes[i], {syntax}, true});
    }
  }
  return out;
}

class Getter {
public:
  Getter(const Peer& peer, Inbox& inbox, const RetrieveObserver& observer)
      : connector_(peer)
      , inbox_(inbox)
      , observer_(observer)
      , association_(connector_, contexts()) {}

  Retrieved run(DcmDataset& wanted) {
    const auto context = association_.contextFor(model);
    if (context == 0)
      throw NetworkError(NetworkError::Kind::refused, nameOf(connector_.peer()),
                         "the peer does not take C-GET (study root)", "retrieve by C-MOVE instead (--move-to)");
    T_DIMSE_Message message{};
    message.CommandField = DIMSE_C_GET_RQ;
    auto& request = message.msg.CGetRQ;
    request.MessageID = association_.get()->nextMsgID++;
    OFStandard::strlcpy(request.AffectedSOPClassUID, model, sizeof request.AffectedSOPClassUID);
    request.DataSetType = DIMSE_DATASET_PRESENT;
    request.Priority = DIMSE_PRIORITY_MEDIUM;
    const auto sent =
        DIMSE_sendMessageUsingMemoryData(association_.get(), context, &message, nullptr, &wanted, nullptr, nullptr);
    if (sent.bad())
      throw association_.lost(sent);
    while (answer())
      ;
    return std::move(out_);
  }

private:
  /// @returns false after the last one
  bool answer() {
    auto* link = association_.get();
    const auto seconds = secondsOf(connector_.peer().timeouts.message);
    association_.acknowledgeSoon();
    T_ASC_PresentationContextID context = 0;
    T_DIMSE_Message message{};
    if (const auto read = DIMSE_receiveCommand(link, DIMSE_NONBLOCKING, seconds, &context, &message, nullptr);
        read.bad())
      return lost(read);
    if (message.CommandField == DIMSE_C_STORE_RQ) {
      const auto& asked = message.msg.CStoreRQ;
      return store(context,
                   {DIMSE_C_STORE_RQ, asked.MessageID, true, asked.AffectedSOPClassUID, asked.AffectedSOPInstanceUID},
                   seconds);
    }
    if (message.CommandField != DIMSE_C_GET_RSP)
      return lost(DIMSE_BADMESSAGE);
    const auto& response = message.msg.CGetRSP;
    if (response.DataSetType != DIMSE_DATASET_NULL) {
      // The list of what failed.
      DcmDataset* failed = nullptr;
      const auto read =
          DIMSE_receiveDataSetInMemory(link, DIMSE_NONBLOCKING, seconds, &context, &failed, nullptr, nullptr);
      const std::unique_ptr<DcmDataset> owned(failed);
      if (read.bad())
        return lost(read);
    }
    out_.completed = response.NumberOfCompletedSubOperations;
    out_.failed = response.NumberOfFailedSubOperations;
    out_.warned = response.NumberOfWarningSubOperations;
    const auto status = response.DimseStatus;
    if (status == STATUS_GET_Pending_SubOperationsAreContinuing)
      return true;
    out_.whole = status == STATUS_GET_Success_SubOperationsCompleteNoFailures && out_.failed == 0 && !missed_;
    if (!out_.whole)
      out_.problems.push_back("C-GET ended with: " + statusWords(status));
    association_.release();
    return false;
  }

  bool store(T_ASC_PresentationContextID context, const Command& request, int seconds) {
    const auto most = inbox_.limits().associationBytes;
    auto received =
        receiveObject(association_.get(), context, request, inbox_, {seconds, most > bytes_ ? most - bytes_ : 0, {}});
    bytes_ += received.bytes;
    if (received.link.bad())
      return lost(received.link);
    const auto sent = writeStoreResponse(association_.get(), context, request, received.status, received.comment);
    if (received.status == 0) {
      received.object.callingAe = connector_.peer().calledAe;
      received.object.address = connector_.peer().host;
      out_.objects.push_back(std::move(received.object));
      if (observer_ && !observer_(out_.objects.back())) {
        out_.problems.emplace_back("stopped");
        return false; // the association is aborted with this object
      }
    } else {
      missed_ = true;
      out_.problems.push_back("an object was not stored: " + received.comment);
    }
    return sent.good() || lost(sent);
  }

  bool lost(const OFCondition& condition) {
    out_.lost = true;
    out_.problems.push_back("the association was lost: " + words(condition));
    return false;
  }

  ClientAssociation::Connector connector_;
  Inbox& inbox_;
  const RetrieveObserver& observer_;
  ClientAssociation association_;
  Retrieved out_;
  std::uint64_t bytes_ = 0;
  bool missed_ = false;
};

} // namespace

Retrieved get(const Peer& peer, Level level, const Keys& keys, Inbox& inbox, const RetrieveObserver& observer) {
  if (level == Level::worklist)
    throw UsageError("a worklist can't be fetched as objects");
  const auto wanted = identifier(level, keys);
  return Getter(peer, inbox, observer).run(*wanted);
}

} // namespace hipcuff::dicom
