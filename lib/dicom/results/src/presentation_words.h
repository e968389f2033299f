// What is said on a picture, in short English; only a person's own words may be other than ASCII.
#pragma once

#include "hipcuff/core/result.h"

#include <cstddef>
#include <string>

namespace hipcuff::dicom {

/// The person's class where a person decided, the program's otherwise.
[[nodiscard]] GradeClass classThatHolds(const ImageResult& image) noexcept;

/// Grade, whose it is, why not gradable, which frame, which plugins.
/// @param noticeOf the version of HipCuff that the notice names; empty: no notice
[[nodiscard]] std::string summaryWords(const ImageResult& image, int frames, const std::string& noticeOf);

/// "12.3 mm", "45 deg", with the person's own words after it; no value without millimetres.
[[nodiscard]] std::string annotationWords(const Annotation& annotation, bool calibrated);

/// At most so many characters, "..." after them where something is left out.
[[nodiscard]] std::string cut(const std::string& utf8, std::size_t most);

} // namespace hipcuff::dicom
