// The folder that a researcher gets: report, tables, figures, cases; put in place as a whole.
#pragma once

#include "hipcuff/validation/document.h"

#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace hipcuff::validation {

/// That a report can be written there: the folder is missing, empty, or holds an earlier report and nothing else.
/// @throws OutputError naming what else it holds
void requireReportFolder(const std::filesystem::path& folder);

/// Draws all figures of a file (hipcuff.figures/1) as ID.png and ID.svg into a folder; may fail in silence.
using FigureDrawer = std::function<void(const std::filesystem::path& figuresJson, const std::filesystem::path& folder)>;

/// Writes report.html, report.json, tables/ID.csv and .tex, figures.json, figures/ and `files` (name and content). What
/// was there before is replaced whole; nothing is left half-written. @throws OutputError
void writeReportFolder(const std::filesystem::path& folder, const Document& document,
                       const std::vector<std::pair<std::string, std::string>>& files, const FigureDrawer& draw);

} // namespace hipcuff::validation
