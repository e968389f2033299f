// Writes the result of a run: results.json, results.csv, report.html, label masks and raw pictures.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/plugin_record.h"
#include "hipcuff/core/result.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace hipcuff::report {

/// How the run was made. Holds nothing that identifies a person.
struct RunInfo {
  std::string commandLine; ///< as typed; printed in the report so that the run can be repeated
  Criteria criteria;
  int jobs = 1;
  /// Write pictures/ID.png and show the picture in report.html. The pane only, never the screen's margins; but text
  /// burned into the pane itself would be in it.
  bool pictures = true;
  std::vector<PluginRecord> plugins{}; ///< that had a part in it, in the order of their use
};

/// Files under `outDir`, each whole or absent (written beside the target, then renamed):
///   results.json      schema hipcuff.results/1 (lib/report/schema)
///   results.csv       one row per image (pane); see docs/results.md
///   report.html       one self-contained page, no network
///   masks/ID.png      8-bit grey, full image size: 0 background, 1 gluteus medius tendon, 2 discontinuity
///   pictures/ID.png   raw pixels of the representative frame, cropped to the pane (ImageResult::regionPx)
/// ID is made from the SOP instance UID (or the path) and the pane by hashing: same input, same ID, and no name in it.
/// No mask without tendon and discontinuities; no picture where ImageResult::picture is empty.
///
/// Images are serialised as they come into one unnamed spool file in `outDir`; what stays in memory per image is a
/// short index entry. Geometry is converted from frame mm to full-image pixels here. Where ImageResult::mmPerPx is
/// empty, every millimetre is written as null whatever the values say.
class ResultsWriter {
public:
  /// @throws OutputError where the folder can't be made or written
  ResultsWriter(std::filesystem::path outDir, RunInfo info);
  /// Without finish() no results.json, results.csv or report.html is written or changed.
  ~ResultsWriter();
  ResultsWriter(const ResultsWriter&) = delete;
  ResultsWriter& operator=(const ResultsWriter&) = delete;

  /// May be called from several threads at once. @throws OutputError (disk full, ...)
  void add(const ImageResult& image);
  /// An input that failed or was skipped. May be called from several threads at once. @throws OutputError
  void addOutcome(const InputOutcome& outcome);
  /// Writes the three files; call once, after the last add. The order of the calls to add does not show in the files.
  /// Images whose study is not among `studies` are written too, as a study without hips.
  /// The time written is now, or SOURCE_DATE_EPOCH where that is set (for reproducible output).
  /// @throws OutputError; then none of the three was changed unless the last rename itself failed
  void finish(const std::vector<StudyResult>& studies);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Name of an image's files under masks/, pictures/ and overlays/, without ".png": "img-" and 12 hex digits.
[[nodiscard]] std::string imageId(const ImageResult& image);

} // namespace hipcuff::report
