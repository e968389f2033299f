// The table that analyze prints: one row for each pane.
#pragma once

#include "cli/table.h"

#include "hipcuff/core/result.h"

namespace hipcuff::cli {

[[nodiscard]] Table resultTable();
void addRow(Table& table, const ImageResult& image);

/// "undersurface 45 %, 6.2 mm long": the one that weighs most (full thickness before depth); "-" where there is none.
[[nodiscard]] std::string worstDiscontinuity(const std::vector<Discontinuity>& discontinuities);

} // namespace hipcuff::cli
