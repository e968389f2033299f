// Which segment is the tendon: by code, by what a person said, by the words of its label.
#pragma once

#include "hipcuff/dicom/results/codes.h"
#include "hipcuff/dicom/results/segmentation_object.h"
#include "hipcuff/validation/reference.h"

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::validation {

/// 1 tendon, 2 discontinuity, from words that can mean nothing else ("Gluteus medius tendon, left", "Tear 2"); 0: it
/// holds words that are neither ("Supraspinatus tendon", "Bursa"); none: it says nothing ("Segment_1", "").
[[nodiscard]] std::optional<int> labelFromWords(std::string_view words);

/// 1 tendon, 2 discontinuity, 0 something else. What the map says comes first, then HipCuff's own code, the label's
/// words, and where the label says nothing the words and the code (SCT 13024002 "Tendon") of its type.
[[nodiscard]] int labelOf(const dicom::Segment& segment, const TableMap& map);
/// The same of a report's finding or site; none: it is neither, and not said to be something else either (the hip, the
/// trochanter, "Lesion").
[[nodiscard]] std::optional<int> labelOf(const dicom::Code& code, const TableMap& map);

} // namespace hipcuff::validation
