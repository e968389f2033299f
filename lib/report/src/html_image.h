// One image in report.html.
#pragma once

#include "hipcuff/core/criteria.h"
#include "hipcuff/core/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::report {

/// A <details> element: picture with overlays, grade, thickness chart, discontinuities, reasons.
/// @param png the pane's raw picture; may be empty
[[nodiscard]] std::string imageSection(const ImageResult& image, const std::string& id, std::string_view png,
                                       const Criteria& criteria);

/// The grade as a badge: word, symbol and colour, so that it reads in grey too.
[[nodiscard]] std::string badge(GradeClass grade, const std::string& subtype);

} // namespace hipcuff::report
