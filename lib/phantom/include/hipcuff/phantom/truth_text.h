// The truth of a recipe as JSON, for callers that keep pictures in memory and write no folder.
#pragma once

#include "hipcuff/phantom/phantom.h"

#include <string>

namespace hipcuff::phantom {

/// All frames, schema hipcuff.truth/1, as writeExam() writes it; but there are no files beside it: frames[].mask is
/// null.
[[nodiscard]] std::string truthText(const HipSimulator& simulator);

} // namespace hipcuff::phantom
