// Which inputs there are, and what is to be done with each.
#pragma once

#include "decisions.h"
#include "journal.h"
#include "one_file.h"

#include "hipcuff/core/result.h"
#include "hipcuff/deidentify/cohort.h"

#include <string>
#include <variant>
#include <vector>

namespace hipcuff::deidentify {

/// An earlier run's result still holds. Only its keys may be wanted again.
struct Unchanged {
  std::string path;
  bool out = false;
};

using PlannedItem = std::variant<FileTask, Unchanged, InputOutcome>;

struct Plan {
  std::vector<PlannedItem> items;
  std::int64_t ignoredDecisions = 0; ///< that fell on what is no longer there, or is another by now
  std::int64_t identityReleases = 0; ///< "release" where identity was found: that takes a word of its own
};

/// In the order of the walk. Looks at each file's first bytes and at what the file system says of it.
/// @param stage folder for files in the making
[[nodiscard]] Plan planOf(const CohortOptions& options, const Journal& journal,
                          const std::map<std::string, Decision>& decisions, const std::filesystem::path& quarantine,
                          const std::filesystem::path& stage, Progress& progress);

/// Whether the file of an entry is where the entry says.
[[nodiscard]] bool isInPlace(const Entry& entry, const std::filesystem::path& out,
                             const std::filesystem::path& quarantine);

} // namespace hipcuff::deidentify
