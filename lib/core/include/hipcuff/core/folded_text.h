// Texts as they compare: UTF-8 with case, width and spaces made equal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hipcuff {

/// Code points; bytes that are no UTF-8 stand for themselves.
[[nodiscard]] std::u32string decodeUtf8(std::string_view text);
[[nodiscard]] std::string encodeUtf8(std::u32string_view text);

/// One character as it compares: lower case (Latin, Greek, Cyrillic, Armenian), full-width forms as ASCII.
[[nodiscard]] char32_t foldCharacter(char32_t c) noexcept;
/// A letter or digit of any script, as far as it matters for telling words apart: everything beyond ASCII but spaces
/// and punctuation.
[[nodiscard]] bool isWordCharacter(char32_t c) noexcept;

/// Folded, spaces trimmed and made single.
[[nodiscard]] std::string foldText(std::string_view utf8);

/// The folded words.
[[nodiscard]] std::vector<std::string> foldedWords(std::string_view utf8);

} // namespace hipcuff
