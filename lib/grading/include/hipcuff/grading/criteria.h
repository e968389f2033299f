// Reads criteria files, and holds the one that the program was built with.
//
// A criteria file is JSON:
//   { "name": "hipcuff", "version": "1.0",
//     "items": { "fibre_angle_max": { "value": 7, "unit": "degrees", "source": "Crass 1988, ..." }, ... } }
// Keys of `items` are the names that stages ask for; docs/methods.md lists all of them.
#pragma once

#include "hipcuff/core/criteria.h"

#include <filesystem>
#include <string_view>

namespace hipcuff {

/// Reads a whole criteria file.
/// @throws ConfigError where the file can't be read, is not JSON, lacks a field, holds a value that is not a finite
///         number, or lacks a criterion that builtinCriteria() has
[[nodiscard]] Criteria loadCriteria(const std::filesystem::path& path);

/// The same from text. `path` only names the origin in errors.
[[nodiscard]] Criteria parseCriteria(std::string_view json, const std::filesystem::path& path = {});

/// lib/grading/criteria/hipcuff.json as it was at build time.
[[nodiscard]] const Criteria& builtinCriteria();

/// The text of that file, to write out as a starting point for one's own.
[[nodiscard]] std::string_view builtinCriteriaJson() noexcept;

} // namespace hipcuff
