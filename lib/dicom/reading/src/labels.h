// Side, view and part of the body: from coded tags first, then from text.
#pragma once

#include "header.h"

#include "hipcuff/core/cine.h"

namespace hipcuff::dicom {

/// Fills side, view and bodyRegion with their origins; contradictions leave the value unknown and add a problem.
void label(Cine& cine, const Header& header);

} // namespace hipcuff::dicom
