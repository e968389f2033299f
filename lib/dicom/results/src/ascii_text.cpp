#include "ascii_text.h"

#include "head.h"
#include "hipcuff/core/folded_text.h"

#include <algorithm>
#include <array>

namespace hipcuff::dicom {
namespace {

/// U+00C0 to U+017F.
constexpr std::array<const char*, 192> latin{
    "A",  "A", "A",  "A", "Ae", "A", "AE", "C",  "E",  "E", "E",  "E",  "I", "I", "I",  "I",  "D",  "N", "O",  "O",
    "O",  "O", "Oe", "x", "O",  "U", "U",  "U",  "Ue", "Y", "Th", "ss", "a", "a", "a",  "a",  "ae", "a", "ae", "c",
    "e",  "e", "e",  "e", "i",  "i", "i",  "i",  "d",  "n", "o",  "o",  "o", "o", "oe", "/",  "o",  "u", "u",  "u",
    "ue", "y", "th", "y", "A",  "a", "A",  "a",  "A",  "a", "C",  "c",  "C", "c", "C",  "c",  "C",  "c", "D",  "d",
    "D",  "d", "E",  "e", "E",  "e", "E",  "e",  "E",  "e", "E",  "e",  "G", "g", "G",  "g",  "G",  "g", "G",  "g",
    "H",  "h", "H",  "h", "I",  "i", "I",  "i",  "I",  "i", "I",  "i",  "I", "i", "IJ", "ij", "J",  "j", "K",  "k",
    "q",  "L", "l",  "L", "l",  "L", "l",  "L",  "l",  "L", "l",  "N",  "n", "N", "n",  "N",  "n",  "n", "N",  "n",
    "O",  "o", "O",  "o", "O",  "o", "OE", "oe", "R",  "r", "R",  "r",  "R", "r", "S",  "s",  "S",  "s", "S",  "s",
    "S",  "s", "T",  "t", "T",  "t", "T",  "t",  "U",  "u", "U",  "u",  "U", "u", "U",  "u",  "U",  "u", "U",  "u",
    "W",  "w", "Y",  "y", "Y",  "Z", "z",  "Z",  "z",  "Z", "z",  "s"};

const char* sign(char32_t c) noexcept {
  switch (c) {
  case 0xA0:
  case 0x202F:
  case 0x2009:
    return " ";
  case 0xB0:
    return " deg";
  case 0xB1:
    return "+-";
  case 0xB2:
    return "2";
  case 0xB3:
    return "3";
  case 0xB5:
  case 0x3BC:
    return "u";
  case 0xAB:
  case 0xBB:
  case 0x201C:
  case 0x201D:
  case 0x201E:
    return "\"";
  case 0x2018:
  case 0x2019:
  case 0x201A:
    return "'";
  case 0x2010:
  case 0x2011:
  case 0x2012:
  case 0x2013:
  case 0x2014:
  case 0x2212:
    return "-";
  case 0x2026:
    return "...";
  case 0x2264:
    return "<=";
  case 0x2265:
    return ">=";
  default:
    return nullptr;
  }
}

} // namespace

std::optional<std::string> inAscii(std::string_view utf8) {
  std::string out;
  for (const char32_t c : decodeUtf8(utf8)) {
    if (c < 0x80)
      out += static_cast<char>(c);
    else if (c >= 0xC0 && c < 0xC0 + latin.size())
      out += latin[c - 0xC0];
    else if (const char* plain = sign(c))
      out += plain;
    else if (!(c >= 0x300 && c < 0x370)) // a mark by itself, over the letter before
      return std::nullopt;
  }
  return out;
}

void fit(std::string& text, const SourceImage& source) {
  if (source.undeclaredText && !isAscii(text))
    if (auto plain = inAscii(text))
      text = std::move(*plain);
}

} // namespace hipcuff::dicom
