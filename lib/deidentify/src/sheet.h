// The contact sheet: pictures before and after with what was masked, for the person who answers for the hand-over.
#pragma once

#include "entry.h"

#include "hipcuff/deidentify/cohort.h"

#include <filesystem>
#include <vector>

namespace hipcuff::deidentify {

/// Where a small picture of an input lies, relative to the quarantine folder.
/// @param which "before.jpg", "after.jpg" or "marks.svg"
[[nodiscard]] std::filesystem::path pictureOf(const Entry& entry, const char* which);

/// The outlines of masks and doubts, to lie over the picture before.
[[nodiscard]] std::string marksOf(const Entry& entry);

/// One page for any number of files: it draws some dozens at a time and loads their pictures as they come into view.
/// Private: pictures before hold identity. @throws OutputError
void writeSheet(const std::filesystem::path& file, const CohortOptions& options, const std::vector<const Entry*>& out,
                const std::vector<const Entry*>& quarantined);

} // namespace hipcuff::deidentify
