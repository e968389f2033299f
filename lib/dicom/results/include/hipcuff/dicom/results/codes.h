// Coded concepts (DICOM PS3.3 8.8). A code of a public scheme stands here only where DICOM's own context groups or a
// code list that others use have it; everything else is HipCuff's own scheme and says so in the object.
#pragma once

#include <string>
#include <vector>

namespace hipcuff::dicom {

struct Code {
  std::string value;
  std::string scheme; ///< "SCT", "DCM", "UCUM", "LN" or privateScheme
  std::string meaning;
  /// Meanings are words for people: two codes are the same where value and scheme are.
  friend bool operator==(const Code& a, const Code& b) { return a.value == b.value && a.scheme == b.scheme; }
};

/// Declared in every object that uses it (Coding Scheme Identification Sequence).
inline constexpr const char* privateScheme = "99HIPCUFF";

/// Codes of the private scheme, for docs/conformance.md and for readers: value and meaning, in order of value.
[[nodiscard]] const std::vector<Code>& privateCodes();
/// @throws std::out_of_range where the scheme has no such code
[[nodiscard]] const Code& privateCode(const std::string& value);

} // namespace hipcuff::dicom
