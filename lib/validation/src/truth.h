// HipCuff truth (hipcuff.truth/1): what the simulator knows of a picture.
#pragma once

#include "hipcuff/validation/reference.h"

#include <filesystem>

namespace hipcuff::validation {

inline constexpr std::string_view truthEnding = ".truth.json";

/// @throws InputError in one line
[[nodiscard]] ReferenceEntry readTruth(const std::filesystem::path& file);

} // namespace hipcuff::validation
