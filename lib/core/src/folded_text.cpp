#include "hipcuff/core/folded_text.h"

namespace hipcuff {
namespace {

bool isSpace(char32_t c) noexcept {
  return c <= 0x20 || c == 0x7F || c == 0xA0 || c == 0x3000 || c == 0x202F || (c >= 0x2000 && c <= 0x200B);
}

} // namespace

std::u32string decodeUtf8(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const int more = first < 0x80 ? 0 : first >= 0xF0 && first < 0xF8 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : -1;
    char32_t c = more <= 0 ? first : more == 1 ? first & 0x1Fu : more == 2 ? first & 0x0Fu : first & 0x07u;
    std::size_t used = 1;
    for (int k = 0; k < more; ++k, ++used) {
      const auto next = i + used < text.size() ? static_cast<unsigned char>(text[i + used]) : 0u;
      if ((next & 0xC0u) != 0x80u) {
        used = 0;
        break;
      }
      c = c << 6 | (next & 0x3Fu);
    }
    if (used == 0 || first >= 0xF8) {
      c = first;
      used = 1;
    }
    out += c;
    i += used;
  }
  return out;
}

std::string encodeUtf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) {
    const auto put = [&](char32_t bits) { out += static_cast<char>(static_cast<unsigned char>(bits)); };
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xC0 | c >> 6);
      put(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      put(0xE0 | c >> 12);
      put(0x80 | (c >> 6 & 0x3F));
      put(0x80 | (c & 0x3F));
    } else {
      put(0xF0 | c >> 18);
      put(0x80 | (c >> 12 & 0x3F));
      put(0x80 | (c >> 6 & 0x3F));
      put(0x80 | (c & 0x3F));
    }
  }
  return out;
}

char32_t foldCharacter(char32_t c) noexcept {
  if (c >= 0xFF01 && c <= 0xFF5E)
    c -= 0xFEE0;
  if (c >= 'A' && c <= 'Z')
    return c + 32;
  if (c < 0xC0)
    return c;
  if (c <= 0xDE && c != 0xD7)
    return c + 32;
  // Latin Extended-A alternates, but for two stretches that begin with the odd one.
  if ((c >= 0x100 && c <= 0x137) || (c >= 0x14A && c <= 0x177))
    return c | 1;
  if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17E))
    return c % 2 != 0 ? c + 1 : c;
  if (c == 0x178)
    return 0xFF;
  if (c >= 0x391 && c <= 0x3A9)
    return c + 32;
  if (c >= 0x410 && c <= 0x42F)
    return c + 32;
  if (c >= 0x400 && c <= 0x40F)
    return c + 80;
  if ((c >= 0x460 && c <= 0x481) || (c >= 0x48A && c <= 0x4BF) || (c >= 0x4D0 && c <= 0x52F))
    return c | 1;
  if (c >= 0x531 && c <= 0x556)
    return c + 48;
  return c;
}

bool isWordCharacter(char32_t c) noexcept {
  if (c < 0x80)
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return c >= 0xC0 && c != 0xD7 && c != 0xF7 && !isSpace(c) && !(c >= 0x2010 && c <= 0x206F) &&
         !(c >= 0x3001 && c <= 0x3003) && c != 0xFFFD;
}

std::string foldText(std::string_view utf8) {
  std::u32string out;
  bool gap = false;
  for (const auto c : decodeUtf8(utf8)) {
    if (isSpace(c)) {
      gap = !out.empty();
      continue;
    }
    if (gap)
      out += U' ';
    gap = false;
    out += foldCharacter(c);
  }
  return encodeUtf8(out);
}

std::vector<std::string> foldedWords(std::string_view utf8) {
  std::vector<std::string> words;
  std::u32string word;
  const auto flush = [&] {
    if (!word.empty())
      words.push_back(encodeUtf8(word));
    word.clear();
  };
  for (const auto c : decodeUtf8(utf8)) {
    if (isWordCharacter(c))
      word += foldCharacter(c);
    else
      flush();
  }
  flush();
  return words;
}

} // namespace hipcuff
