// One exam on its way from inputs to its folder.
#pragma once

#include "exam_record.h"
#include "store.h"

#include "hipcuff/assessment/studies.h"
#include "hipcuff/core/folder_swap.h"
#include "hipcuff/plugin/exporters.h"
#include "hipcuff/report/results_writer.h"

#include <mutex>

namespace hipcuff::batch {

/// In an exam's folder: what a person saved with the viewer stays with the exam.
inline constexpr const char* reviewsFolder = "reviewed";
/// DICOM objects whose content is still the same are not made again: what was sent is sent again, and nothing doubles.
inline constexpr const char* objectsFolder = "dicom";

/// What became of one input of an exam.
struct InputOutput {
  std::vector<ImageResult> images; ///< without pictures and outlines, once exported; empty where it failed
  std::vector<ImageRecord> records;
  std::string studyDate;
  std::string sha256;
  std::optional<InputRecord> header; ///< as it is now; none where it could not be opened
  std::optional<InputOutcome> failure;
  double milliseconds = 0;
};

/// take() and done() may be called from several threads.
class ExamWork {
public:
  /// @param workFolder where the exam's folder is built; on the same file system as `out`
  ExamWork(PlannedExam exam, const BatchOptions& options, const std::string& settings,
           const std::filesystem::path& workFolder);

  [[nodiscard]] std::int64_t id() const noexcept { return exam_.id; }
  [[nodiscard]] const PlannedExam& exam() const noexcept { return exam_; }
  /// The next input that nobody has taken yet; none: all are.
  [[nodiscard]] std::optional<std::size_t> take();
  [[nodiscard]] bool allTaken() const;
  /// That next input; null where all are taken.
  [[nodiscard]] const InputRecord* peek() const;

  /// Opens, analyses and writes one input. Never throws for the input's sake. @throws OutputError, ConfigError (a
  /// plugin's too)
  [[nodiscard]] InputOutput analyse(std::size_t input, const Analyzer& analyzer, const OpenOptions& open);
  /// Keeps what became of it, and exports it. @return whether it was the last one: then finish() is to be called, once
  /// @throws ConfigError of an exporter
  [[nodiscard]] bool done(std::size_t input, InputOutput output);
  /// Brings the hips together and puts the folder in place. @throws OutputError
  [[nodiscard]] ExamRecord finish();

private:
  void exportWhatIsDue();
  /// A small picture of each image waits here until it is known which ones the hips are shown by.
  [[nodiscard]] std::filesystem::path thumbnailFile(const std::string& image) const;
  /// @return its name in the exam's folder; empty where the hip has no picture
  [[nodiscard]] std::string keepThumbnail(const std::vector<ImageRecord>& images, const HipResult& hip,
                                          int patient) const;

  PlannedExam exam_;
  const BatchOptions& options_;
  std::string settings_;
  FolderSwap folder_;
  report::ResultsWriter writer_;
  mutable std::mutex mutex_; ///< guards all below
  std::size_t next_ = 0;
  std::size_t finished_ = 0;
  plugin::Exporters exporters_;
  const bool exporting_;
  std::size_t exported_ = 0; ///< inputs whose images the exporters were told of
  std::vector<std::optional<InputOutput>> outputs_;
};

/// The exam as an earlier run left it in place without telling the catalogue; none where there is nothing such, it is
/// of other inputs, settings or another version, or holds failures that are to be tried again.
[[nodiscard]] std::optional<ExamRecord> alreadyThere(const PlannedExam& exam, const BatchOptions& options,
                                                     const std::string& settings);

} // namespace hipcuff::batch
