// A whole cohort: files in, a tree of new names out, what is in doubt beside it.
#pragma once

#include "hipcuff/core/progress.h"
#include "hipcuff/core/result.h"
#include "hipcuff/deidentify/profile_file.h"
#include "hipcuff/dicom/deidentify/secret.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::deidentify {

/// Who reads the letters that may be left in pictures.
struct OcrOptions {
  std::filesystem::path program; ///< hipcuff-ocr; empty: nobody reads, and nothing is claimed of pixels
  std::string languages;         ///< as tesseract names them; empty: eng
};

struct CohortOptions {
  std::vector<std::filesystem::path> inputs;
  std::filesystem::path out;        ///< what is handed over; nothing that was not checked is ever in it
  std::filesystem::path quarantine; ///< empty: OUT-quarantine beside it; for its owner alone
  CohortProfile profile;
  dicom::Secret secret = dicom::Secret::random();
  /// Whether the same secret can be had again: otherwise OUT must be new, and a run can't be continued.
  bool secretIsKept = false;
  std::optional<std::filesystem::path> key;       ///< table of originals and replacements, added to
  std::optional<std::filesystem::path> decisions; ///< quarantine.csv with its first column filled in
  OcrOptions ocr;
  bool sheet = true; ///< write the contact sheet; false: also delete an earlier one and its pictures
  int jobs = 1;
};

struct CohortReport {
  std::int64_t inputs = 0;      ///< files met, of any kind
  std::int64_t written = 0;     ///< now in OUT, made by this run
  std::int64_t unchanged = 0;   ///< in OUT or in quarantine since an earlier run, and still right
  std::int64_t quarantined = 0; ///< of this run and of earlier ones
  std::int64_t copies = 0;      ///< the same object a second time
  std::int64_t leftOut = 0;     ///< not DICOM
  std::int64_t failed = 0;      ///< could not be read at all: missing, no permission, named but not DICOM
  std::map<std::string, std::int64_t> reasons; ///< quarantined, by each file's reasons
  std::map<std::string, std::int64_t> leftOutReasons;
  std::vector<std::filesystem::path> strangers; ///< in OUT, but not made by these runs: not checked
  std::int64_t inOut = 0;                       ///< files that OUT holds after this run
  double largestShareOfBmode = 0;
  double meanShareOfBmode = 0; ///< over pictures in OUT whose B-mode area is known
  std::int64_t withdrawn = 0;  ///< in OUT, but their originals are not there any more
  /// Pseudonyms under which several people may hide: one Patient ID with several names, birth dates or issuers.
  std::vector<std::string> severalPeople;
  std::filesystem::path quarantine;
  bool stopped = false;
};

/// Whether a path lies in a folder or is that folder, links resolved.
[[nodiscard]] bool liesWithin(const std::filesystem::path& inner, const std::filesystem::path& outer);
/// What runCohort() checks of paths, before anything is made. @throws UsageError
void checkFolders(const CohortOptions& options);

/// Every input is read, de-identified into the private folder, read again and checked there; only what passes is moved
/// to OUT. What can't be made sure stays in quarantine, with its reason. Killed at any moment, OUT holds whole and
/// checked files only, and the same call goes on.
///
/// OUT: HC-PSEUDONYM/STUDY/SERIES/INSTANCE.dcm, all new names, and report.json. Quarantine (mode 700, files 600):
/// quarantine.csv, held/ (what would have gone out), contact-sheet.html with pictures before and after, journal.jsonl.
///
/// @param progress also asked whether to stop
/// @param outcome hears of each input that is left out, failed or quarantined, in order
/// @throws UsageError folders within one another
/// @throws ConfigError another profile or secret than the folder's, a key table of another secret
/// @throws OutputError
[[nodiscard]] CohortReport runCohort(const CohortOptions& options, Progress& progress,
                                     const std::function<void(const InputOutcome&)>& outcome = {});

} // namespace hipcuff::deidentify
