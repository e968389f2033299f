// Truth as JSON (schema name "hipcuff.truth/1") and label masks as PNG.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include <string>
#include <vector>

namespace hipcuff::phantom {

/// @param masks the label picture's file name for each frame
[[nodiscard]] std::string truthJson(const HipRecipe& recipe, const std::vector<Truth>& frames,
                                    const std::vector<std::string>& masks);
/// 8-bit grey PNG with the labels as they are. @throws std::runtime_error
[[nodiscard]] std::string labelPng(const Mask& labels);

} // namespace hipcuff::phantom
