#include "hipcuff/core/hip_terms.h"

#include "hip_terms_table.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace hipcuff {
namespace {

using terms::Meaning;
using terms::Rule;
using terms::Term;

struct Word {
  std::string folded;
  std::size_t begin = 0; ///< bytes in the text
  std::size_t end = 0;
  bool capitals = true;
  bool touchesDigit = false;  ///< "L4" is a vertebra, not a left side
  std::uint8_t languages = 0; ///< of the hip word that it is or leans on; 0: none
};

/// One code point; 0 where the bytes are not UTF-8 (one byte is then taken).
char32_t decode(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80)
    return lead;
  const int more = lead >= 0xF0 && lead < 0xF8   ? 3
                   : lead >= 0xE0 && lead < 0xF0 ? 2
                   : lead >= 0xC2 && lead < 0xE0 ? 1
                                                 : 0;
  if (more == 0 || at + static_cast<std::size_t>(more) > text.size())
    return 0;
  char32_t code = lead & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) {
    const auto next = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
    if ((next & 0xC0u) != 0x80u)
      return 0;
    code = (code << 6) | (next & 0x3Fu);
  }
  at += static_cast<std::size_t>(more);
  return code;
}

struct Folded {
  const char* letters; ///< nullptr: not a letter
  bool capital;
};

/// Letters of the seven languages: Latin-1 and the few of Latin Extended-A that they use.
Folded foldLatin(char32_t code) {
  static constexpr const char* latin1[32] = {"a", "a",     "a", "a", "a", "a", "ae", "c", "e",  "e", "e",
                                             "e", "i",     "i", "i", "i", "d", "n",  "o", "o",  "o", "o",
                                             "o", nullptr, "o", "u", "u", "u", "u",  "y", "th", "ss"};
  if (code == 0xFF)
    return {"y", false};
  if (code >= 0xC0 && code <= 0xFE)
    return {latin1[(code - 0xC0) & 31], code < 0xDF};
  if (code == 0x152 || code == 0x153)
    return {"oe", code == 0x152};
  if (code == 0x1E9E)
    return {"ss", true};
  return {nullptr, false};
}

std::vector<Word> wordsOf(std::string_view text) {
  std::vector<Word> words;
  bool open = false;
  bool afterDigit = false;
  const auto add = [&](const char* letters, bool capital, std::size_t begin, std::size_t end) {
    if (!open) {
      words.push_back({{}, begin, end, true, afterDigit, 0});
      open = true;
    }
    words.back().folded += letters;
    words.back().end = end;
    words.back().capitals = words.back().capitals && capital;
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t code = decode(text, at);
    const bool digit = code >= '0' && code <= '9';
    if ((code >= 'a' && code <= 'z') || (code >= 'A' && code <= 'Z')) {
      const bool capital = code <= 'Z';
      const char letter[2] = {static_cast<char>(capital ? code + 32 : code), '\0'};
      add(letter, capital, begin, at);
    } else if (code >= 0x300 && code <= 0x36F) {
      if (open) // a combining accent belongs to the letter before it
        words.back().end = at;
    } else if (const Folded folded = foldLatin(code); folded.letters != nullptr) {
      add(folded.letters, folded.capital, begin, at);
    } else {
      if (digit && open)
        words.back().touchesDigit = true;
      open = false;
    }
    afterDigit = digit;
  }
  return words;
}

bool matches(std::string_view pattern, std::string_view word) {
  if (!pattern.empty() && pattern.back() == '*')
    return word.starts_with(pattern.substr(0, pattern.size() - 1));
  return pattern == word;
}

/// Number of words from `first` on that the term takes; 0 where it doesn't match.
std::size_t lengthOfMatch(const Term& term, std::span<const Word> words, std::size_t first) {
  std::string_view rest = term.words;
  std::size_t count = 0;
  while (!rest.empty()) {
    const std::size_t space = rest.find(' ');
    if (first + count >= words.size() || !matches(rest.substr(0, space), words[first + count].folded))
      return 0;
    ++count;
    rest = space == std::string_view::npos ? std::string_view{} : rest.substr(space + 1);
  }
  return count;
}

void markHipWords(std::vector<Word>& words) {
  for (Word& word : words)
    for (const terms::HipWord& hip : terms::hipWords)
      if (matches(hip.word, word.folded))
        word.languages = static_cast<std::uint8_t>(word.languages | hip.languages);
  // "HIP LAT L": the L leans on the hip through "lat".
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i].languages == 0 && (words[i].folded.starts_with("lateral") || words[i].folded == "lat")) {
      std::uint8_t near = 0;
      if (i > 0)
        near = static_cast<std::uint8_t>(near | words[i - 1].languages);
      if (i + 1 < words.size())
        near = static_cast<std::uint8_t>(near | words[i + 1].languages);
      words[i].languages = near;
    }
  // "Hüfte links längs": the view leans on the hip through the side.
  for (std::size_t i = 1; i + 1 < words.size(); ++i)
    if (words[i].languages == 0 && words[i - 1].languages != 0)
      for (const char* side : {"links", "rechts", "linke", "rechte"})
        if (words[i].folded == side)
          words[i].languages = static_cast<std::uint8_t>(words[i - 1].languages & terms::german);
}

bool besideHip(std::string_view text, std::span<const Word> words, std::size_t first, std::size_t count,
               std::uint8_t languages) {
  if (words[first].touchesDigit)
    return false;
  const auto joined = [&](const Word& a, const Word& b) { // "RE: hip" is a letter's subject, not a side
    return text.substr(a.end, b.begin - a.end).find_first_of(";\n\r") == std::string_view::npos;
  };
  if (first > 0 && (words[first - 1].languages & languages) != 0 && joined(words[first - 1], words[first]))
    return true;
  const std::size_t last = first + count - 1;
  return last + 1 < words.size() && (words[last + 1].languages & languages) != 0 &&
         text.substr(words[last].end, 1) != ":" && joined(words[last], words[last + 1]);
}

bool counts(const Term& term, std::string_view text, std::span<const Word> words, std::size_t first,
            std::size_t count) {
  const bool capitals =
      std::all_of(words.begin() + static_cast<std::ptrdiff_t>(first),
                  words.begin() + static_cast<std::ptrdiff_t>(first + count), [](const Word& w) { return w.capitals; });
  switch (term.rule) {
  case Rule::anywhere:
    return true;
  case Rule::capitals:
    return capitals;
  case Rule::besideHip:
    return besideHip(text, words, first, count, terms::anyLanguage);
  case Rule::capitalBeside:
    return capitals && besideHip(text, words, first, count, terms::anyLanguage);
  case Rule::besideGerman:
    return besideHip(text, words, first, count, terms::german);
  case Rule::besideItalian:
    return besideHip(text, words, first, count, terms::italian);
  case Rule::besideFrench:
    return capitals && besideHip(text, words, first, count, terms::french);
  case Rule::besideSpanish:
    return besideHip(text, words, first, count, terms::spanish);
  case Rule::aloneInText:
    return words.size() == count;
  }
  return false;
}

struct Occurrence {
  Meaning meaning = Meaning::ignored;
  std::string_view text;
};

/// The one meaning that the text has in this category; `ignored` where it has none or contradicts itself.
Occurrence read(std::string_view text, std::span<const Word> words, std::span<const Term> list) {
  Occurrence found;
  for (std::size_t i = 0; i < words.size();) {
    const Term* best = nullptr;
    std::size_t length = 0;
    for (const Term& term : list) {
      const std::size_t count = lengthOfMatch(term, words, i);
      if (count > length && counts(term, text, words, i, count)) {
        best = &term;
        length = count;
      }
    }
    if (best == nullptr) {
      ++i;
      continue;
    }
    if (best->meaning != Meaning::ignored) {
      if (found.meaning == Meaning::ignored)
        found = {best->meaning, text.substr(words[i].begin, words[i + length - 1].end - words[i].begin)};
      else if (found.meaning != best->meaning)
        return {};
    }
    i += length;
  }
  return found.meaning == Meaning::contradiction ? Occurrence{} : found;
}

} // namespace

TermFinding findHipTerms(std::string_view utf8Text) {
  TermFinding out;
  std::vector<Word> words = wordsOf(utf8Text);
  markHipWords(words);
  if (const Occurrence side = read(utf8Text, words, terms::sideTerms); side.meaning != Meaning::ignored) {
    out.side = side.meaning == Meaning::first ? Side::left : Side::right;
    out.sideText = side.text;
  }
  if (const Occurrence view = read(utf8Text, words, terms::viewTerms); view.meaning != Meaning::ignored) {
    out.view = view.meaning == Meaning::first ? View::longAxis : View::shortAxis;
    out.viewText = view.text;
  }
  if (const Occurrence region = read(utf8Text, words, terms::regionTerms); region.meaning != Meaning::ignored) {
    out.bodyRegion = region.meaning == Meaning::first ? BodyRegion::lateralHip : BodyRegion::other;
    out.bodyRegionText = region.text;
  }
  return out;
}

} // namespace hipcuff
