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

/// To have it back as it was: open the picture and do what recoveryOf() says.
struct UnsavedPicture {
  PictureKey picture;
  std::vector<EditRecord> edits; ///< in force and not saved, first to last
  /// Edits from before those that were undone: saved ones, or ones that came with the result.
  int undoneBefore = 0;
  /// Edits of that run that were saved, first to last (the last `undoneBefore` of them were undone). Only of use where
  /// what is opened again doesn't hold them, as an original file doesn't.
  std::vector<EditRecord> saved;
};

/// A file of one program run in a private folder (0700): JSON lines, locked (flock) while the program lives. Holds
/// paths, UIDs, edits and who made them; nothing that names a patient, unless a path or a text does. Each call is on
/// disk (fdatasync) when it returns; a torn last line is passed over when reading. Not thread-safe.
class Journal {
public:
  /// @throws OutputError where the folder or the file can't be made, or the file system has no locks
  explicit Journal(const std::filesystem::path& folder);
  /// Removes the file where nothing in it is unsaved.
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  // @throws OutputError disk full, file removed and the like; what was written before stays readable
  void edited(const PictureKey& picture, const EditRecord& record); ///< @throws InputError as toJson does
  void undone(const PictureKey& picture);    ///< the last edit in force; a redo is edited() again
  void saved(const PictureKey& picture);     ///< its edits so far are safe elsewhere
  void discarded(const PictureKey& picture); ///< the person doesn't want what isn't saved

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A journal that a dead program left behind, with unsaved edits.
struct AbandonedJournal {
  std::filesystem::path file;
  std::string lastEdit; ///< ISO 8601, UTC
  std::vector<UnsavedPicture> pictures;
  std::shared_ptr<void> lock; ///< as long as one copy lives, nobody else is offered this journal
};

/// Journals in the folder whose program is gone and that hold unsaved edits, the latest first. Those without any are
/// removed; files that are no journals are left alone. Never throws but std::bad_alloc; unreadable ones are passed
/// over. Call it again only after letting go of the last answer: its journals are not offered twice.
[[nodiscard]] std::vector<AbandonedJournal> abandonedJournals(const std::filesystem::path& folder);

/// Once its edits were taken over (into this run's journal, or saved) or thrown away.
void removeJournal(const AbandonedJournal& journal) noexcept;

/// The same for one of its pictures: it is not offered again, the others are.
void settle(const AbandonedJournal& journal, const PictureKey& picture) noexcept;

struct Recovery {
  std::size_t undo = 0;          ///< so many of the edits in force, the last ones first
  std::vector<EditRecord> apply; ///< then these
};
/// What brings a picture that was opened again to where it was when the program died.
/// @param inForce its edits now: none, those that came with the result before, or those that were saved by the run that
///        died, even if it could no longer note that they were
[[nodiscard]] Recovery recoveryOf(const UnsavedPicture& picture, const std::vector<EditRecord>& inForce);

} // namespace hipcuff::review
