// Figures as JSON (hipcuff.figures/1): one file holds the charts of a report, for hipcuff-render charts.
#pragma once

#include "hipcuff/core/error.h"
#include "hipcuff/core/figure.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace hipcuff::report {

/// What core/figure.h promises and this figure breaks, in words; empty where it keeps all of it.
[[nodiscard]] std::string problemOf(const Figure& figure);

/// {"schema": "hipcuff.figures/1", "figures": [...]}. @throws std::invalid_argument where a number is not finite or
/// lists that belong together differ in length, and for all else that problemOf() finds or an id that comes twice
[[nodiscard]] std::string figuresToJson(const std::vector<Figure>& figures);

/// @throws InputError in one line: not JSON, another schema, an unknown word or field, a list of the wrong length, an
/// id that is no plain file name or comes twice
[[nodiscard]] std::vector<Figure> readFigures(const std::filesystem::path& file);

/// The same, but a figure that is wrong in itself is handed to `bad` and left out. @throws InputError where the file as
/// a whole can't be read
[[nodiscard]] std::vector<Figure> readFigures(const std::filesystem::path& file,
                                              const std::function<void(const InputError&)>& bad);

} // namespace hipcuff::report
