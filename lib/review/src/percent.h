// Any bytes as plain ASCII and back: what may not stand as it is becomes %XX.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::review {

/// Letters, digits, - and _ stay: fit for one part of a file name on every system.
[[nodiscard]] std::string asFileName(std::string_view bytes);
/// Printable ASCII but % stays: fit for JSON, whatever bytes a path holds.
[[nodiscard]] std::string asAscii(std::string_view bytes);
/// None where it is not what the two above write.
[[nodiscard]] std::optional<std::string> percentDecoded(std::string_view text);

} // namespace hipcuff::review
