// What the window holds: exams and their pictures. Lives on the window's thread.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"
#include "hipcuff/review/image_review.h"
#include "hipcuff/review/journal.h"

#include <QImage>
#include <QString>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::viewer {

/// One pane of one file.
struct Picture {
  enum class State {
    waiting,   ///< in line for analysis
    analysing, ///< a worker is on it
    ready,     ///< review is there
    failed,    ///< can't be opened or analysed: `problem`
    cancelled, ///< the person stopped the analysis; can be looked at, not reviewed
  };
  int id = 0; ///< never used twice in a session
  review::PictureKey key;
  std::shared_ptr<const Cine> cine; ///< null: a broken file, or a stored result whose original is gone
  State state = State::waiting;
  QString problem; ///< what is wrong and what to do; failed, and stored results without their original
  std::optional<review::ImageReview> review;
  review::PictureAccess access;          ///< where `review` is: its pixels and its pane, for the window's thread
  std::shared_ptr<const RgbImage> still; ///< where there is no cine: the stored picture in its place in the full image
  QImage thumbnail;
  bool unsaved = false;
  bool openedBySession = false; ///< a person has looked at it

  [[nodiscard]] int frames() const noexcept { return cine ? cine->frames : 1; }
  [[nodiscard]] int columns() const noexcept;
  [[nodiscard]] int rows() const noexcept;
  [[nodiscard]] const ImageResult* result() const noexcept { return review ? &review->current() : nullptr; }
  [[nodiscard]] std::optional<Side> side() const noexcept;
  [[nodiscard]] std::optional<View> view() const noexcept;
  [[nodiscard]] std::optional<Spacing> mmPerPx() const noexcept;
};

/// The pictures of one study, or of one folder of files that are not DICOM.
struct Exam {
  std::string key;               ///< study UID or "folder:..."
  QString name;                  ///< who, where the files say so; for the screen only
  std::string date;              ///< DICOM DA; empty where unknown
  QString place;                 ///< folder's name
  std::filesystem::path results; ///< results folder it came from or was saved to; empty: none yet
  std::vector<std::unique_ptr<Picture>> pictures;
  std::vector<StudyResult> hips; ///< as reviewed, brought together
  bool stale = true;             ///< hips must be made anew

  [[nodiscard]] bool unsaved() const noexcept;
  /// Hips of all pictures that are ready, in their present state.
  [[nodiscard]] const std::vector<StudyResult>& assessed(const Criteria& criteria);
  [[nodiscard]] QString title(bool withName) const;
  [[nodiscard]] std::vector<const review::ImageReview*> reviews() const;
};

/// A short word for a grade: "normal", "full-thickness tear", ... translated.
[[nodiscard]] QString gradeWord(GradeClass grade);
/// The class that counts: the person's where there is one.
[[nodiscard]] GradeClass standingGrade(const ImageResult& image);
/// A few words for a list: "no scale", "beam too oblique".
[[nodiscard]] QString refusalWord(Refusal refusal);
/// What to do about it here, where there is more to do than on a command line; empty: explain() says it.
[[nodiscard]] QString refusalAdvice(Refusal refusal);
/// "left, long axis" as far as known; the file's name where nothing is.
[[nodiscard]] QString placeWord(const Picture& picture);
/// DICOM DA as ISO; empty stays empty.
[[nodiscard]] QString dateWord(const std::string& date);

} // namespace hipcuff::viewer
