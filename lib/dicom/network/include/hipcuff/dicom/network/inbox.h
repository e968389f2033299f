// The folder that received objects go to. An object appears in it whole or not at all.
#pragma once

#include "hipcuff/core/error.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace hipcuff::dicom {

/// 1 to 64 of 0-9 and full stops, parts not empty (PS3.5 9.1; leading zeros, which are wrong there too, are let pass).
/// Only such a UID ever becomes part of a path.
[[nodiscard]] bool isUid(const std::string& text) noexcept;

struct ReceivedObject {
  std::filesystem::path path;
  std::string classUid;
  std::string instanceUid;
  std::string studyUid;  ///< empty where the object doesn't say
  std::string seriesUid; ///< empty where the object doesn't say
  std::string syntaxUid;
  std::string callingAe; ///< who sent it, as it calls itself; in a C-GET, whom we asked
  std::string address;
  std::uint64_t bytes = 0;
  bool duplicate = false;        ///< it was there already, byte for byte the same
  std::uint64_t association = 0; ///< the server's number of it, see AssociationSummary
};

struct InboxLimits {
  std::uint64_t objectBytes = 8ULL << 30;
  std::uint64_t associationBytes = 256ULL << 30;
  std::uint64_t keepFree = 64ULL << 20; ///< room that must be left on the disk
};

enum class InboxLayout {
  byDigest, ///< FOLDER/xx/UID.dcm, where UID is the SOP Instance UID and xx comes from its SHA-256: no folder gets
            ///< large
  byStudy   ///< FOLDER/STUDY/SERIES/UID.dcm, for people; a part that the object doesn't say is called "none"
};

/// One folder, one owner: a second Inbox on it, in this process or another, is refused.
/// The data set is as it came, bit for bit; the file meta information is ours (PS3.10 7.1). File and folder are synced
/// before an object counts as received. What a killed process left half-written is removed when the folder is opened
/// again.
class Inbox {
public:
  /// @throws OutputError not writable, in use
  explicit Inbox(std::filesystem::path folder, InboxLimits limits = {}, InboxLayout layout = InboxLayout::byDigest);
  ~Inbox();
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  [[nodiscard]] const std::filesystem::path& folder() const noexcept;
  [[nodiscard]] const InboxLimits& limits() const noexcept;
  /// Where an object with this UID is or would be, by digest. @throws InputError not a UID
  [[nodiscard]] std::filesystem::path pathOf(const std::string& instanceUid) const;
  /// The same in the layout that the inbox has; study and series matter only by study.
  /// @throws InputError not a UID
  [[nodiscard]] std::filesystem::path pathOf(const std::string& studyUid, const std::string& seriesUid,
                                             const std::string& instanceUid) const;

  struct Impl;
  [[nodiscard]] Impl& impl() noexcept { return *impl_; }

private:
  std::unique_ptr<Impl> impl_;
};

} // namespace hipcuff::dicom
