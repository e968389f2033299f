#include "filter_values.h"

#include "hipcuff/core/suggest.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace hipcuff::batch {
namespace {

std::string joined(const FilterWords& value, const char* between) {
  std::string text;
  for (const FilterToken& token : value)
    text += (text.empty() ? "" : between) + token.text;
  return text;
}

bool isWord(const FilterWords& value, std::initializer_list<const char*> words) {
  if (value.size() != 1 || value.front().kind != FilterToken::Kind::word)
    return false;
  const std::string plain = plainWord(value.front().text);
  for (const char* word : words)
    if (plain == word)
      return true;
  return false;
}

/// The value that comes behind the first word belongs to nothing.
[[noreturn]] void tooMany(std::string_view filter, const FilterToken& token) {
  failAt(filter, token.at, "'and' or 'or' expected before " + inFilterQuotes(token.text));
}

std::string wordsOf(const Field& field) {
  std::string list;
  for (const FieldWord& word : field.words)
    list += (list.empty() ? "" : ", ") + std::string(word.word);
  return list;
}

struct UnitName {
  const char* name;
  double factor;
};

std::span<const UnitName> unitsOf(FieldUnit unit) {
  static constexpr std::array millimetres = {UnitName{"mm", 1}, UnitName{"cm", 10}};
  static constexpr std::array shares = {UnitName{"%", 0.01}, UnitName{"percent", 0.01}};
  static constexpr std::array sizes = {UnitName{"b", 1},         UnitName{"bytes", 1},    UnitName{"kb", 1e3},
                                       UnitName{"mb", 1e6},      UnitName{"gb", 1e9},     UnitName{"kib", 1024},
                                       UnitName{"mib", 1 << 20}, UnitName{"gib", 1 << 30}};
  static constexpr std::array times = {UnitName{"s", 1}, UnitName{"ms", 0.001}, UnitName{"min", 60},
                                       UnitName{"h", 3600}};
  static constexpr std::array shortTimes = {UnitName{"ms", 1}, UnitName{"s", 1000}, UnitName{"min", 60000}};
  switch (unit) {
  case FieldUnit::none:
    break;
  case FieldUnit::mm:
    return millimetres;
  case FieldUnit::share:
    return shares;
  case FieldUnit::bytes:
    return sizes;
  case FieldUnit::seconds:
    return times;
  case FieldUnit::milliseconds:
    return shortTimes;
  }
  return {};
}

/// All of `text` as digits.
std::optional<int> digits(std::string_view text) {
  int number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size() || text.empty() || text.front() == '-')
    return std::nullopt;
  return number;
}

struct DateParts {
  int year = 0;
  std::optional<int> month;
  std::optional<int> day;
};

/// 2025, 2025-01, 2025-01-31 or 20250131, of a date that there is.
std::optional<DateParts> dateParts(std::string_view text) {
  DateParts parts;
  std::optional<int> year, month, day;
  if (text.size() == 8 && text.find('-') == std::string_view::npos) {
    year = digits(text.substr(0, 4));
    month = digits(text.substr(4, 2));
    day = digits(text.substr(6, 2));
    if (!month || !day)
      return std::nullopt;
  } else {
    if (text.size() != 4 && text.size() != 7 && text.size() != 10)
      return std::nullopt;
    year = digits(text.substr(0, 4));
    if (text.size() >= 7) {
      month = digits(text.substr(5, 2));
      if (text[4] != '-' || !month)
        return std::nullopt;
    }
    if (text.size() == 10) {
      day = digits(text.substr(8, 2));
      if (text[7] != '-' || !day)
        return std::nullopt;
    }
  }
  if (!year || *year < 1)
    return std::nullopt;
  namespace chr = std::chrono;
  const chr::year_month_day there{chr::year{*year}, chr::month{static_cast<unsigned>(month.value_or(1))},
                                  chr::day{static_cast<unsigned>(day.value_or(1))}};
  if (!there.ok())
    return std::nullopt;
  parts.year = *year;
  parts.month = month;
  parts.day = day;
  return parts;
}

std::string padded(int number, std::size_t width) {
  std::string text = std::to_string(number);
  return std::string(width - std::min(width, text.size()), '0') + text;
}

} // namespace

bool saysUnknown(const FilterWords& value) {
  return isWord(value, {"unknown", "null", "missing"});
}

bool saysKnown(const FilterWords& value) {
  return isWord(value, {"known"});
}

const FieldWord& readWord(std::string_view filter, const Field& field, const FilterWords& value) {
  const std::string given = plainWord(joined(value, "_"));
  std::vector<std::string> candidates;
  for (const FieldWord& word : field.words) {
    if (plainWord(word.word) == given || isListed(word.synonyms, given))
      return word;
    candidates.emplace_back(plainWord(word.word));
    for (std::string_view rest = word.synonyms; !rest.empty();) {
      const std::size_t end = std::min(rest.find(' '), rest.size());
      candidates.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  // "partial side L": the first word is one, so that the rest is what is wrong.
  if (value.size() > 1 && value.front().kind == FilterToken::Kind::word) {
    const std::string first = plainWord(value.front().text);
    for (const std::string& candidate : candidates)
      if (candidate == first)
        tooMany(filter, value[1]);
  }
  const auto near = closest(given, candidates);
  failAt(filter, value.front().at,
         "'" + std::string(field.name) + "' does not know " + inFilterQuotes(joined(value, " ")),
         near ? "did you mean '" + *near + "'?" : "it takes " + wordsOf(field));
}

double readNumber(std::string_view filter, const Field& field, const FilterWords& value) {
  const FilterToken& token = value.front();
  double number = 0;
  const char* const last = token.text.data() + token.text.size();
  const auto [end, code] = std::from_chars(token.text.data(), last, number);
  if (code != std::errc{} || !std::isfinite(number))
    failAt(filter, token.at, "'" + std::string(field.name) + "' needs a number, not " + inFilterQuotes(token.text));
  std::string unit(end, last);
  std::size_t unitAt = token.at + token.text.size() - unit.size();
  if (unit.empty() && value.size() > 1) {
    unit = value[1].text;
    unitAt = value[1].at;
    if (value.size() > 2)
      tooMany(filter, value[2]);
  } else if (value.size() > 1) {
    tooMany(filter, value[1]);
  }
  if (unit.empty())
    return number;
  std::string names;
  for (const UnitName& known : unitsOf(field.unit)) {
    if (plainWord(unit) == known.name)
      return number * known.factor;
    names += (names.empty() ? "" : ", ") + std::string(known.name);
  }
  failAt(filter, unitAt, "'" + std::string(field.name) + "' has no unit " + inFilterQuotes(unit),
         names.empty() ? "write the number alone" : "it takes " + names);
}

bool readFlag(std::string_view filter, const Field& field, const FilterWords& value) {
  if (value.size() > 1)
    tooMany(filter, value[1]);
  if (isWord(value, {"yes", "true", "1", "contradict", "contradictory"}))
    return true;
  if (isWord(value, {"no", "false", "0", "agree"}))
    return false;
  failAt(filter, value.front().at,
         "'" + std::string(field.name) + "' is yes or no, not " + inFilterQuotes(value.front().text));
}

const std::string& readText(std::string_view filter, const Field& field, const FilterWords& value) {
  if (value.size() > 1)
    failAt(filter, value[1].at, "'and' or 'or' expected before " + inFilterQuotes(value[1].text),
           "if it belongs to '" + std::string(field.name) + "', put the text in quotes");
  return value.front().text;
}

TextRange readDate(std::string_view filter, const Field& field, const FilterWords& value) {
  if (value.size() > 1)
    tooMany(filter, value[1]);
  const std::string& text = value.front().text;
  const auto parts = dateParts(text);
  if (!parts)
    failAt(filter, value.front().at, "'" + std::string(field.name) + "' needs a date, not " + inFilterQuotes(text),
           "write it like 2025-01-31, or 2025-01 for a month, or 2025 for a year");
  const std::string year = padded(parts->year, 4);
  // DICOM DA has fixed places, so that texts are in the order of the days; the end of a month is at most a 31st.
  const auto at = [&](int month, int day) {
    return year + padded(parts->month.value_or(month), 2) + padded(parts->day.value_or(day), 2);
  };
  return {at(1, 1), at(12, 31)};
}

TextRange readTime(std::string_view filter, const Field& field, const FilterWords& value) {
  if (value.size() > 1)
    tooMany(filter, value[1]);
  std::string text = value.front().text;
  const auto wrong = [&]() {
    failAt(filter, value.front().at, "'" + std::string(field.name) + "' needs a time, not " + inFilterQuotes(text),
           "write it like 2025-01-31 or 2025-01-31T18:30, in UTC");
  };
  const std::size_t t = text.find_first_of("Tt ");
  const auto parts = dateParts(std::string_view(text).substr(0, t));
  if (!parts || (t != std::string::npos && !parts->day))
    wrong();
  std::string prefix = padded(parts->year, 4);
  if (parts->month)
    prefix += "-" + padded(*parts->month, 2);
  if (parts->day)
    prefix += "-" + padded(*parts->day, 2);
  if (t != std::string::npos) {
    std::string clock = text.substr(t + 1);
    if (clock.ends_with('Z') || clock.ends_with('z'))
      clock.pop_back();
    const auto part = [&](std::size_t at, int most) {
      const auto number = digits(std::string_view(clock).substr(at, 2));
      return number && *number <= most && (at == 0 || clock[at - 1] == ':');
    };
    const bool fits = (clock.size() == 2 || clock.size() == 5 || clock.size() == 8) && part(0, 23) &&
                      (clock.size() < 5 || part(3, 59)) && (clock.size() < 8 || part(6, 60));
    if (!fits)
      wrong();
    prefix += "T" + clock;
  }
  // Times of the catalogue begin with the prefix where they fall into it; '~' comes after all that they hold.
  return {prefix, prefix + "~"};
}

std::string likePattern(std::string_view text) {
  std::string pattern;
  bool wild = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '*' || c == '?') {
      wild = true;
      pattern += c == '*' ? '%' : '_';
      continue;
    }
    if (c == '\\' && i + 1 < text.size() && (text[i + 1] == '*' || text[i + 1] == '?' || text[i + 1] == '\\'))
      c = text[++i];
    if (c == '%' || c == '_' || c == '\\')
      pattern += '\\';
    pattern += c;
  }
  return wild ? pattern : "%" + pattern + "%";
}

} // namespace hipcuff::batch
