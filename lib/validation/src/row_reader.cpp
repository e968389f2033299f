#include "row_reader.h"

#include "class_words.h"
#include "encoding.h"

#include "hipcuff/core/error.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

namespace hipcuff::validation {
namespace {

constexpr std::size_t mostProblems = 20;

/// What statistics programs and people write for "nothing".
bool isNothing(const std::string& cell) {
  static const std::set<std::string> words{"", "na", "n/a", "n.a.", "-", "--", ".", "null", "nan", "?", "\xE2\x80\x93"};
  return words.contains(lowered(cell));
}

std::optional<int> wholeNumber(std::string_view text, int least, int most) {
  if (text.ends_with(".0") || text.ends_with(",0"))
    text.remove_suffix(2);
  int value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || value < least || value > most)
    return std::nullopt;
  return value;
}

std::optional<Side> sideFrom(const std::string& cell) {
  static const std::set<std::string> left{
      "l", "left", "lt", "li", "links", "lefthip", "lefthipjoint", "sinister", "gauche", "izquierda", "sinistra"};
  static const std::set<std::string> right{
      "r", "right", "rt", "re", "rechts", "righthip", "righthipjoint", "dexter", "droite", "derecha", "destra"};
  const std::string key = squashed(cell);
  if (left.contains(key))
    return Side::left;
  return right.contains(key) ? std::optional(Side::right) : std::nullopt;
}

std::optional<bool> flagFrom(const std::string& cell) {
  static const std::set<std::string> yes{"1", "yes", "y", "true", "t", "ja", "j", "x", "oui", "si", "wahr"};
  static const std::set<std::string> no{"0", "no", "n", "false", "f", "nein", "non", "falsch"};
  const std::string key = squashed(cell);
  if (yes.contains(key))
    return true;
  return no.contains(key) ? std::optional(false) : std::nullopt;
}

/// "1.23457E+15": a spreadsheet made a number of an identifier, and digits are lost.
bool isBrokenIdentifier(const std::string& cell) {
  const std::size_t e = cell.find_first_of("eE");
  if (e == std::string::npos || e == 0 || e + 2 >= cell.size() || cell[e + 1] != '+')
    return false;
  const auto digits = [](std::string_view s, std::string_view more) {
    return std::all_of(s.begin(), s.end(),
                       [&](char c) { return (c >= '0' && c <= '9') || more.find(c) != std::string_view::npos; });
  };
  const std::string_view all = cell;
  return digits(all.substr(0, e), ".,") && digits(all.substr(e + 2), "");
}

bool looksLikeUid(std::string_view text) {
  return text.size() >= 5 && text.size() <= 64 && std::count(text.begin(), text.end(), '.') >= 2 &&
         text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string subtypeFrom(const std::string& cell) {
  static const std::map<std::string, std::string> words{
      {"undersurface", "undersurface"},  {"deep", "undersurface"},
      {"articular", "undersurface"},     {"bursal", "bursal"},
      {"superficial", "bursal"},         {"intrasubstance", "intrasubstance"},
      {"interstitial", "intrasubstance"}};
  const auto found = words.find(squashed(cell));
  return found == words.end() ? cell : found->second;
}

std::string shortNumber(double value) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 6);
  return {text.data(), end.ptr};
}

bool saysAnything(const Answer& a) {
  return a.grade || !a.subtype.empty() || a.probabilities || a.confidence || a.depthFraction || a.thicknessMeanMm ||
         a.thicknessMaxMm || a.tearLengthMm || a.seconds || !a.reasons.empty();
}

} // namespace

RowReader::RowReader(const std::vector<ColumnPlan>& columns, const TableMap& map, const std::filesystem::path& name)
    : columns_(columns)
    , map_(map)
    , name_(name) {
  for (const ColumnPlan& c : columns) {
    scales_.push_back(c.field ? scaleOf(*c.field, c.scale) : Scale{});
    if (!c.field || !isAnswer(*c.field))
      continue;
    Whose whose{c.reader, c.reading, c.side, c.standard};
    if (std::find(sources_.begin(), sources_.end(), whose) == sources_.end())
      sources_.push_back(std::move(whose));
  }
  if (sources_.empty())
    sources_.emplace_back();
}

void RowReader::problem(std::size_t line, const std::string& column, const std::string& what) {
  auto& lines = problems_[{column, what}];
  if (lines.empty())
    problemOrder_.emplace_back(column, what);
  if (lines.empty() || lines.back() != line)
    lines.push_back(line);
}

void RowReader::readKey(const ColumnPlan& column, const std::string& cell, std::size_t line, ReferenceEntry& entry) {
  std::string text = cell;
  // The apostrophe that results.csv puts before what a spreadsheet would run.
  if (text.size() > 1 && text[0] == '\'' && std::string_view("=+-@").find(text[1]) != std::string_view::npos)
    text.erase(0, 1);
  switch (*column.field) {
  case Field::sopInstanceUid:
  case Field::file:
  case Field::imageId:
    if (isBrokenIdentifier(text)) {
      problem(line, column.header,
              "'" + text + "' is what a spreadsheet makes of a long number: format the column as text");
    } else if (text.starts_with("img-")) {
      entry.imageId = text;
    } else if (*column.field == Field::imageId) {
      entry.imageId = text;
    } else if (looksLikeUid(text)) {
      entry.sopInstanceUid = text;
    } else { // the viewer names pictures without a UID by their path
      std::replace(text.begin(), text.end(), '\\', '/');
      entry.file = text;
    }
    break;
  case Field::exam:
  case Field::patient:
    if (isBrokenIdentifier(text))
      problem(line, column.header,
              "'" + text + "' is what a spreadsheet makes of a long number: format the column as text");
    else
      (*column.field == Field::exam ? entry.exam : entry.patient) = text;
    break;
  case Field::pane:
    entry.pane = wholeNumber(text, 0, 99);
    if (!entry.pane)
      problem(line, column.header, "'" + text + "' is no pane (0, 1, ...)");
    break;
  case Field::side:
    entry.side = sideFrom(text);
    if (!entry.side)
      problem(line, column.header, "'" + text + "' is no side (L or R; what is said of both hips needs two rows)");
    break;
  case Field::verified:
    entry.verified = flagFrom(text);
    if (!entry.verified)
      problem(line, column.header, "'" + text + "' is neither yes nor no");
    break;
  case Field::reader: {
    const std::string key = squashed(text);
    if (key == "reference" || key == "referencestandard" || key == "goldstandard" || key == "truth")
      standardNames_.insert(text);
    else
      entry.source.name = text;
    break;
  }
  case Field::reading:
    if (const auto n = wholeNumber(text, 1, 1000))
      entry.source.reading = *n;
    else
      problem(line, column.header, "'" + text + "' is no number of a reading (1, 2, ...)");
    break;
  default:
    break;
  }
}

void RowReader::readNumberInto(const ColumnPlan& column, const std::string& cell, std::size_t line,
                               std::optional<double>& into) {
  const Scale& scale = scales_[static_cast<std::size_t>(&column - columns_.data())];
  const NumberRange field = *rangeOf(*column.field);
  NumberText number = readNumber(cell);
  // "85 %" says its scale itself; so does "1.2 cm".
  const bool ownUnit = number.unit != 1;
  if (number.percent && field.most != 1)
    number = {};
  const NumberRange own = ownUnit ? field : NumberRange{scale.least, scale.most};
  const NumberChoice choice = choose(number, own, habit_);
  if (choice.ambiguous) {
    problem(line, column.header,
            "'" + cell + "' may be " + shortNumber(*number.comma) + " or " + shortNumber(*number.point) +
                ": write it with a decimal point and without a comma");
    return;
  }
  if (choice.value) {
    if (choice.byComma)
      commas_.push_back(line);
    into = ownUnit ? *choice.value : *choice.value * scale.factor + scale.offset;
    return;
  }
  const bool isNumber = number.point || number.comma;
  std::string what = "'" + cell + "' is " + (isNumber ? "not between " : "no number between ") +
                     shortNumber(own.least) + " and " + shortNumber(own.most);
  if (isNumber && field.most == 1 && !scale.limited)
    what += " (another scale has to be said: --map '" + column.header + "=" + nameOf(*column.field) +
            ":percent', or :1-5 for five steps)";
  if (isNumber && field.least > 0 && number.point == 0.0)
    what += " (leave the cell empty where nothing was measured)";
  problem(line, column.header, what);
}

void RowReader::readClass(const ColumnPlan& column, const std::string& cell, std::size_t line, Answer& into) {
  if (const auto said = map_.classes.find(classKey(cell)); said != map_.classes.end()) {
    into.grade = said->second;
    return;
  }
  if (!column.scale.empty()) {
    const Scale& scale = scales_[static_cast<std::size_t>(&column - columns_.data())];
    if (const auto n = wholeNumber(cell, -1000, 1000)) {
      const double grade = *n * scale.factor + scale.offset;
      if (grade >= 0 && grade <= 3)
        into.grade = static_cast<GradeClass>(std::lround(grade));
      else
        problem(line, column.header,
                "'" + cell + "' is not between " + shortNumber(scale.least) + " and " + shortNumber(scale.most));
      return;
    }
  }
  into.grade = classFromWord(cell);
  if (!into.grade)
    problem(line, column.header, unknownClass(cell));
  else if (classKey(cell) == "notear")
    noTear_.push_back(line);
}

void RowReader::readAnswer(const ColumnPlan& column, const std::string& cell, std::size_t line, ReferenceEntry& entry) {
  Answer& a = entry.answer;
  switch (*column.field) {
  case Field::grade:
    return readClass(column, cell, line, a);
  case Field::subtype:
    a.subtype = subtypeFrom(cell);
    return;
  case Field::reasons: {
    std::string_view rest = cell;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(';'), rest.size());
      if (std::string code = trimmed(rest.substr(0, end)); !code.empty())
        a.reasons.push_back(std::move(code));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return;
  }
  case Field::mask:
    entry.mask = std::filesystem::path(cell).is_absolute() ? std::filesystem::path(cell) : name_.parent_path() / cell;
    return;
  case Field::depthFraction:
    return readNumberInto(column, cell, line, a.depthFraction);
  case Field::thicknessMean:
    return readNumberInto(column, cell, line, a.thicknessMeanMm);
  case Field::thicknessMax:
    return readNumberInto(column, cell, line, a.thicknessMaxMm);
  case Field::tearLength:
    return readNumberInto(column, cell, line, a.tearLengthMm);
  case Field::confidence:
    return readNumberInto(column, cell, line, a.confidence);
  case Field::seconds:
    return readNumberInto(column, cell, line, a.seconds);
  case Field::pNormal:
  case Field::pTendinosis:
  case Field::pPartial:
  case Field::pFull:
    return readNumberInto(
        column, cell, line,
        probabilities_.at(static_cast<std::size_t>(*column.field) - static_cast<std::size_t>(Field::pNormal)));
  default:
    return;
  }
}

std::optional<std::array<double, 4>> RowReader::probabilities(std::size_t line) {
  const auto given = std::exchange(probabilities_, {});
  const auto there = std::count_if(given.begin(), given.end(), [](const auto& p) { return p.has_value(); });
  if (there == 0)
    return std::nullopt;
  if (there < 4) {
    problem(line, {}, "has some of the four probabilities and not all");
    return std::nullopt;
  }
  std::array<double, 4> out{};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i)
    sum += out.at(i) = *given.at(i);
  // Four numbers rounded to two places may be 0.02 off.
  if (std::abs(sum - 1) > 0.02 + 1e-9) {
    problem(line, {}, "has probabilities that do not add up to 1");
    return std::nullopt;
  }
  for (double& p : out)
    p /= sum;
  return out;
}

void RowReader::add(ReferenceEntry&& entry, std::size_t line, std::vector<ReferenceEntry>& into) {
  entry.line = static_cast<std::uint32_t>(line);
  into.push_back(std::move(entry));
}

void RowReader::read(const std::vector<std::string>& cells, std::size_t line, std::vector<ReferenceEntry>& into) {
  ReferenceEntry row;
  std::vector<std::string> texts;
  texts.reserve(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    texts.push_back(columns_[i].field ? trimmed(cells[i]) : std::string());
    if (columns_[i].field && !isAnswer(*columns_[i].field) && !isNothing(texts.back()))
      readKey(columns_[i], texts.back(), line, row);
  }
  if (!row.namesImage() && row.exam.empty() && row.patient.empty()) {
    if (std::none_of(problemOrder_.begin(), problemOrder_.end(),
                     [&](const auto& key) { return problems_[key].back() == line; }))
      problem(line, {}, "names no image, exam or patient");
    return;
  }
  bool added = false;
  for (const Whose& whose : sources_) {
    ReferenceEntry entry = row;
    if (!whose.reader.empty())
      entry.source.name = whose.reader;
    if (whose.reading != 0)
      entry.source.reading = whose.reading;
    if (whose.side)
      entry.side = whose.side;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const ColumnPlan& c = columns_[i];
      if (c.field && isAnswer(*c.field) && Whose{c.reader, c.reading, c.side, c.standard} == whose &&
          !isNothing(texts[i]))
        readAnswer(c, texts[i], line, entry);
    }
    entry.answer.probabilities = probabilities(line);
    if (!saysAnything(entry.answer) && entry.mask.empty())
      continue;
    add(std::move(entry), line, into);
    added = true;
  }
  // It may still say whose exam it is, or that nobody verified it.
  if (!added)
    add(std::move(row), line, into);
}

void RowReader::finish(std::vector<std::string>& warnings) {
  if (!problemOrder_.empty()) {
    std::string text;
    const std::size_t count = problemOrder_.size();
    for (std::size_t i = 0; i < std::min(count, mostProblems); ++i) {
      const auto& [column, what] = problemOrder_[i];
      const auto& lines = problems_.at(problemOrder_[i]);
      text += (count > 1 ? "\n  " : "") + std::string(lines.size() > 1 ? "lines " : "line ") + listOfLines(lines) +
              (column.empty() ? " " : ", column '" + column + "': ") + what;
    }
    if (count > mostProblems)
      text += "\n  and " + std::to_string(count - mostProblems) + " more";
    throw InputError(name_, count > 1 ? "can't be read as it is:" + text : text, {});
  }
  const auto say = [&](const std::vector<std::size_t>& lines, const std::string& what) {
    if (!lines.empty())
      warnings.push_back(what + ": line" + (lines.size() > 1 ? "s " : " ") + listOfLines(lines));
  };
  commas_.erase(std::unique(commas_.begin(), commas_.end()), commas_.end());
  say(commas_, "numbers with a decimal comma were read as such");
  say(short_, "rows have fewer cells than the header; what is missing counts as empty");
  say(noTear_, "'no tear' was taken for normal (tendinosis is no tear either)");
  for (const std::string& name : standardNames_)
    warnings.push_back("the reader '" + name + "' is taken for the reference standard");
}

} // namespace hipcuff::validation
