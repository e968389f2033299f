// Whether what was read off a picture is, nearly, what must not be there.
#pragma once

#include "hipcuff/dicom/deidentify/identity_check.h"

#include <string>
#include <string_view>
#include <vector>

namespace hipcuff::deidentify {

/// Letters and digits only, lower case without accents, and those that OCR takes for one another made one (0 o, 1 i l,
/// 5 s, 8 b, 2 z). Code points beyond Latin stay.
[[nodiscard]] std::u32string readingForm(std::string_view utf8);

struct Likeness {
  bool found = false;
  std::size_t begin = 0; ///< in the reading form of the text, one past its end in `end`
  std::size_t end = 0;
};
/// Where `wanted` stands in `text` (both reading forms), with at most `errors` letters added, lost or exchanged.
[[nodiscard]] Likeness findLike(std::u32string_view text, std::u32string_view wanted, int errors);

/// Errors that a word of so many letters may have: none below 5, then one for each 5.
[[nodiscard]] int errorsFor(std::size_t letters) noexcept;

} // namespace hipcuff::deidentify
