// One object from original to a checked file in the private folder.
#pragma once

#include "entry.h"

#include "hipcuff/core/stages.h"
#include "hipcuff/deidentify/cohort.h"
#include "hipcuff/deidentify/picture_reader.h"
#include "hipcuff/dicom/deidentify/deidentify.h"
#include "hipcuff/dicom/deidentify/object_facts.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hipcuff::deidentify {

/// OCR programs, one for each worker at a time.
class Readers {
public:
  explicit Readers(const OcrOptions& options)
      : options_(options) {}
  [[nodiscard]] bool any() const noexcept { return !options_.program.empty(); }
  [[nodiscard]] std::unique_ptr<PictureReader> take();
  /// For the next one; not where it failed.
  void giveBack(std::unique_ptr<PictureReader> reader);

private:
  const OcrOptions& options_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<PictureReader>> idle_;
};

struct MadeFile {
  Entry entry;                  ///< place empty: that is decided where the results come together
  std::filesystem::path staged; ///< empty: nothing was made
  std::string pseudonym, studyUid, seriesUid;
  std::string before, after; ///< JPEG
  std::vector<dicom::KeyEntry> keys;
  bool releaseVoid = false; ///< it was released, and is another now
};

struct FileTask {
  std::filesystem::path original;
  std::uint64_t size = 0;
  std::int64_t modified = 0;
  std::string decision; ///< as Entry, with what it is bound to
  bool maskTissue = false;
  std::string looked, lookedFor;
  std::filesystem::path staged;
};

/// Thread-safe.
class FileWork {
public:
  FileWork(const CohortOptions& options, const ScreenReader& screens, Readers& readers)
      : options_(options)
      , screens_(screens)
      , readers_(readers) {}
  /// @throws OutputError, std::bad_alloc; all that is wrong with the input is said in the entry
  [[nodiscard]] MadeFile make(const FileTask& task) const;

private:
  class Making;
  const CohortOptions& options_;
  const ScreenReader& screens_;
  Readers& readers_;
};

} // namespace hipcuff::deidentify
