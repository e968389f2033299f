// Whether a presentation can be written as it is.
#pragma once

#include "hipcuff/dicom/results/presentation.h"

namespace hipcuff::dicom {

/// @throws std::invalid_argument with what is wrong
void check(const Presentation& presentation, const SourceImage& source);

} // namespace hipcuff::dicom
