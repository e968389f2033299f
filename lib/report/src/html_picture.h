// The raw picture with its overlays as SVG.
#pragma once

#include "hipcuff/core/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::report {

/// Check boxes that switch each layer, then the SVG they act on. Works without scripts.
/// @param angleLimitDeg beyond it darkness is no evidence; such stretches are drawn as not assessable
[[nodiscard]] std::string pictureFigure(const ImageResult& image, const std::string& id, std::string_view png,
                                        std::optional<double> angleLimitDeg);

} // namespace hipcuff::report
