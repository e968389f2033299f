// Character sets that glibc's iconv does not know by the names that DCMTK asks for.
#pragma once

class DcmDataset;

namespace hipcuff::dicom {

/// All texts and Specific Character Set become UTF-8; false, and nothing changed, where that can't be. Beyond what
/// DCMTK converts: Japanese (ISO 2022 IR 87, 159), Korean (149) and Chinese (58) with code extensions (PS3.5 H to K).
[[nodiscard]] bool becomesUtf8(DcmDataset& data);

} // namespace hipcuff::dicom
