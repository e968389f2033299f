// DICOM as a user: C-ECHO, C-STORE, C-FIND, C-GET, C-MOVE (PS3.4 annexes A, B, C, K; PS3.7).
#pragma once

#include "hipcuff/dicom/network/inbox.h"
#include "hipcuff/dicom/network/peer.h"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace hipcuff::dicom {

/// No association: peer down, refused, no common language; or it ended early. what() is one line with the peer and the
/// reason. Nothing of it concerns a file.
class NetworkError : public Error {
public:
  enum class Kind { unreachable, refused, lost, status, settings };
  NetworkError(Kind kind, const std::string& peer, std::string problem, std::string remedy);
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  /// Trying again later may help: down, busy, cut; not: wrong AE title, a failure status.
  [[nodiscard]] bool mayPass() const noexcept { return mayPass_; }
  void setMayPass(bool value) noexcept { mayPass_ = value; }

private:
  Kind kind_;
  bool mayPass_;
};

/// @throws NetworkError
void echo(const Peer& peer);

/// Those of the SOP classes, at most 126, that the peer takes in one of the two syntaxes that everybody has, explicit
/// and implicit VR little endian; by the way the same as echo() where the peer takes that. @throws NetworkError
[[nodiscard]] std::vector<std::string> acceptedClasses(const Peer& peer, std::span<const std::string> classUids);

enum class Delivery {
  stored,    ///< the peer said success
  warned,    ///< the peer has it and warned (status Bxxx), or says that it had it before (0111, PS3.7 C.5.6)
  refused,   ///< the peer answered with a failure status
  noContext, ///< the peer doesn't take this class in this transfer syntax
  lost,      ///< the association ended while it was under way: the peer may have it or not
  notSent,   ///< the association ended before its turn, or none could be made
  unreadable ///< the file can't be sent: no DICOM file, damaged
};

/// The peer has it for certain.
[[nodiscard]] constexpr bool delivered(Delivery delivery) noexcept {
  return delivery == Delivery::stored || delivery == Delivery::warned;
}
/// Sending it again later may help (C-STORE of the same object twice does no harm, PS3.4 B.2.3).
[[nodiscard]] bool worthAnotherTry(Delivery delivery, std::uint16_t status) noexcept;

struct SentFile {
  std::filesystem::path file;
  Delivery delivery = Delivery::notSent;
  std::uint16_t status = 0; ///< the DIMSE status where the peer answered
  bool reencoded = false;   ///< the peer takes only implicit VR little endian: the same values went in other bytes
  std::string words;        ///< the status or the problem in words, one line; empty for success
  std::string remedy;       ///< what the user can do about it; may be empty
  bool mayPass = false;     ///< sending it again later may help; unlike worthAnotherTry() it knows why there was no
                            ///< association: a wrong AE title stays wrong
};

/// Called after each file; return false to stop (the association is released, the rest stays notSent).
using SendObserver = std::function<bool(const SentFile&)>;

/// Sends each file's data set byte for byte as it is stored. Presentation contexts are what the files are: one for each
/// pair of class and transfer syntax; more than 128 go over several associations. Only where a peer doesn't take an
/// uncompressed object as it is, it goes in implicit VR little endian, which every peer must take (PS3.5 10.1). Where
/// an association is lost, this returns with what is certain; trying again is the caller's.
/// @returns one entry a file, in the order of `files`
[[nodiscard]] std::vector<SentFile> send(const Peer& peer, std::span<const std::filesystem::path> files,
                                         const SendObserver& observer = {});

/// Keys and answers by DICOM keyword, tag "(0010,0020)", or a path into a sequence
/// ("ScheduledProcedureStepSequence[0].Modality"), as DCMTK's DcmPathProcessor reads them. Values in UTF-8, several
/// divided by a backslash. An empty value asks for the attribute.
using Keys = std::map<std::string, std::string>;

enum class Level { study, series, image, worklist };

/// C-FIND, study root, or the modality worklist. An answer holds the wanted keys that the peer answered.
/// @param most more answers than this are cancelled and left out
/// @throws NetworkError; UsageError for a key that isn't DICOM
[[nodiscard]] std::vector<Keys> find(const Peer& peer, Level level, const Keys& keys, std::size_t most = 10000);

struct Retrieved {
  std::size_t completed = 0; ///< as the peer counts them
  std::size_t failed = 0;
  std::size_t warned = 0;
  std::vector<ReceivedObject> objects; ///< what is on disk now (C-GET only)
  std::vector<std::string> problems;   ///< one line each
  bool lost = false;                   ///< the association was cut: trying again may help
  bool whole = false;                  ///< the peer ended with success and nothing failed
};

/// Called after each object that is on disk; return false to stop: the association is aborted.
using RetrieveObserver = std::function<bool(const ReceivedObject&)>;

/// C-GET, study root: the objects come over the same association into the inbox.
/// @throws NetworkError where nothing could be asked; a cut on the way is told in `problems`, whole is false
[[nodiscard]] Retrieved get(const Peer& peer, Level level, const Keys& keys, Inbox& inbox,
                            const RetrieveObserver& observer = {});

/// C-MOVE, study root: the peer sends to `destinationAe`, which it must know and where a Server of ours listens.
/// @param keepOn asked at each of the peer's reports on the way; where it says false, the peer is asked to stop
/// @throws NetworkError
[[nodiscard]] Retrieved move(const Peer& peer, Level level, const Keys& keys, const std::string& destinationAe,
                             const std::function<bool()>& keepOn = {});

} // namespace hipcuff::dicom
