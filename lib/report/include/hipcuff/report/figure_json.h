// Figures as JSON (hipcuff.figures/1): one file holds the charts of a report, for hipcuff-render charts.
#pragma once

#include "hipcuff/core/figure.h"

#include <filesystem>
#include <string>
#include <vector>

namespace hipcuff::report {

/// {"schema": "hipcuff.figures/1", "figures": [...]}. @throws std::invalid_argument where a number is not finite or
/// lists that belong together differ in length
[[nodiscard]] std::string figuresToJson(const std::vector<Figure>& figures);

/// @throws InputError in one line: not JSON, another schema, an unknown word, a list of the wrong length, an id that is
/// no plain file name
[[nodiscard]] std::vector<Figure> readFigures(const std::filesystem::path& file);

} // namespace hipcuff::report
