// Text that somebody else wrote, made fit for messages, tables and results.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hipcuff {

/// Well-formed UTF-8: no surrogates, no overlong forms (RFC 3629).
[[nodiscard]] bool isUtf8(std::string_view text) noexcept;

/// UTF-8 that stays on one line and reads in the order in which it is stored: no control characters (U+0000 to U+001F,
/// U+007F to U+009F), no line and paragraph separators (U+2028, U+2029), and none of the characters that turn the
/// direction of what follows (U+202A to U+202E, U+2066 to U+2069; Boucher and Anderson 2021, CVE-2021-42574).
[[nodiscard]] bool isOneLine(std::string_view text) noexcept;

/// One line of UTF-8, no longer than `most` bytes, whatever was in it: what isOneLine refuses becomes a space, what is
/// no UTF-8 a question mark. Spaces and full stops at the end are taken off.
[[nodiscard]] std::string tidy(std::string_view text, std::size_t most = 300);

} // namespace hipcuff
