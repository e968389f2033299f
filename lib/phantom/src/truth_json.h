// Truth as JSON (schema name "hipcuff.truth/1").
#pragma once

#include "hipcuff/phantom/phantom.h"

#include <string>
#include <vector>

namespace hipcuff::phantom {

/// @param masks the label picture's file name for each frame; empty: there is none
[[nodiscard]] std::string truthJson(const HipRecipe& recipe, const std::vector<Truth>& frames,
                                    const std::vector<std::string>& masks);

} // namespace hipcuff::phantom
