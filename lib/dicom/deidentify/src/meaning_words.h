// Words of published codes' meanings.
#pragma once

#include <string_view>

namespace hipcuff::dicom {

/// Beside isTechnicalTerm(), which holds none of these.
[[nodiscard]] bool isMeaningWord(std::string_view foldedWord);

} // namespace hipcuff::dicom
