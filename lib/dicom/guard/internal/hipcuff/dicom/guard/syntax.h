// Transfer syntaxes and SOP classes by name.
#pragma once

#include "hipcuff/dicom/guard/structure.h"

#include <optional>
#include <string>

namespace hipcuff::dicom {

enum class Codec { native, rle, jpeg, jpegLs, jpeg2000, video, unsupported };

/// "JPEG Baseline"; the UID itself where it is not known.
[[nodiscard]] std::string syntaxName(const std::string& uid);
[[nodiscard]] Codec codecOf(const std::string& syntaxUid);
[[nodiscard]] bool isDeflated(const std::string& syntaxUid);
/// How a data set in this syntax is encoded. No value: unknown or missing UID (sniffed then).
[[nodiscard]] std::optional<Encoding> encodingOf(const std::string& syntaxUid);
/// The uncompressed syntax with this encoding.
[[nodiscard]] std::string uidOf(Encoding encoding);

/// "Ultrasound Multi-frame Image Storage"; the UID itself where it is not known.
[[nodiscard]] std::string className(const std::string& uid);
[[nodiscard]] bool isUltrasoundImage(const std::string& classUid);
[[nodiscard]] bool isSecondaryCapture(const std::string& classUid);
[[nodiscard]] bool isDirectory(const std::string& classUid);

} // namespace hipcuff::dicom
