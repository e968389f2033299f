// Words of people in ASCII, for objects that can hold nothing else.
#pragma once

#include "hipcuff/dicom/results/source_image.h"

#include <optional>
#include <string>
#include <string_view>

namespace hipcuff::dicom {

/// Latin letters without their marks ("Jürgen" becomes "Juergen", "Łukasz" becomes "Lukasz"), typographic signs as
/// plain ones; none where there is any other letter.
[[nodiscard]] std::optional<std::string> inAscii(std::string_view utf8);

/// The text as it can stand beside what the image says of patient and study. Where that is not ASCII and in no declared
/// character set, no other text but ASCII can; a text that can't become ASCII stays, and fillHead() refuses it.
void fit(std::string& text, const SourceImage& source);

} // namespace hipcuff::dicom
