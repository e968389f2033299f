// The thickness profile as an SVG chart.
#pragma once

#include "hipcuff/core/result.h"

#include <string>

namespace hipcuff::report {

/// Empty text where there is no profile in millimetres.
[[nodiscard]] std::string thicknessChart(const ImageResult& image);

} // namespace hipcuff::report
