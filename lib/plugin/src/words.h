// Text that a plugin or its author wrote, made fit for messages and results.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::plugin {

[[nodiscard]] bool isUtf8(std::string_view text) noexcept;
/// Valid UTF-8 without control characters.
[[nodiscard]] bool isOneLine(std::string_view text) noexcept;
/// One line of UTF-8, no longer than `most` bytes, whatever was in it.
[[nodiscard]] std::string tidy(std::string_view text, std::size_t most = 300);
/// "a, b and c"
[[nodiscard]] std::string listed(const std::vector<std::string>& words);
/// Lower case letters, digits and _, beginning with a letter, at most 64.
[[nodiscard]] bool isName(std::string_view text) noexcept;
/// As in a message: 3, 0.25, 1e+30.
[[nodiscard]] std::string number(double value);

/// What the exception in flight says; to be called inside of a catch block.
[[nodiscard]] std::string whatWasThrown();

} // namespace hipcuff::plugin
