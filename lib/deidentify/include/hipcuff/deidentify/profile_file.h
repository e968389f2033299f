// What a cohort keeps, as words on the command line or as a file.
#pragma once

#include "hipcuff/core/geometry.h"
#include "hipcuff/dicom/deidentify/profile.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hipcuff::deidentify {

/// A box that a person knows: blacked out wherever the picture is like this, whatever is found in it.
struct KnownBox {
  std::string manufacturer; ///< as the file says it, without regard to case; empty: any
  std::string model;        ///< likewise
  int columns = 0;          ///< 0: any
  int rows = 0;
  PixelBox box;
  friend bool operator==(const KnownBox&, const KnownBox&) = default;
};

struct CohortProfile {
  dicom::Profile tags;
  std::vector<KnownBox> boxes;
  friend bool operator==(const CohortProfile&, const CohortProfile&) = default;
};

/// One of "content", "dates", "descriptors", "device", "graphics", "institution", "patient", "uids".
[[nodiscard]] const std::vector<std::string>& keepWords();
/// @throws UsageError another word
void keep(dicom::Profile& profile, const std::string& word);
/// The words that lead to this profile.
[[nodiscard]] std::vector<std::string> keptBy(const dicom::Profile& profile);

/// {"schema": "hipcuff.deidentify-profile/1", "keep": [...], "times_of_day": "keep" or "empty", "terms": [...],
///  "boxes": [{"manufacturer", "model", "columns", "rows", "box": {"x0", "y0", "x1", "y1"}}]}; all but the schema may
///  be
/// missing. Anything else in it is an error.
/// @throws ConfigError
[[nodiscard]] CohortProfile readProfile(const std::filesystem::path& file);

} // namespace hipcuff::deidentify
