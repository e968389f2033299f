// Names and texts in UTF-8: shared with the other parts of this wing.
#pragma once

#include "hipcuff/dicom/guard/to_utf8.h" // IWYU pragma: export
