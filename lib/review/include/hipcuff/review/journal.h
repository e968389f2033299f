// Every edit on disk at once, so that nothing is lost when the program or the machine dies.
#pragma once

#include "hipcuff/review/edits.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hipcuff::review {

/// Which picture an edit belongs to, in terms that hold in the next session.
struct PictureKey {
  std::string opened;         ///< the path that the person opened (file, folder, results folder), absolute
  std::string path;           ///< the picture's file
  std::string sopInstanceUid; ///< empty where not DICOM
  int pane = 0;
  friend auto operator<=>(const PictureKey&, const PictureKey&) = default;
};

struct UnsavedPicture {
  PictureKey picture;
  std::vector<EditRecord> edits; ///< in force, first to last
};

/// A file of one program run in a private folder: JSON lines, locked while the program lives. Holds paths and UIDs, no
/// names. Each call is on disk (fsync) when it returns; a torn last line is passed over when reading.
class Journal {
public:
  /// @throws OutputError where the folder or the file can't be made
  explicit Journal(const std::filesystem::path& folder);
  /// Removes the file where nothing in it is unsaved.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // @throws OutputError disk full and the like; what was written before stays readable
  void edited(const PictureKey& picture, const EditRecord& record);
  void undone(const PictureKey& picture);
  void saved(const PictureKey& picture);     ///< its edits so far are safe elsewhere
  void discarded(const PictureKey& picture); ///< the person doesn't want them

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A journal that a dead program left behind, with unsaved edits.
struct AbandonedJournal {
  std::filesystem::path file;
  std::string lastEdit; ///< ISO 8601, UTC
  std::vector<UnsavedPicture> pictures;
};

/// Journals in the folder whose program is gone and that hold unsaved edits, the latest first. Those without any are
/// removed. Never throws but std::bad_alloc; unreadable ones are passed over.
[[nodiscard]] std::vector<AbandonedJournal> abandonedJournals(const std::filesystem::path& folder);

/// Once its edits were taken over or thrown away.
void removeJournal(const AbandonedJournal& journal) noexcept;

} // namespace hipcuff::review
