// results.csv: one row per image, RFC 4180. Columns are described in docs/results.md.
#pragma once

#include "json_result.h"

#include <string>
#include <string_view>

namespace hipcuff::report {

/// Header line with CRLF.
[[nodiscard]] std::string csvHeader();
/// One line with CRLF. @param image as toJson made it
[[nodiscard]] std::string csvRow(const Json& image);

/// A text cell: quoted where RFC 4180 asks for it. A spreadsheet would run a text that begins with = + - @ (or a tab
/// or line break) as a formula: such a text gets an apostrophe in front.
[[nodiscard]] std::string csvText(std::string_view text);

} // namespace hipcuff::report
