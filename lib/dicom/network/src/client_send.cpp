#include "client_association.h"
#include "object_file.h"
#include "pdv.h"

#include "hipcuff/dicom/guard/data_set.h"
#include "hipcuff/dicom/guard/structure.h"
#include "hipcuff/dicom/guard/syntax.h"

#include <algorithm>
#include <map>
#include <set>

namespace hipcuff::dicom {

void echo(const Peer& peer) {
  const ClientAssociation::Connector connector(peer);
  ClientAssociation association(connector, {{UID_VerificationSOPClass, {UID_LittleEndianImplicitTransferSyntax}}});
  if (association.contextFor(UID_VerificationSOPClass) == 0)
    throw NetworkError(NetworkError::Kind::refused, nameOf(peer), "the peer does not take C-ECHO", "");
  std::uint16_t status = 0;
  DcmDataset* detail = nullptr;
  const auto answered = DIMSE_echoUser(association.get(), association.get()->nextMsgID++, DIMSE_NONBLOCKING,
                                       secondsOf(peer.timeouts.message), &status, &detail);
  const std::unique_ptr<DcmDataset> owned(detail);
  if (answered.bad())
    throw association.lost(answered);
  if (status != STATUS_Success)
    throw NetworkError(NetworkError::Kind::status, nameOf(peer), "C-ECHO failed: " + statusWords(status), "");
  association.release();
}

std::vector<std::string> acceptedClasses(const Peer& peer, std::span<const std::string> classUids) {
  std::vector<ProposedContext> contexts;
  for (const auto& uid : classUids)
    if (contexts.size() < mostContexts - 1)
      contexts.push_back({uid, {UID_LittleEndianExplicitTransferSyntax, UID_LittleEndianImplicitTransferSyntax}});
  // So that one is accepted in any case: some peers refuse the association where none is.
  contexts.push_back({UID_VerificationSOPClass, {UID_LittleEndianImplicitTransferSyntax}});
  const ClientAssociation::Connector connector(peer);
  ClientAssociation association(connector, contexts);
  std::vector<std::string> out;
  for (const auto& uid : classUids)
    if (association.contextFor(uid) != 0)
      out.push_back(uid);
  association.release();
  return out;
}

bool worthAnotherTry(Delivery delivery, std::uint16_t status) noexcept {
  switch (delivery) {
  case Delivery::lost:
  case Delivery::notSent:
    return true;
  case Delivery::refused:
    // Out of resources, and a failure that need not be the object's.
    return (status & 0xff00) == 0xA700 || status == 0x0110;
  default:
    return false;
  }
}

namespace {

using Pair = std::pair<std::string, std::string>;

class Sender {
public:
  Sender(const Peer& peer, std::span<const std::filesystem::path> files, const SendObserver& observer)
      : connector_(peer)
      , files_(files)
      , observer_(observer)
      , out_(files.size()) {}

  std::vector<SentFile> run() {
    // Only the pairs are kept, not the open files: there may be thousands.
    std::vector<Pair> order;
    std::map<Pair, std::vector<std::size_t>> byPair;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      out_[i].file = files_[i];
      try {
        const auto file = openObjectFile(files_[i]);
        (void)checkWhole(files_[i], mostInflated);
        const Pair pair{file.classUid, file.syntaxUid};
        auto& members = byPair[pair];
        if (members.empty())
          order.push_back(pair);
        members.push_back(i);
      } catch (const InputError& e) {
        if (!tell(i, Delivery::unreadable, 0, e.problem(), e.remedy()))
          return std::move(out_);
      }
    }
    for (std::size_t next = 0; next < order.size() && !over_;) {
      std::vector<ProposedContext> contexts;
      std::set<std::string> plain; // classes with a context in the default syntax
      std::vector<std::size_t> members;
      for (; next < order.size(); ++next) {
        const auto& [classUid, syntax] = order[next];
        const bool fallBack = codecOf(syntax) == Codec::native && !plain.contains(classUid);
        if (contexts.size() + (fallBack ? 2 : 1) > mostContexts)
          break;
        if (fallBack) {
          plain.insert(classUid);
          contexts.push_back({classUid, {implicitSyntax}});
        }
        if (syntax != implicitSyntax)
          contexts.push_back({classUid, {syntax}});
        const auto& these = byPair[order[next]];
        members.insert(members.end(), these.begin(), these.end());
      }
      std::sort(members.begin(), members.end());
      sendAll(contexts, members);
    }
    return std::move(out_);
  }

private:
  static constexpr std::uint16_t duplicateInstance = 0x0111;
  static constexpr std::uint64_t mostInflated = 16ULL << 30;
  // PS3.5 10.1: every peer takes it, and who has another uncompressed syntax offers it too.
  static constexpr const char* implicitSyntax = UID_LittleEndianImplicitTransferSyntax;

  /// @returns false where the observer wants no more
  bool tell(std::size_t i, Delivery delivery, std::uint16_t status, std::string words, std::string remedy = {}) {
    out_[i].delivery = delivery;
    out_[i].status = status;
    out_[i].words = std::move(words);
    out_[i].remedy = std::move(remedy);
    out_[i].mayPass = worthAnotherTry(delivery, status);
    if (observer_ && !observer_(out_[i]))
      over_ = true;
    return !over_;
  }

  void sendAll(const std::vector<ProposedContext>& contexts, const std::vector<std::size_t>& members) {
    try {
      ClientAssociation association(connector_, contexts);
      for (const auto i : members) {
        if (!sendOne(association, i)) {
          notSent("the association was lost before its turn", "try again later", true);
          return;
        }
        if (over_)
          break;
      }
      association.release();
    } catch (const NetworkError& e) {
      notSent(e.problem(), e.remedy(), e.mayPass());
    }
  }

  void notSent(const std::string& why, const std::string& remedy, bool mayPass) {
    over_ = true;
    for (auto& file : out_)
      if (file.delivery == Delivery::notSent) {
        file.words = why;
        file.remedy = remedy;
        file.mayPass = mayPass;
      }
  }

  /// @returns false where the association is lost
  bool sendOne(ClientAssociation& association, std::size_t i) {
    begun_ = false;
    try {
      const auto file = openObjectFile(files_[i]);
      auto context = association.contextFor(file.classUid, file.syntaxUid);
      if (context == 0 && codecOf(file.syntaxUid) == Codec::native) {
        context = association.contextFor(file.classUid, implicitSyntax);
        out_[i].reencoded = context != 0;
      }
      if (context == 0) {
        tell(i, Delivery::noContext, 0,
             "the peer does not take " + className(file.classUid) + " in " + syntaxName(file.syntaxUid),
             "ask who runs the peer to allow it");
        return true;
      }
      return transfer(association, i, file, context);
    } catch (const InputError& e) {
      // It changed or went since it was looked at: with half of it sent the association can't be used any more.
      tell(i, Delivery::unreadable, 0, e.problem(), e.remedy());
      return !begun_;
    }
  }

  bool transfer(ClientAssociation& association, std::size_t i, const ObjectFile& file,
                T_ASC_PresentationContextID context) {
    auto* link = association.get();
    const auto id = link->nextMsgID++;
    // Read before anything is sent.
    const auto whole = out_[i].reencoded ? loadWhole(files_[i], mostInflated) : nullptr;
    begun_ = true;
    auto done = writeStoreCommand(link, context, id, file.classUid, file.instanceUid);
    if (done.good())
      done = whole ? writeImplicit(link, context, *whole->getDataset())
                   : writeDataSet(link, context, *file.source, file.dataSetAt);
    T_DIMSE_Message answer{};
    if (done.good()) {
      association.acknowledgeSoon();
      T_ASC_PresentationContextID theirs = 0;
      DcmDataset* detail = nullptr;
      done = DIMSE_receiveCommand(link, DIMSE_NONBLOCKING, secondsOf(connector_.peer().timeouts.message), &theirs,
                                  &answer, &detail);
      const std::unique_ptr<DcmDataset> owned(detail);
      if (done.good() &&
          (answer.CommandField != DIMSE_C_STORE_RSP || answer.msg.CStoreRSP.MessageIDBeingRespondedTo != id))
        done = DIMSE_BADMESSAGE;
    }
    if (done.bad()) {
      tell(i, Delivery::lost, 0, "the association was lost: " + words(done), "try again later");
      return false;
    }
    const auto status = answer.msg.CStoreRSP.DimseStatus;
    if (status == STATUS_STORE_Success)
      tell(i, Delivery::stored, status, {});
    else
      tell(i, (status & 0xf000) == 0xB000 || status == duplicateInstance ? Delivery::warned : Delivery::refused, status,
           statusWords(status), statusRemedy(status));
    return true;
  }

  ClientAssociation::Connector connector_;
  std::span<const std::filesystem::path> files_;
  const SendObserver& observer_;
  std::vector<SentFile> out_;
  bool over_ = false;
  bool begun_ = false; ///< something of the file at hand may have been sent
};

} // namespace

std::vector<SentFile> send(const Peer& peer, std::span<const std::filesystem::path> files,
                           const SendObserver& observer) {
  return Sender(peer, files, observer).run();
}

} // namespace hipcuff::dicom
