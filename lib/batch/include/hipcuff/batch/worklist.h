// What a reader opens in the morning: all exams of a batch in one page, the most severe first.
#pragma once

#include "hipcuff/batch/catalogue.h"

#include <filesystem>

namespace hipcuff::batch {

/// Writes outDir/worklist.html. The page holds the most severe hips itself; what more there are, it loads in pieces
/// from outDir/worklist/*.js while it is looked at, and pictures and reports from outDir/studies/ (see examFolder()).
/// It loads nothing else, and works from a file as well as from a web server.
///
/// Rows stream from the catalogue: memory does not grow with the number of exams. Pieces are named after their content
/// and stand before the page that names them does, so that a page is never torn; those of an earlier page are removed
/// in the end. The same catalogue gives the same bytes.
/// @throws OutputError where the folder can't be written; InputError where the catalogue can't be read
void writeWorklist(Catalogue& catalogue, const std::filesystem::path& outDir);

} // namespace hipcuff::batch
