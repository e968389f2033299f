// A simulated picture or cine as what every input becomes, without a file between.
#pragma once

#include "hipcuff/core/cine.h"
#include "hipcuff/phantom/recipe.h"

namespace hipcuff::phantom {

/// What reading the recipe's DICOM file (writeExam) would give, as far as the analysis looks at it: all frames,
/// rendered when they are asked for; one B-mode region with its scale; frame times of a cine; side, view and lateral
/// hip, with the origin "simulator". No UIDs, no names. The path, which is no file, is "simulated-SEED-VIEW".
///
/// The frame rendered last is kept: asking for it again, also of a clone made afterwards, costs a copy. A frame that
/// the recipe does not have throws std::out_of_range.
[[nodiscard]] Cine simulatedCine(const HipRecipe& recipe);

} // namespace hipcuff::phantom
