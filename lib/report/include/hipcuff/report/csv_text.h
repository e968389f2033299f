// Texts in CSV files that people open with a spreadsheet.
#pragma once

#include <string>
#include <string_view>

namespace hipcuff::report {

/// A text cell: quoted where RFC 4180 asks for it. A spreadsheet would run a text that begins with = + - @ (or a tab
/// or line break) as a formula: such a text gets an apostrophe in front.
[[nodiscard]] std::string csvText(std::string_view text);

} // namespace hipcuff::report
