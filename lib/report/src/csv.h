// results.csv: one row per image, RFC 4180. Columns are described in docs/results.md.
#pragma once

#include "json_result.h"

#include "hipcuff/report/csv_text.h"

#include <string>
#include <string_view>

namespace hipcuff::report {

/// Header line with CRLF.
[[nodiscard]] std::string csvHeader();
/// One line with CRLF. @param image as toJson made it
[[nodiscard]] std::string csvRow(const Json& image);

} // namespace hipcuff::report
