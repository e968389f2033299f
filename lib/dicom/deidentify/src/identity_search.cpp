#include "identity_search.h"

#include "hipcuff/core/folded_text.h"
#include "latin_letters.h"
#include "vocabulary.h"

#include <algorithm>

namespace hipcuff::dicom {
namespace {

constexpr std::size_t shortestInBytes = 6;

std::uint8_t lower(std::uint8_t byte) noexcept {
  return byte >= 'A' && byte <= 'Z' ? static_cast<std::uint8_t>(byte + 32) : byte;
}

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    c = static_cast<char>(lower(static_cast<std::uint8_t>(c)));
  return out;
}

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// With neither a word character nor, for UIDs, a dot on either side. Both folded.
bool containsWord(std::string_view text, std::string_view word) {
  const auto inWord = [](char c) {
    return static_cast<unsigned char>(c) >= 0x80 || isWordCharacter(static_cast<unsigned char>(c));
  };
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !inWord(text[at - 1])) && (end == text.size() || !inWord(text[end])))
      return true;
  }
  return false;
}

/// Words beside each other, whatever stands between them.
bool containsWords(std::string_view text, const std::string& words) {
  std::string spaced = " ";
  for (const auto& word : foldedWords(text))
    spaced += word + " ";
  return contains(spaced, " " + words + " ");
}

/// The digits in front of the point without sign and zeros in front; empty where it is no whole number.
std::string wholeNumber(std::string_view text) {
  if (!text.empty() && (text.front() == '+' || text.front() == '-'))
    text.remove_prefix(1);
  if (const auto point = text.find('.'); point != std::string_view::npos) {
    if (text.find_first_not_of('0', point + 1) != std::string_view::npos)
      return {};
    text = text.substr(0, point);
  }
  const auto first = std::min(text.find_first_not_of('0'), text.size());
  text.remove_prefix(first);
  return text.find_first_not_of("0123456789") == std::string_view::npos ? std::string(text) : std::string();
}

/// As one of the values: the same text, or the same number of at least four digits however it is written.
bool isOneOfTheNumbers(std::string_view values, std::string_view mark) {
  const auto number = wholeNumber(mark);
  for (std::size_t at = 0; at <= values.size();) {
    const auto end = std::min(values.find('\\', at), values.size());
    auto value = values.substr(at, end - at);
    at = end + 1;
    while (!value.empty() && value.front() == ' ')
      value.remove_prefix(1);
    while (!value.empty() && value.back() == ' ')
      value.remove_suffix(1);
    if (value == mark || (number.size() >= 4 && wholeNumber(value) == number))
      return true;
  }
  return false;
}

bool inUidCharacters(char c) {
  return (c >= '0' && c <= '9') || c == '.';
}

bool containsUid(std::string_view text, std::string_view uid) {
  for (auto at = text.find(uid); at != std::string_view::npos; at = text.find(uid, at + 1)) {
    const auto end = at + uid.size();
    if ((at == 0 || !inUidCharacters(text[at - 1])) && (end == text.size() || !inUidCharacters(text[end])))
      return true;
  }
  return false;
}

bool found(const IdentityMark& mark, std::string_view text, TextPlace place) {
  const auto length = characters(mark.text);
  switch (mark.kind) {
  case IdentityKind::uid:
    return place == TextPlace::uid ? text == mark.text : length >= 10 && containsUid(text, mark.text);
  case IdentityKind::name:
  case IdentityKind::institution:
  case IdentityKind::address:
    if (place == TextPlace::number || place == TextPlace::uid)
      return false;
    if (place == TextPlace::technical && isTechnicalTerm(mark.text))
      return false;
    if (mark.kind == IdentityKind::name && contains(mark.text, " "))
      return containsWords(text, mark.text);
    return !ascii(mark.text) ? contains(text, mark.text)
           : length >= 5     ? contains(text, mark.text)
                             : containsWord(text, mark.text);
  case IdentityKind::id:
  case IdentityKind::device:
    if (place == TextPlace::number)
      return length >= 4 && isOneOfTheNumbers(text, mark.text);
    if (place == TextPlace::technical && isTechnicalTerm(mark.text))
      return false;
    if (place == TextPlace::uid)
      return length >= 6 && text.substr(0, 5) != "2.25." && contains(text, mark.text);
    return length >= 5 ? contains(text, mark.text) : containsWord(text, mark.text);
  case IdentityKind::birthDate:
  case IdentityKind::date:
    if (place == TextPlace::number)
      return isOneOfTheNumbers(text, mark.text);
    return (place != TextPlace::uid || text.substr(0, 5) != "2.25.") && contains(text, mark.text);
  }
  return false;
}

} // namespace

IdentitySearch::IdentitySearch(const Identity& identity)
    : marks_(identity.marks)
    , firstOf_(65537) {
  for (const auto& mark : marks_) {
    if (isTechnicalTerm(mark.text))
      continue;
    const auto add = [&](std::string bytes) {
      if (bytes.size() >= shortestInBytes)
        patterns_.push_back({std::move(bytes), &mark});
    };
    add(lowered(mark.text));
    if (!mark.raw.empty())
      add(lowered(mark.raw));
    if (ascii(mark.text) && mark.text.size() >= 4) { // as Windows writes texts into private blocks
      std::string wide;
      for (const char c : mark.text) {
        wide += c;
        wide += '\0';
      }
      add(wide);
    }
  }
  std::sort(patterns_.begin(), patterns_.end(), [](const Pattern& a, const Pattern& b) { return a.bytes < b.bytes; });
  patterns_.erase(std::unique(patterns_.begin(), patterns_.end(),
                              [](const Pattern& a, const Pattern& b) { return a.bytes == b.bytes; }),
                  patterns_.end());
  const auto pairOf = [](std::string_view bytes) {
    return static_cast<std::size_t>(static_cast<std::uint8_t>(bytes[0])) << 8 | static_cast<std::uint8_t>(bytes[1]);
  };
  std::size_t at = 0;
  for (std::size_t pair = 0; pair <= 65536; ++pair) {
    while (at < patterns_.size() && pairOf(patterns_[at].bytes) < pair)
      ++at;
    firstOf_[pair] = static_cast<std::uint32_t>(at);
  }
  for (const auto& pattern : patterns_)
    longest_ = std::max(longest_, pattern.bytes.size());
}

const IdentityMark* IdentitySearch::inText(std::string_view utf8, TextPlace place) const {
  std::vector<std::string> readings = {foldText(utf8)};
  const auto also = [&](std::string reading) {
    if (std::find(readings.begin(), readings.end(), reading) == readings.end())
      readings.push_back(std::move(reading));
  };
  if (const auto plain = withoutControls(utf8); plain.size() != utf8.size())
    also(foldText(plain));
  if (!ascii(utf8) && place != TextPlace::number && place != TextPlace::uid)
    for (const auto& reading : std::vector<std::string>(readings)) {
      also(inLatinLetters(reading, true));
      also(inLatinLetters(reading, false));
    }
  for (const auto& text : readings)
    for (const auto& mark : marks_)
      if (!text.empty() && found(mark, text, place))
        return &mark;
  return nullptr;
}

void IdentitySearch::inBytes(std::span<const std::uint8_t> bytes,
                             const std::function<void(std::size_t, const IdentityMark&)>& found) const {
  for (std::size_t at = 0; at + shortestInBytes <= bytes.size(); ++at) {
    const std::size_t pair = static_cast<std::size_t>(lower(bytes[at])) << 8 | lower(bytes[at + 1]);
    for (std::size_t p = firstOf_[pair]; p < firstOf_[pair + 1]; ++p) {
      const auto& pattern = patterns_[p].bytes;
      if (pattern.size() > bytes.size() - at)
        continue;
      std::size_t same = 2;
      while (same < pattern.size() && lower(bytes[at + same]) == static_cast<std::uint8_t>(pattern[same]))
        ++same;
      if (same < pattern.size())
        continue;
      // The digits of a mapped UID are as good as random; a UID's beginning is its maker's.
      const auto* mark = patterns_[p].mark;
      const auto digit = [&](std::size_t i) {
        return i < bytes.size() && inUidCharacters(static_cast<char>(bytes[i]));
      };
      if (mark->kind == IdentityKind::uid && ((at > 0 && digit(at - 1)) || digit(at + pattern.size())))
        continue;
      found(at, *mark);
      break;
    }
  }
}

} // namespace hipcuff::dicom
