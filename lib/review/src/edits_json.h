// Edits as parsed JSON, for what holds them inside of something else.
#pragma once

#include "hipcuff/review/edits.h"

#include <nlohmann/json_fwd.hpp>

namespace hipcuff::review {

/// @throws InputError where it is no edit
[[nodiscard]] EditRecord editFrom(const nlohmann::json& object);

} // namespace hipcuff::review
