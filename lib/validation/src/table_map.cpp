// --map, and the words for classes.
#include "class_words.h"
#include "fields.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hipcuff::validation {
namespace {

struct ClassWords {
  GradeClass grade;
  std::vector<const char*> words; ///< as a person would write them
};

const std::vector<ClassWords>& classWords() {
  static const std::vector<ClassWords> all{
      {GradeClass::normal,
       {"normal", "intact", "no tear", "healthy", "unremarkable", "unauff\xC3\xA4llig", "unauffaellig", "intakt"}},
      {GradeClass::tendinosis,
       {"tendinosis", "tendinopathy", "tendinitis", "tendinose", "tendinopathie", "tendinotic", "tendinopathic"}},
      {GradeClass::partialThickness,
       {"partial_thickness", "partial", "partial thickness tear", "partial tear", "PT", "PTT", "partialruptur",
        "teilruptur", "partial-thick"}},
      {GradeClass::fullThickness,
       {"full_thickness", "full", "full thickness tear", "full tear", "FT", "FTT", "complete", "complete tear",
        "complete thickness", "komplettruptur"}},
      {GradeClass::notGradable,
       {"not_gradable", "ungradable", "non gradable", "gradable no", "not gradeable", "ungradeable", "nd",
        "non diagnostic", "not diagnostic", "not assessable", "unassessable", "not evaluable", "non evaluable",
        "uninterpretable", "not readable", "unreadable", "nicht beurteilbar"}}};
  return all;
}

std::string classNames() {
  return "normal, tendinosis, partial_thickness, full_thickness or not_gradable";
}

std::optional<int> wholeNumber(std::string_view text) {
  int value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size())
    return std::nullopt;
  return value;
}

void addClass(const std::string& word, const std::string& name, TableMap& map) {
  const auto grade = classFromWord(name);
  if (!grade)
    throw UsageError("'" + name + "' in --map class:" + word + "=" + name + " is no class", "give " + classNames());
  map.classes[classKey(word)] = *grade;
}

void addLabel(const std::string& number, const std::string& name, TableMap& map) {
  const auto value = wholeNumber(number);
  const int label = name == "background" ? 0 : name == "tendon" ? 1 : name == "discontinuity" ? 2 : -1;
  if (!value || *value < 0 || label < 0)
    throw UsageError("--map label:" + number + "=" + name + " is not understood",
                     "give a grey value and tendon, discontinuity or background, e.g. label:128=tendon");
  map.labels[*value] = label;
}

void addSegment(const std::string& segment, const std::string& name, TableMap& map) {
  const int label = name == "background" ? 0 : name == "tendon" ? 1 : name == "discontinuity" ? 2 : -1;
  if (squashed(segment).empty() || label < 0)
    throw UsageError("--map segment:" + segment + "=" + name + " is not understood",
                     "give a segment's label and tendon, discontinuity or background, e.g. segment:GMed=tendon");
  map.segments[squashed(segment)] = label;
}

void addReader(const std::string& name, const std::string& code, TableMap& map) {
  if (squashed(name).empty())
    throw UsageError("--map reader:" + name + "=" + code + " is not understood",
                     "give a reader's name and another one, e.g. 'reader:DOE JANE=R1'");
  map.readers[squashed(name)] = code;
}

void addColumn(const std::string& column, const std::string& target, TableMap& map) {
  if (target == "-") {
    map.columns[normalizedHeader(column)] = {};
    return;
  }
  const std::size_t colon = target.find(':');
  const std::string name = trimmed(std::string_view(target).substr(0, colon));
  const std::string scale = colon == std::string::npos ? "" : trimmed(std::string_view(target).substr(colon + 1));
  auto field = fieldNamed(name);
  if (!field)
    field = fieldOfHeader(name);
  if (!field) {
    const auto near = closest(name, fieldNames());
    std::string names;
    for (const std::string& f : fieldNames())
      names += (names.empty() ? "" : ", ") + f;
    throw UsageError("'" + name + "' in --map " + column + "=" + target + " is no column that is known",
                     near ? "did you mean " + *near + "?" : "give one of " + names + ", or - to pass it over");
  }
  (void)scaleOf(*field, scale);
  map.columns[normalizedHeader(column)] = {nameOf(*field), scale};
}

} // namespace

std::string classKey(std::string_view word) {
  return squashed(word);
}

std::vector<std::string> knownClassWords() {
  std::vector<std::string> out;
  for (const ClassWords& c : classWords())
    out.insert(out.end(), c.words.begin(), c.words.end());
  return out;
}

std::optional<GradeClass> classFromWord(std::string_view word) {
  static const std::map<std::string, GradeClass> known = [] {
    std::map<std::string, GradeClass> out;
    for (const ClassWords& c : classWords())
      for (const char* w : c.words)
        out[classKey(w)] = c.grade;
    return out;
  }();
  const auto found = known.find(classKey(word));
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

std::string unknownClass(const std::string& word) {
  if (wholeNumber(word))
    return "'" + word +
           "' is a number and no class (say what the numbers are, e.g. --map COLUMN=class:0-3 for normal to " +
           "full_thickness, or --map class:" + word + "=CLASS)";
  std::vector<std::string> lower;
  for (const std::string& known : knownClassWords())
    lower.push_back(lowered(known));
  const auto near = closest(lowered(word), lower);
  const auto grade = near ? classFromWord(*near) : std::nullopt;
  return "'" + word + "' is no class that is known" +
         (grade ? std::string(" (did you mean ") + toString(*grade) + "?)"
                : " (" + classNames() + "; or say it with --map 'class:" + word + "=CLASS')");
}

TableMap parseTableMap(const std::vector<std::string>& parts) {
  TableMap map;
  for (const std::string& part : parts) {
    if (trimmed(part).empty())
      continue;
    // A header may hold "=": the last one divides.
    const std::size_t equals = part.rfind('=');
    const std::string left = equals == std::string::npos ? "" : trimmed(std::string_view(part).substr(0, equals));
    const std::string right = equals == std::string::npos ? "" : trimmed(std::string_view(part).substr(equals + 1));
    if (left.empty() || right.empty())
      throw UsageError("--map " + part + " is not understood",
                       "give COLUMN=NAME, COLUMN=-, class:WORD=CLASS, label:NUMBER=tendon, segment:NAME=tendon or "
                       "reader:NAME=CODE");
    if (left.starts_with("class:"))
      addClass(trimmed(std::string_view(left).substr(6)), right, map);
    else if (left.starts_with("label:"))
      addLabel(trimmed(std::string_view(left).substr(6)), right, map);
    else if (left.starts_with("segment:"))
      addSegment(trimmed(std::string_view(left).substr(8)), right, map);
    else if (left.starts_with("reader:"))
      addReader(trimmed(std::string_view(left).substr(7)), right, map);
    else
      addColumn(left, right, map);
  }
  return map;
}

} // namespace hipcuff::validation
