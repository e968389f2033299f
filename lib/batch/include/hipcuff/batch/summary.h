// What a batch did and found, in numbers.
#pragma once

#include "hipcuff/batch/catalogue.h"

#include <filesystem>

namespace hipcuff::batch {

/// Writes into outDir
///   summary.json   schema hipcuff.summary/1: counts, throughput, reasons, histograms, slowest inputs, runs
///   summary.html   the same for people, with charts; self-contained
///   figures.json   the charts for `hipcuff-render charts` (report/figure_json.h)
/// All numbers are those of the catalogue. What can't be computed is null, and said so in the page.
/// @throws OutputError where the folder can't be written; InputError where the catalogue can't be read
void writeSummary(Catalogue& catalogue, const std::filesystem::path& outDir);

} // namespace hipcuff::batch
