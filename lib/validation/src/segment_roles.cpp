#include "segment_roles.h"

#include "fields.h"

#include <algorithm>
#include <array>

namespace hipcuff::validation {
namespace {

constexpr std::array tendonWords{std::string_view("tendon"), std::string_view("tendons"),     std::string_view("tendo"),
                                 std::string_view("sehne"),  std::string_view("mediussehne"), std::string_view("gmt")};
constexpr std::array tearWords{std::string_view("tear"),          std::string_view("tears"),
                               std::string_view("discontinuity"), std::string_view("discontinuities"),
                               std::string_view("defect"),        std::string_view("rupture"),
                               std::string_view("riss"),          std::string_view("ruptur"),
                               std::string_view("teilruptur"),    std::string_view("partialruptur"),
                               std::string_view("komplettruptur")};
/// Words that may stand beside them without making something else of it.
constexpr std::array otherWords{std::string_view("gluteus"),
                                std::string_view("glutaeus"),
                                std::string_view("gluteal"),
                                std::string_view("medius"),
                                std::string_view("gmed"),
                                std::string_view("left"),
                                std::string_view("right"),
                                std::string_view("links"),
                                std::string_view("rechts"),
                                std::string_view("l"),
                                std::string_view("r"),
                                std::string_view("of"),
                                std::string_view("the"),
                                std::string_view("in"),
                                std::string_view("at"),
                                std::string_view("der"),
                                std::string_view("des"),
                                std::string_view("intact"),
                                std::string_view("whole"),
                                std::string_view("entire"),
                                std::string_view("normal"),
                                std::string_view("partial"),
                                std::string_view("full"),
                                std::string_view("thickness"),
                                std::string_view("complete"),
                                std::string_view("focal"),
                                std::string_view("undersurface"),
                                std::string_view("bursal"),
                                std::string_view("sided"),
                                std::string_view("side"),
                                std::string_view("articular"),
                                std::string_view("intrasubstance"),
                                std::string_view("structure"),
                                std::string_view("body"),
                                std::string_view("segment"),
                                std::string_view("mask"),
                                std::string_view("label"),
                                std::string_view("outline"),
                                std::string_view("region"),
                                std::string_view("roi"),
                                std::string_view("pane"),
                                std::string_view("insertion")};
/// Of these a label with no other word says nothing of what it is.
constexpr std::array emptyWords{std::string_view("segment"), std::string_view("mask"),   std::string_view("label"),
                                std::string_view("outline"), std::string_view("region"), std::string_view("roi"),
                                std::string_view("left"),    std::string_view("right"),  std::string_view("l"),
                                std::string_view("r"),       std::string_view("links"),  std::string_view("rechts")};

template <std::size_t n>
bool isOneOf(std::string_view word, const std::array<std::string_view, n>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Letters of any alphabet; everything else divides.
std::vector<std::string> wordsOf(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : lowered(text)) {
    if ((c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80) {
      word += c;
    } else if (!word.empty()) {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty())
    out.push_back(std::move(word));
  return out;
}

bool isTendon(const dicom::Code& code) {
  return code.scheme == "SCT" && code.value == "13024002";
}

std::optional<int> ownLabel(const dicom::Code& code) {
  if (code.scheme != dicom::privateScheme)
    return {};
  return code.value == "A001" ? 1 : code.value == "A002" ? 2 : 0;
}

std::optional<int> saidLabel(const std::string& name, const TableMap& map) {
  const auto found = map.segments.find(squashed(name));
  return found == map.segments.end() ? std::nullopt : std::optional(found->second);
}

} // namespace

std::optional<int> labelFromWords(std::string_view text) {
  const std::vector<std::string> words = wordsOf(text);
  if (std::all_of(words.begin(), words.end(), [](const std::string& w) { return isOneOf(w, emptyWords); }))
    return {};
  bool tendon = false;
  bool tear = false;
  for (const std::string& word : words) {
    tendon = tendon || isOneOf(word, tendonWords);
    tear = tear || isOneOf(word, tearWords);
    if (!isOneOf(word, tendonWords) && !isOneOf(word, tearWords) && !isOneOf(word, otherWords))
      return 0;
  }
  return tear ? 2 : tendon ? 1 : 0;
}

int labelOf(const dicom::Segment& segment, const TableMap& map) {
  if (const auto said = saidLabel(segment.label, map))
    return *said;
  if (const auto own = ownLabel(segment.type))
    return *own;
  if (const auto words = labelFromWords(segment.label))
    return *words;
  if (const auto said = saidLabel(segment.type.meaning, map))
    return *said;
  if (isTendon(segment.type))
    return 1;
  return labelFromWords(segment.type.meaning).value_or(0);
}

std::optional<int> labelOf(const dicom::Code& code, const TableMap& map) {
  if (const auto said = saidLabel(code.meaning, map))
    return said;
  if (const auto own = ownLabel(code); own.value_or(0) > 0)
    return own;
  if (isTendon(code))
    return 1;
  const auto words = labelFromWords(code.meaning);
  return words.value_or(0) > 0 ? words : std::nullopt;
}

} // namespace hipcuff::validation
