#include "fields.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/suggest.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace hipcuff::validation {
namespace {

struct FieldWords {
  Field field;
  const char* name;
  /// Squashed; the name itself is always one.
  std::vector<std::string_view> synonyms;
};

const std::vector<FieldWords>& fields() {
  static const std::vector<FieldWords> all{
      {Field::sopInstanceUid,
       "sop_instance_uid",
       {"sopuid", "uid", "instanceuid", "imageuid", "sopinstance", "00080018", "dicomuid"}},
      {Field::file,
       "file",
       {"path", "filename", "filepath", "image", "imagefile", "imagename", "imagepath", "picture", "dicomfile", "bild",
        "datei", "dateiname", "bilddatei", "fichier", "archivo"}},
      {Field::imageId, "image_id", {"id", "imageid"}},
      {Field::pane, "pane", {}},
      {Field::exam,
       "study_instance_uid",
       {"studyuid", "study", "exam", "examuid", "examid", "examination", "untersuchung", "studie", "0020000d"}},
      {Field::side, "side", {"laterality", "seite", "hipside", "imagelaterality", "hip", "lado", "cote", "lato"}},
      {Field::patient,
       "patient",
       {"patientid", "subject", "subjectid", "participant", "participantid", "recordid", "proband", "patientcode",
        "pid", "patientnumber", "subjectcode"}},
      {Field::verified, "verified", {"verification", "verifiziert", "referenceapplied", "standardapplied"}},
      {Field::reader,
       "reader",
       {"rater", "observer", "readerid", "readername", "raterid", "observerid", "radiologist", "annotator", "examiner",
        "befunder", "untersucher", "assessor"}},
      {Field::reading,
       "reading",
       {"session", "round", "readingnumber", "readingno", "sessionnumber", "durchgang", "repetition", "readnumber"}},
      {Field::grade,
       "class",
       {"grade", "diagnosis", "teargrade", "tearclass", "category", "classification", "klasse", "befund", "diagnose",
        "truth", "groundtruth", "referencestandard", "consensus"}},
      {Field::subtype, "subtype", {"teartype", "tearlocation", "tearsubtype"}},
      {Field::depthFraction, "depth_fraction", {"teardepthfraction", "worstdepthfraction", "relativedepth"}},
      {Field::thicknessMean,
       "thickness_mean_mm",
       {"thicknessmean", "meanthickness", "meanthicknessmm", "thicknessaverage", "averagethickness", "dickemittel"}},
      {Field::thicknessMax,
       "thickness_max_mm",
       {"thicknessmax", "maxthickness", "maxthicknessmm", "maximumthickness", "maximumthicknessmm", "thicknessmaximum",
        "thicknessmaximummm", "dickemax", "maximaledicke"}},
      {Field::tearLength,
       "tear_length_mm",
       {"tearlength", "worstlengthmm", "lengthoftear", "lengthoftearmm", "risslaenge", "rissl\xC3\xA4nge"}},
      {Field::confidence, "confidence", {"sureness", "sicherheit", "konfidenz", "confidencerating"}},
      {Field::pNormal, "p_normal", {"probnormal", "probabilitynormal"}},
      {Field::pTendinosis, "p_tendinosis", {"probtendinosis", "probabilitytendinosis"}},
      {Field::pPartial,
       "p_partial_thickness",
       {"ppartial", "probpartial", "probabilitypartial", "probpartialthickness", "probabilitypartialthickness"}},
      {Field::pFull,
       "p_full_thickness",
       {"pfull", "probfull", "probabilityfull", "probfullthickness", "probabilityfullthickness"}},
      {Field::seconds,
       "seconds",
       {"times", "timeseconds", "readingtimes", "readingtimeseconds", "readingtime", "durations", "durationseconds",
        "zeit", "sekunden"}},
      {Field::reasons, "not_gradable_reasons", {"reasons", "notgradablereason", "reason"}},
      {Field::mask, "mask", {"maskfile", "labelpng", "segmentation", "labelmap", "maskpath"}}};
  return all;
}

/// Columns of our own tables that are of no use here.
constexpr std::array knownButUnused{
    std::string_view("frames"),          std::string_view("view"),        std::string_view("region"),
    std::string_view("mmperpxx"),        std::string_view("mmperpxy"),    std::string_view("calibrationorigin"),
    std::string_view("gradable"),        std::string_view("certainty"),   std::string_view("frame"),
    std::string_view("criteriaversion"), std::string_view("criterianame")};

bool isSpace(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

struct HeaderParts {
  std::vector<std::string> words; ///< as written, between blanks, dots, dashes, "_", ":"
  std::string unit;               ///< in brackets at the end: "mm", "%"
};

HeaderParts partsOf(std::string_view header) {
  HeaderParts out;
  std::string word;
  const auto end = [&] {
    if (!word.empty())
      out.words.push_back(std::move(word));
    word.clear();
  };
  for (std::size_t i = 0; i < header.size(); ++i) {
    const char c = header[i];
    if (c == '(' || c == '[') {
      const std::size_t close = header.find(c == '(' ? ')' : ']', i);
      out.unit = squashed(header.substr(i + 1, close == std::string_view::npos ? close : close - i - 1));
      if (header.substr(i).find('%') != std::string_view::npos)
        out.unit = "%";
      if (close == std::string_view::npos)
        break;
      i = close;
      end();
    } else if (isSpace(c) || c == '_' || c == '-' || c == '.' || c == ':' || c == '/' || c == ',') {
      end();
    } else {
      word += c;
    }
  }
  end();
  return out;
}

std::string join(const std::vector<std::string>& words, std::size_t begin, std::size_t end, char between) {
  std::string out;
  for (std::size_t i = begin; i < end; ++i)
    out += (i == begin || between == 0 ? "" : std::string(1, between)) + words[i];
  return out;
}

std::optional<Side> sideWord(const std::string& lower) {
  if (lower == "left" || lower == "links" || lower == "li" || lower == "lt")
    return Side::left;
  if (lower == "right" || lower == "rechts" || lower == "re" || lower == "rt")
    return Side::right;
  return std::nullopt;
}

bool isStandardWord(const std::string& lower) {
  constexpr std::array words{"reference",    "standard", "truth", "gold",
                             "goldstandard", "ref",      "gt",    "referencestandard"};
  return std::find(words.begin(), words.end(), lower) != words.end();
}

/// Words behind a field's name that make it another column, not another reader's.
bool isNoReader(const std::string& lower) {
  constexpr std::array words{"comment", "comments", "note",  "notes", "text", "description", "other",
                             "date",    "id",       "mm",    "cm",    "sd",   "min",         "kommentar",
                             "origin",  "version",  "lower", "upper", "mean", "max",         "code"};
  return std::find(words.begin(), words.end(), lower) != words.end();
}

int readingOf(const std::string& lower) {
  for (const std::string_view word : {"reading", "session", "round", "read"})
    if (lower.starts_with(word) && lower.size() > word.size()) {
      int value = 0;
      const char* end = lower.data() + lower.size();
      const auto result = std::from_chars(lower.data() + word.size(), end, value);
      if (result.ec == std::errc() && result.ptr == end && value >= 1)
        return value;
    }
  return 0;
}

/// "R1", "R1_reading2", "left_R1", "reference"
bool readSuffix(std::vector<std::string> words, bool lettersAreSides, ColumnPlan& plan) {
  // "reading 2" is one word.
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    if (readingOf(lowered(words[i]) + lowered(words[i + 1])) != 0) {
      words[i] += words[i + 1];
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  std::vector<std::string> rest;
  for (const std::string& word : words) {
    const std::string lower = lowered(word);
    if (isNoReader(lower))
      return false;
    const auto side = lettersAreSides && (lower == "l" || lower == "r")
                          ? std::optional(lower == "l" ? Side::left : Side::right)
                          : sideWord(lower);
    if (side && !plan.side)
      plan.side = side;
    else if (const int reading = readingOf(lower); reading != 0 && plan.reading == 0)
      plan.reading = reading;
    else
      rest.push_back(word);
  }
  // "Reader 1", "Reader R1": the word itself is no name.
  if (rest.size() > 1 && fieldOfHeader(rest.front()) == Field::reader)
    rest.erase(rest.begin());
  plan.reader = join(rest, 0, rest.size(), ' ');
  if (isStandardWord(squashed(plan.reader))) {
    plan.reader.clear();
    plan.standard = true;
  }
  return true;
}

std::optional<ColumnPlan> asWide(const std::string& header, const HeaderParts& parts, bool lettersAreSides) {
  const std::size_t n = parts.words.size();
  const auto attempt = [&](std::size_t begin, std::size_t end) -> std::optional<ColumnPlan> {
    const auto field = fieldOfHeader(join(parts.words, begin, end, 0));
    if (!field || !isAnswer(*field))
      return std::nullopt;
    std::vector<std::string> rest(parts.words.begin(), parts.words.begin() + static_cast<std::ptrdiff_t>(begin));
    rest.insert(rest.end(), parts.words.begin() + static_cast<std::ptrdiff_t>(end), parts.words.end());
    ColumnPlan plan;
    plan.header = header;
    plan.field = field;
    if (!readSuffix(rest, lettersAreSides, plan))
      return std::nullopt;
    return plan;
  };
  for (std::size_t k = n - 1; k >= 1; --k)
    if (const auto plan = attempt(0, k))
      return plan;
  for (std::size_t k = 1; k < n; ++k)
    if (const auto plan = attempt(k, n))
      return plan;
  return std::nullopt;
}

std::string scaleOfUnit(Field field, const std::string& unit) {
  const auto range = rangeOf(field);
  if (!range)
    return {};
  if ((unit == "%" || unit == "percent") && range->most == 1)
    return "percent";
  return unit == "cm" && range->most > 1 ? "cm" : "";
}

ColumnPlan planOne(const std::string& header, const TableMap& map, bool lettersAreSides) {
  ColumnPlan plan;
  plan.header = header;
  const auto said = map.columns.find(normalizedHeader(header));
  if (said != map.columns.end()) {
    plan.field = fieldNamed(said->second.field);
    plan.scale = said->second.scale;
    plan.meant = true;
    return plan;
  }
  const HeaderParts parts = partsOf(header);
  if (parts.words.empty())
    return plan;
  if (const auto field = fieldOfHeader(join(parts.words, 0, parts.words.size(), 0)))
    plan.field = field;
  else if (parts.words.size() > 1)
    if (const auto wide = asWide(header, parts, lettersAreSides))
      plan = *wide;
  if (plan.field)
    plan.scale = scaleOfUnit(*plan.field, parts.unit);
  return plan;
}

/// "class_L" beside "class_R" are two hips, "class_R" alone is a reader.
bool lettersAreSides(const std::vector<std::string>& headers) {
  bool left = false;
  bool right = false;
  bool others = false;
  for (const std::string& header : headers) {
    const HeaderParts parts = partsOf(header);
    if (parts.words.size() < 2 || fieldOfHeader(join(parts.words, 0, parts.words.size(), 0)))
      continue;
    if (fieldOfHeader(join(parts.words, 0, parts.words.size() - 1, 0)) != Field::grade)
      continue;
    const std::string last = lowered(parts.words.back());
    left = left || last == "l";
    right = right || last == "r";
    others = others || (last.size() == 1 && last != "l" && last != "r");
  }
  return left && right && !others;
}

std::string listed(const std::vector<std::string>& all) {
  std::string out;
  for (const std::string& item : all)
    out += (out.empty() ? "'" : ", '") + item + "'";
  return out;
}

} // namespace

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string squashed(std::string_view text) {
  std::string out;
  for (const char c : lowered(text))
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) >= 0x80)
      out += c;
  return out;
}

std::string trimmed(std::string_view text) {
  constexpr std::string_view hardSpace = "\xC2\xA0";
  while (true) {
    if (!text.empty() && isSpace(text.front()))
      text.remove_prefix(1);
    else if (!text.empty() && isSpace(text.back()))
      text.remove_suffix(1);
    else if (text.starts_with(hardSpace))
      text.remove_prefix(hardSpace.size());
    else if (text.ends_with(hardSpace))
      text.remove_suffix(hardSpace.size());
    else
      return std::string(text);
  }
}

std::string normalizedHeader(std::string_view header) {
  const HeaderParts parts = partsOf(header);
  std::string out = lowered(join(parts.words, 0, parts.words.size(), '_'));
  return parts.unit.empty() || parts.unit == "%" || out.ends_with("_" + parts.unit) ? out : out + "_" + parts.unit;
}

const std::vector<std::string>& fieldNames() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> out;
    for (const FieldWords& f : fields())
      out.emplace_back(f.name);
    return out;
  }();
  return names;
}

const std::string& nameOf(Field field) {
  return fieldNames().at(static_cast<std::size_t>(field));
}

std::optional<Field> fieldNamed(std::string_view name) {
  for (const FieldWords& f : fields())
    if (f.name == name)
      return f.field;
  return std::nullopt;
}

std::optional<Field> fieldOfHeader(std::string_view header) {
  const std::string key = squashed(header);
  for (const FieldWords& f : fields())
    if (key == squashed(f.name) || std::find(f.synonyms.begin(), f.synonyms.end(), key) != f.synonyms.end())
      return f.field;
  return std::nullopt;
}

bool isAnswer(Field field) {
  return field >= Field::grade;
}

std::optional<NumberRange> rangeOf(Field field) {
  switch (field) {
  case Field::depthFraction:
  case Field::confidence:
  case Field::pNormal:
  case Field::pTendinosis:
  case Field::pPartial:
  case Field::pFull:
    return NumberRange{0, 1};
  case Field::thicknessMean:
  case Field::thicknessMax:
    return NumberRange{0.1, 100};
  case Field::tearLength:
    return NumberRange{0, 200};
  case Field::seconds:
    return NumberRange{0, 1e7};
  default:
    return std::nullopt;
  }
}

Scale scaleOf(Field field, const std::string& scale) {
  const auto range = rangeOf(field).value_or(NumberRange{0, 3}); // classes
  Scale out{1, 0, range.least, range.most, false};
  if (scale.empty())
    return out;
  if (scale == "percent" && range.most == 1)
    return {0.01, 0, 0, 100, true};
  if (scale == "cm" && field != Field::seconds && range.most > 1)
    return {10, 0, range.least / 10, range.most / 10, true};
  const std::size_t dash = scale.find('-', 1);
  const auto low = dash == std::string::npos ? NumberText{} : readNumber(std::string_view(scale).substr(0, dash));
  const auto high = dash == std::string::npos ? NumberText{} : readNumber(std::string_view(scale).substr(dash + 1));
  const bool classes = field == Field::grade;
  if (!low.point || !high.point || *low.point >= *high.point || (!classes && range.most != 1) ||
      (classes && *high.point - *low.point != 3))
    throw UsageError("'" + scale + "' is no scale of " + nameOf(field),
                     classes             ? "give the numbers of normal and full_thickness, e.g. class:0-3"
                     : range.most == 1   ? "give percent, or the ends of the scale, e.g. 1-5"
                     : range.most <= 200 ? "give cm, or nothing for mm"
                                         : "leave it away");
  out = {(classes ? 3.0 : 1.0) / (*high.point - *low.point), 0, *low.point, *high.point, true};
  out.offset = -*low.point * out.factor;
  return out;
}

std::size_t knownHeaders(const std::vector<std::string>& headers, const TableMap& map) {
  const bool letters = lettersAreSides(headers);
  return static_cast<std::size_t>(std::count_if(headers.begin(), headers.end(), [&](const std::string& h) {
    const ColumnPlan plan = planOne(trimmed(h), map, letters);
    return plan.field || plan.meant;
  }));
}

std::vector<ColumnPlan> planColumns(const std::vector<std::string>& headers, const TableMap& map,
                                    std::vector<std::string>& problems, std::vector<std::string>& warnings) {
  std::vector<ColumnPlan> plans;
  const bool letters = lettersAreSides(headers);
  for (const std::string& header : headers)
    plans.push_back(planOne(trimmed(header), map, letters));

  std::vector<std::string> normalized;
  for (const std::string& header : headers)
    normalized.push_back(normalizedHeader(trimmed(header)));
  for (const auto& [column, target] : map.columns)
    if (std::find(normalized.begin(), normalized.end(), column) == normalized.end()) {
      const auto near = closest(column, normalized);
      problems.push_back("the mapped column '" + column + "' is not there" +
                         (near ? ": did you mean '" + *near + "'?" : ""));
    }

  using Key = std::tuple<Field, std::string, int, int, bool>;
  std::map<Key, std::string> seen;
  for (ColumnPlan& plan : plans) {
    if (!plan.field)
      continue;
    const Key key{*plan.field, plan.reader, plan.reading, plan.side ? static_cast<int>(*plan.side) : -1, plan.standard};
    const auto [place, isNew] = seen.emplace(key, plan.header);
    if (!isNew)
      problems.push_back("the columns '" + place->second + "' and '" + plan.header + "' both say " +
                         nameOf(*plan.field) + ": pass one over with --map '" + plan.header + "=-'");
  }
  std::vector<std::string> passed;
  std::string thickness;
  for (ColumnPlan& plan : plans) {
    const std::string key = squashed(plan.header);
    if (plan.field || plan.meant || plan.header.empty())
      continue;
    plan.meant = std::find(knownButUnused.begin(), knownButUnused.end(), key) != knownButUnused.end();
    if (!plan.meant)
      passed.push_back(plan.header);
    if (key.starts_with("thickness") && thickness.empty())
      thickness = plan.header;
  }
  if (!passed.empty())
    warnings.push_back(std::string(passed.size() > 1 ? "the columns " : "the column ") + listed(passed) +
                       (passed.size() > 1 ? " are" : " is") + " passed over");
  if (!thickness.empty())
    warnings.push_back("'" + thickness + "' says neither mean nor largest: --map '" + thickness +
                       "=thickness_max_mm' or thickness_mean_mm would use it");
  return plans;
}

} // namespace hipcuff::validation
