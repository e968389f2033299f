// A study from a PACS into a folder: only what isn't there yet, and whether it is all there afterwards.
#pragma once

#include "hipcuff/dicom/network/studies.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hipcuff::dicom {

struct FetchOptions {
  std::vector<std::string> seriesUids; ///< empty: all
  std::string modality;                ///< only series of this one; empty: all
  /// Empty: C-GET. Otherwise C-MOVE to this AE title, where a Server of ours listens that has the same inbox.
  std::string moveTo;
  /// Before the first object comes: how many are going to be asked for.
  std::function<void(std::size_t)> coming;
  /// After each one (C-GET), and now and then (C-MOVE); false: stop.
  std::function<bool(std::size_t sinceLast)> keepOn;
};

struct FetchedStudy {
  std::string studyUid;
  std::filesystem::path folder;     ///< the study's, where the inbox goes by study; otherwise the inbox's
  std::size_t asked = 0;            ///< objects of the study that were wanted
  std::size_t there = 0;            ///< of these, on disk before
  std::size_t fetched = 0;          ///< of these, on disk now and not before
  std::size_t missing = 0;          ///< of these, not on disk now
  std::vector<std::string> classes; ///< of objects that weren't asked for, as HipCuff has no use for them; one each
  std::vector<std::string> problems;
  bool mayPass = false; ///< missing, and trying again may help
  bool stopped = false; ///< by keepOn
  [[nodiscard]] bool whole() const noexcept { return missing == 0 && !stopped; }
};

/// Asks what the study has, and gets what the inbox doesn't have: a study or a series at once where all of it is
/// wanted, single objects otherwise. What the peer says of its success isn't believed: the disk is looked at.
/// @throws NetworkError where the peer couldn't be asked
[[nodiscard]] FetchedStudy fetchStudy(const Peer& peer, const std::string& studyUid, Inbox& inbox,
                                      const FetchOptions& options);

} // namespace hipcuff::dicom
