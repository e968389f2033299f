// What stands over all exams of a batch, for programs and spreadsheets.
#pragma once

#include "hipcuff/batch/catalogue.h"

#include <filesystem>

namespace hipcuff::batch {

/// Writes into `out`, each file whole, exams in the order of their keys:
///   index.json    schema hipcuff.batch/1: every exam with its folder, state and hips; one exam a line
///   results.csv   the rows of all exams' results.csv, with the path of the mask from here
///   hips.csv      one row a hip
///   problems.csv  inputs that failed or were skipped, with the reason
/// Streams: memory does not grow with the number of exams. Paths in the folders of exams are relative to `out`.
/// @throws OutputError
void writeIndex(Catalogue& catalogue, const std::filesystem::path& out);

} // namespace hipcuff::batch
