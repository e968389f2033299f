// One C-STORE's data set on its way from the association into an Inbox.
#pragma once

#include "command.h"
#include "dcmtk_state.h"

#include "hipcuff/dicom/network/inbox.h"

#include <functional>
#include <mutex>

namespace hipcuff::dicom {

struct Inbox::Impl {
  Impl(std::filesystem::path folder, InboxLimits limits, InboxLayout layout);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  [[nodiscard]] std::filesystem::path incoming() const { return folder / ".incoming"; }
  /// Puts a synced file in its place. @returns false where it was there already, the same bytes
  /// @throws OutputError; Conflict
  bool settle(const std::filesystem::path& temporary, const std::filesystem::path& target);
  /// @returns false where there is one already
  bool place(const std::filesystem::path& temporary, const std::filesystem::path& target);
  [[nodiscard]] std::filesystem::path temporaryPath();
  void makeDigestFolders() const;
  /// With those above it, up to `folder`; each that is new is synced into the one above.
  void makeFolder(const std::filesystem::path& home);

  std::filesystem::path folder;
  InboxLimits limits;
  InboxLayout layout;
  int lock = -1;
  std::mutex mutex;
  std::uint64_t next = 0;
};

/// Another object is stored under this UID.
class Conflict : public InputError {
public:
  using InputError::InputError;
};

struct Received {
  OFCondition link = EC_Normal; ///< bad: the association is of no use any more, no answer can be given
  std::uint16_t status = 0;     ///< to answer with
  std::string comment;          ///< one line without anything of the patient; empty for success
  ReceivedObject object;        ///< where status is success
  std::uint64_t bytes = 0;      ///< read from the association, whatever became of it
};

struct ReceiveRoom {
  int seconds = 60;                  ///< for each piece
  std::uint64_t associationLeft = 0; ///< more than this is read no further: link is bad then
  std::function<void()> progress;    ///< after each piece; may be empty
  std::string refusal{};             ///< not empty: the object is read and not taken, for this reason
};

/// Reads the data set that follows a C-STORE-RQ to its end, into the inbox. Never throws: what goes wrong here is a
/// status.
[[nodiscard]] Received receiveObject(T_ASC_Association* association, T_ASC_PresentationContextID context,
                                     const Command& request, Inbox& inbox, const ReceiveRoom& room);

} // namespace hipcuff::dicom
