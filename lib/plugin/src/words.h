// Text that a plugin or its author wrote, made fit for messages and results.
#pragma once

#include "hipcuff/core/one_line.h"

#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::plugin {

/// "a, b and c"
[[nodiscard]] std::string listed(const std::vector<std::string>& words);
/// Lower case letters, digits and _, beginning with a letter, at most 64.
[[nodiscard]] bool isName(std::string_view text) noexcept;
/// As in a message: 3, 0.25, 1e+30.
[[nodiscard]] std::string number(double value);

/// What the exception in flight says; to be called inside of a catch block.
[[nodiscard]] std::string whatWasThrown();

} // namespace hipcuff::plugin
