// Names by which cases are found again.
#pragma once

#include "hipcuff/core/cine.h"

#include <optional>
#include <string>

namespace hipcuff::validation {

/// "1.2.3/L"; "?" where the side is unknown.
[[nodiscard]] inline std::string hipKey(const std::string& exam, const std::optional<Side>& side) {
  return exam + "/" + (side ? toString(*side) : "?");
}

} // namespace hipcuff::validation
