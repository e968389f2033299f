#include "client_association.h"
#include "query.h"

#include "hipcuff/dicom/network/server.h"

namespace hipcuff::dicom {
namespace {

const std::vector<std::string> nativeSyntaxes{UID_LittleEndianExplicitTransferSyntax,
                                              UID_LittleEndianImplicitTransferSyntax};

struct FindState {
  T_ASC_Association* association = nullptr;
  T_ASC_PresentationContextID context = 0;
  const Keys* wanted = nullptr;
  std::size_t most = 0;
  std::vector<Keys> found;
  bool cancelled = false;
};

void onFound(void* data, T_DIMSE_C_FindRQ* request, int, T_DIMSE_C_FindRSP*, DcmDataset* answer) {
  auto& state = *static_cast<FindState*>(data);
  if (answer == nullptr || state.cancelled)
    return;
  if (state.found.size() >= state.most) {
    state.cancelled = true;
    DIMSE_sendCancelRequest(state.association, state.context, request->MessageID);
    return;
  }
  state.found.push_back(answerOf(*answer, *state.wanted));
}

struct MoveState {
  T_ASC_Association* association = nullptr;
  T_ASC_PresentationContextID context = 0;
  const std::function<bool()>* keepOn = nullptr;
  bool cancelled = false;
};

void onMoved(void* data, T_DIMSE_C_MoveRQ* request, int, T_DIMSE_C_MoveRSP*) {
  auto& state = *static_cast<MoveState*>(data);
  if (state.cancelled || !*state.keepOn || (*state.keepOn)())
    return;
  state.cancelled = true;
  DIMSE_sendCancelRequest(state.association, state.context, request->MessageID);
}

void needContext(T_ASC_PresentationContextID context, const Peer& peer, const char* what) {
  if (context == 0)
    throw NetworkError(NetworkError::Kind::refused, nameOf(peer), std::string("the peer does not take ") + what, "");
}

void copyUid(char* into, std::size_t size, const char* uid) {
  OFStandard::strlcpy(into, uid, size);
}

} // namespace

std::vector<Keys> find(const Peer& peer, Level level, const Keys& keys, std::size_t most) {
  const auto wanted = identifier(level, keys);
  const ClientAssociation::Connector connector(peer);
  ClientAssociation association(connector, {{findClass(level), nativeSyntaxes}});
  FindState state{association.get(), association.contextFor(findClass(level)), &keys, most, {}, false};
  needContext(state.context, peer, level == Level::worklist ? "worklist queries" : "queries (C-FIND, study root)");
  T_DIMSE_C_FindRQ request{};
  request.MessageID = association.get()->nextMsgID++;
  copyUid(request.AffectedSOPClassUID, sizeof request.AffectedSOPClassUID, findClass(level));
  request.DataSetType = DIMSE_DATASET_PRESENT;
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  T_DIMSE_C_FindRSP response{};
  DcmDataset* detail = nullptr;
  int count = 0;
  const auto answered = DIMSE_findUser(association.get(), state.context, &request, wanted.get(), count, onFound, &state,
                                       DIMSE_NONBLOCKING, secondsOf(peer.timeouts.message), &response, &detail);
  const std::unique_ptr<DcmDataset> owned(detail);
  if (answered.bad())
    throw association.lost(answered);
  const auto status = response.DimseStatus;
  if (status != STATUS_FIND_Success_MatchingIsComplete &&
      !(state.cancelled && status == STATUS_FIND_Cancel_MatchingTerminatedDueToCancelRequest))
    throw NetworkError(NetworkError::Kind::status, nameOf(peer), "the query failed: " + statusWords(status), "");
  association.release();
  return std::move(state.found);
}

Retrieved move(const Peer& peer, Level level, const Keys& keys, const std::string& destinationAe,
               const std::function<bool()>& keepOn) {
  constexpr const char* model = UID_MOVEStudyRootQueryRetrieveInformationModel;
  if (level == Level::worklist)
    throw UsageError("a worklist can't be moved");
  const auto wanted = identifier(level, keys);
  const ClientAssociation::Connector connector(peer);
  ClientAssociation association(connector, {{model, nativeSyntaxes}});
  const auto context = association.contextFor(model);
  needContext(context, peer, "C-MOVE (study root)");
  T_DIMSE_C_MoveRQ request{};
  request.MessageID = association.get()->nextMsgID++;
  copyUid(request.AffectedSOPClassUID, sizeof request.AffectedSOPClassUID, model);
  OFStandard::strlcpy(request.MoveDestination, destinationAe.c_str(), sizeof request.MoveDestination);
  request.DataSetType = DIMSE_DATASET_PRESENT;
  request.Priority = DIMSE_PRIORITY_MEDIUM;
  T_DIMSE_C_MoveRSP response{};
  DcmDataset* detail = nullptr;
  DcmDataset* failed = nullptr;
  MoveState state{association.get(), context, &keepOn, false};
  const auto answered =
      DIMSE_moveUser(association.get(), context, &request, wanted.get(), onMoved, &state, DIMSE_NONBLOCKING,
                     secondsOf(peer.timeouts.message), nullptr, nullptr, nullptr, &response, &detail, &failed);
  const std::unique_ptr<DcmDataset> ownedDetail(detail);
  const std::unique_ptr<DcmDataset> ownedFailed(failed);
  if (answered.bad())
    throw association.lost(answered);
  Retrieved out;
  const auto status = response.DimseStatus;
  out.completed = response.NumberOfCompletedSubOperations;
  out.failed = response.NumberOfFailedSubOperations;
  out.warned = response.NumberOfWarningSubOperations;
  out.whole = status == STATUS_MOVE_Success_SubOperationsCompleteNoFailures && out.failed == 0;
  if (!out.whole)
    out.problems.push_back("C-MOVE ended with: " + statusWords(status));
  association.release();
  return out;
}

} // namespace hipcuff::dicom
