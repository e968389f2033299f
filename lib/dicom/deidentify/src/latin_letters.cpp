#include "latin_letters.h"

#include "hipcuff/core/folded_text.h"

#include <array>

namespace hipcuff::dicom {
namespace {

struct Letter {
  char32_t from;
  std::string_view one, two; ///< `two` empty: as `one`
};

// Folded: what is upper case in Unicode doesn't come here.
constexpr std::array<Letter, 20> special = {{
    {U'ß', "ss", ""}, {U'à', "a", ""},   {U'ä', "a", "ae"}, {U'å', "a", "aa"}, {U'æ', "ae", ""},
    {U'ð', "d", ""},  {U'ö', "o", "oe"}, {U'ø', "o", "oe"}, {U'þ', "th", ""},  {U'ü', "u", "ue"},
    {U'ñ', "n", ""},  {U'ı', "i", ""},   {U'đ', "d", ""},   {U'ħ', "h", ""},   {U'ł', "l", ""},
    {U'œ', "oe", ""}, {U'ŋ', "n", ""},   {U'ĳ', "ij", ""},  {U'ẞ', "ss", ""},  {U'ș', "s", ""},
}};

// U+00E0 to U+00FF and U+0100 to U+017F in their order; '?' where there is no such letter.
constexpr std::string_view latin1 = "aaaaaaaceeeeiiiidnooooo?ouuuuyty";
constexpr std::string_view extendedA = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln"
                                       "nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static_assert(latin1.size() == 32 && extendedA.size() == 128);

std::string_view baseOf(char32_t c, bool twoLetters) {
  for (const auto& letter : special)
    if (letter.from == c)
      return twoLetters && !letter.two.empty() ? letter.two : letter.one;
  if (c >= 0xE0 && c <= 0xFF && c != 0xF7)
    return latin1.substr(c - 0xE0, 1);
  if (c >= 0x100 && c <= 0x17F)
    return extendedA.substr(c - 0x100, 1);
  return {};
}

} // namespace

std::string inLatinLetters(std::string_view folded, bool twoLetters) {
  std::u32string out;
  for (const char32_t c : decodeUtf8(folded)) {
    if (c >= 0x300 && c <= 0x36F) { // an accent behind its letter
      if (c == 0x308 && twoLetters && !out.empty() && (out.back() == U'a' || out.back() == U'o' || out.back() == U'u'))
        out += U'e';
      continue;
    }
    const auto base = c < 0x80 ? std::string_view() : baseOf(c, twoLetters);
    if (base.empty())
      out += c;
    for (const char letter : base)
      out += static_cast<char32_t>(letter);
  }
  return encodeUtf8(out);
}

std::string withoutControls(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c == 0x1B) {
      while (i + 1 < text.size() && text[i + 1] >= 0x20 && text[i + 1] <= 0x2F)
        ++i;
      if (i + 1 < text.size())
        ++i; // the final byte
    } else if ((c >= 0x20 && c != 0x7F) || c == '\t' || c == '\n' || c == '\f' || c == '\r') {
      out += text[i];
    }
  }
  return out;
}

} // namespace hipcuff::dicom
