// Identifiers of queries: keys as data sets, and back.
#pragma once

#include "dcmtk_state.h"

#include "hipcuff/dicom/network/client.h"

namespace hipcuff::dicom {

/// @throws UsageError for a key that DCMTK doesn't know or a value that isn't UTF-8
[[nodiscard]] std::unique_ptr<DcmDataset> identifier(Level level, const Keys& keys);
/// The wanted ones of an answer, in UTF-8. The answer is changed.
[[nodiscard]] Keys answerOf(DcmDataset& answer, const Keys& wanted);
[[nodiscard]] const char* findClass(Level level) noexcept;

} // namespace hipcuff::dicom
