// Other ways to write the same text, in which a name is still one.
#pragma once

#include <string>
#include <string_view>

namespace hipcuff::dicom {

/// Latin letters of a folded text without their marks, as devices write them that know ASCII only; other scripts stay.
/// @param twoLetters "mueller" and "soerensen", as in machine-readable passports (ICAO Doc 9303 part 3, section 6), and
///   not "muller" and "sorensen"
[[nodiscard]] std::string inLatinLetters(std::string_view folded, bool twoLetters);

/// Without ISO 2022 escape sequences and control characters; line ends and tabs stay.
[[nodiscard]] std::string withoutControls(std::string_view text);

} // namespace hipcuff::dicom
