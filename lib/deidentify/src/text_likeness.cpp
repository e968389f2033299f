#include "text_likeness.h"

#include <algorithm>
#include <array>

namespace hipcuff::deidentify {
namespace {

char32_t nextOf(std::string_view utf8, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(utf8[i])); };
  const char32_t first = byte(at++);
  const int more = first < 0xC0 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  if (more == 0 || at + static_cast<std::size_t>(more) > utf8.size())
    return first;
  char32_t out = first & (0x3FU >> more);
  for (int i = 0; i < more; ++i)
    out = out << 6 | (byte(at++) & 0x3FU);
  return out;
}

/// Latin-1 and Latin Extended-A without accents; 0 where the character is none of these.
char32_t withoutAccent(char32_t c) {
  static constexpr std::string_view latin1 =
      "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo/ouuuuyty"; // 0xC0 on
  static constexpr std::string_view extended =
      "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllllllln" // 0x100 on
      "nnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
  if (c >= 0xC0 && c - 0xC0 < latin1.size())
    return static_cast<unsigned char>(latin1[c - 0xC0]);
  if (c >= 0x100 && c - 0x100 < extended.size())
    return static_cast<unsigned char>(extended[c - 0x100]);
  return 0;
}

} // namespace

std::u32string readingForm(std::string_view utf8) {
  std::u32string out;
  for (std::size_t at = 0; at < utf8.size();) {
    char32_t c = nextOf(utf8, at);
    if (const char32_t plain = withoutAccent(c); plain != 0)
      c = plain;
    if (c >= 0xFF01 && c <= 0xFF5E) // full width
      c -= 0xFEE0;
    if (c >= 'A' && c <= 'Z')
      c += 32;
    if (c >= 0x410 && c <= 0x42F) // Cyrillic capitals
      c += 32;
    switch (c) {
    case '0':
      c = 'o';
      break;
    case '1':
    case 'l':
    case '|':
    case '!':
      c = 'i';
      break;
    case '5':
      c = 's';
      break;
    case '8':
      c = 'b';
      break;
    case '2':
      c = 'z';
      break;
    default:
      break;
    }
    const bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c > 0xBF && (c < 0x2000 || c > 0x303F));
    if (word)
      out.push_back(c);
  }
  return out;
}

int errorsFor(std::size_t letters) noexcept {
  return static_cast<int>(std::min<std::size_t>(letters / 5, 3));
}

// Approximate matching of a pattern anywhere in a text: P. Sellers, J Algorithms 1 (1980) 359, with where it began.
Likeness findLike(std::u32string_view text, std::u32string_view wanted, int errors) {
  if (wanted.empty())
    return {};
  struct Cell {
    int cost;
    std::size_t begin;
  };
  std::vector<Cell> column(wanted.size() + 1);
  for (std::size_t i = 0; i <= wanted.size(); ++i)
    column[i] = {static_cast<int>(i), 0};
  Likeness best;
  int least = errors + 1;
  for (std::size_t j = 0; j < text.size(); ++j) {
    Cell diagonal = column[0];
    column[0] = {0, j + 1};
    for (std::size_t i = 1; i <= wanted.size(); ++i) {
      const Cell old = column[i];
      Cell next{diagonal.cost + (text[j] == wanted[i - 1] ? 0 : 1), i == 1 ? j : diagonal.begin};
      if (old.cost + 1 < next.cost)
        next = {old.cost + 1, old.begin};
      if (column[i - 1].cost + 1 < next.cost)
        next = {column[i - 1].cost + 1, column[i - 1].begin};
      diagonal = old;
      column[i] = next;
    }
    if (column.back().cost < least) {
      least = column.back().cost;
      best = {true, column.back().begin, j + 1};
    }
  }
  return best;
}

} // namespace hipcuff::deidentify
