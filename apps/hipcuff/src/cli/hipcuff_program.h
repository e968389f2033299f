// What is said of hipcuff as a whole, in its help, its reference and its manual.
#pragma once

#include "cli/reference.h"

#include <vector>

namespace hipcuff::cli {

extern const char* const purpose;

[[nodiscard]] Program hipcuffProgram(std::vector<Command> commands);

} // namespace hipcuff::cli
