// One exam under review: its pictures, its hips, and saving them.
#pragma once

#include "hipcuff/core/plugin_record.h"
#include "hipcuff/review/image_review.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::review {

/// What is saved under a results folder:
///   DIR/results.json ...            the program's results, untouched where they are there already; written again where
///                                   the exam has more pictures than they do
///   DIR/reviewed/results.json ...   the same schema: corrected geometry and measures, `review` filled
/// Both through report::ResultsWriter, each file whole or absent. Pictures of other exams that were reviewed into the
/// same folder before stay as they are.
struct SaveOptions {
  std::filesystem::path folder; ///< DIR
  std::string commandLine;      ///< printed in the report
  /// In use when the pictures were analysed; those that results in DIR name already are kept, too.
  std::vector<PluginRecord> plugins{};
};

/// A passing view of some pictures that others own; make it when it is needed. Not thread-safe.
class ExamReview {
public:
  /// @param images pictures of one study or of several; they must outlive this and none may be null
  /// @param studyDate DICOM DA; empty where unknown
  ExamReview(std::vector<const ImageReview*> images, std::string studyDate, Criteria criteria);

  /// Hips from the pictures as they stand now. Where a person changed or refused a picture's grade, the hip is graded
  /// from the person's class.
  [[nodiscard]] std::vector<StudyResult> studies() const;
  /// The report in words (report::narrative) of the pictures as they stand now.
  [[nodiscard]] std::string narrative() const;

  /// May be called on a worker thread while nobody edits the pictures.
  /// @throws OutputError (disk full, read-only, a folder with results of other pictures); nothing half-written is left
  /// and the review stays unsaved
  void save(const SaveOptions& options) const;

private:
  std::vector<const ImageReview*> images_;
  std::string studyDate_;
  Criteria criteria_;
};

} // namespace hipcuff::review
