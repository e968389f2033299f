#include "values.h"

#include "dcmtk/config/osconfig.h"

#include "dcmtk/dcmdata/dcuid.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hipcuff::dicom {
namespace {

using std::chrono::sys_days;
using std::chrono::year_month_day;

bool digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

unsigned number(std::string_view text) {
  unsigned value = 0;
  for (const char c : text)
    value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\0'))
    text.remove_suffix(1);
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
  return text;
}

bool below(std::string_view twoDigits, unsigned limit) {
  return twoDigits.size() == 2 && digits(twoDigits) && number(twoDigits) < limit;
}

/// hh, hhmm, hhmmss or hhmmss.f to .ffffff; PS3.5 table 6.2-1.
bool isOneTime(std::string_view text) {
  const auto point = text.find('.');
  if (point != std::string_view::npos) {
    const auto fraction = text.substr(point + 1);
    if (point != 6 || !digits(fraction) || fraction.size() > 6)
      return false;
    text = text.substr(0, 6);
  }
  if (text.size() != 2 && text.size() != 4 && text.size() != 6)
    return false;
  return below(text.substr(0, 2), 24) && (text.size() < 4 || below(text.substr(2, 2), 60)) &&
         (text.size() < 6 || below(text.substr(4, 2), 61));
}

/// What may stand behind the day of a DT.
bool isTimeAndZone(std::string_view text) {
  const auto sign = text.find_first_of("+-");
  if (sign != std::string_view::npos) {
    const auto zone = text.substr(sign + 1);
    if (zone.size() != 4 || !below(zone.substr(0, 2), 15) || !below(zone.substr(2), 60))
      return false;
    text = text.substr(0, sign);
  }
  return text.empty() || isOneTime(text);
}

std::optional<sys_days> dayOf(unsigned year, unsigned month, unsigned day) {
  const year_month_day date{std::chrono::year(static_cast<int>(year)), std::chrono::month(month),
                            std::chrono::day(day)};
  if (!date.ok() || year == 0)
    return {};
  return sys_days(date);
}

std::string compact(sys_days day) {
  const year_month_day date(day);
  char text[16];
  std::snprintf(text, sizeof text, "%04d%02u%02u", static_cast<int>(date.year()) % 10000,
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

std::string shiftOne(std::string_view value, int daysBack) {
  value = trimmed(value);
  const std::chrono::days back(daysBack);
  if (const auto day = parseDate(value)) {
    const bool dotted = value.size() >= 10 && value[4] == '.';
    return compact(*day - back) + std::string(value.substr(dotted ? 10 : 8));
  }
  if (value.size() == 4 && digits(value))
    if (const auto day = dayOf(number(value), 7, 1))
      return compact(*day - back).substr(0, 4);
  if (value.size() == 6 && digits(value))
    if (const auto day = dayOf(number(value.substr(0, 4)), number(value.substr(4)), 15))
      return compact(*day - back).substr(0, 6);
  return {};
}

} // namespace

std::optional<sys_days> parseDate(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 10 && text[4] == '.' && text[7] == '.') {
    if (text.size() != 10 || !digits(text.substr(0, 4)) || !digits(text.substr(5, 2)) || !digits(text.substr(8, 2)))
      return {};
    return dayOf(number(text.substr(0, 4)), number(text.substr(5, 2)), number(text.substr(8, 2)));
  }
  if (text.size() < 8 || !digits(text.substr(0, 8)))
    return {};
  if (!isTimeAndZone(text.substr(8))) // a range of dates, for one: its end must not stay
    return {};
  return dayOf(number(text.substr(0, 4)), number(text.substr(4, 2)), number(text.substr(6, 2)));
}

std::vector<std::string> spellings(sys_days day) {
  const year_month_day date(day);
  const int y = static_cast<int>(date.year());
  const auto m = static_cast<unsigned>(date.month());
  const auto d = static_cast<unsigned>(date.day());
  static constexpr std::array names = {"jan", "feb", "mar", "apr", "may", "jun",
                                       "jul", "aug", "sep", "oct", "nov", "dec"};
  std::vector<std::string> out;
  const auto put = [&](const char* format, auto... values) {
    char text[48];
    std::snprintf(text, sizeof text, format, values...);
    out.emplace_back(text);
  };
  put("%04d%02u%02u", y, m, d);
  for (const char* format : {"%04d-%02u-%02u", "%04d.%02u.%02u", "%04d/%02u/%02u"})
    put(format, y, m, d);
  for (const char* format : {"%02u.%02u.%04d", "%02u/%02u/%04d", "%02u-%02u-%04d", "%u.%u.%04d", "%u/%u/%04d"}) {
    put(format, d, m, y);
    put(format, m, d, y);
  }
  for (const char* format : {"%02u %s %04d", "%02u-%s-%04d", "%u %s %04d"})
    put(format, d, names[m - 1], y);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

bool isFillerDate(sys_days day) {
  const year_month_day date(day);
  const int year = static_cast<int>(date.year());
  return year < 1800 || ((year == 1800 || year == 1900 || year == 1970) && date.month() == std::chrono::January &&
                         date.day() == std::chrono::day(1));
}

std::string shiftDates(std::string_view values, int daysBack) {
  std::string out;
  for (std::size_t at = 0; at <= values.size();) {
    const auto end = std::min(values.find('\\', at), values.size());
    if (at > 0)
      out += '\\';
    out += shiftOne(values.substr(at, end - at), daysBack);
    at = end + 1;
  }
  return out;
}

std::string capAge(std::string_view text) {
  text = trimmed(text);
  if (text.size() != 4 || !digits(text.substr(0, 3)) ||
      std::string_view("DWMY").find(text[3]) == std::string_view::npos)
    return {};
  return text[3] == 'Y' && number(text.substr(0, 3)) > 89 ? "090Y" : std::string(text);
}

std::vector<sys_days> daysIn(std::string_view text) {
  std::vector<sys_days> days;
  const auto isDigit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (at > 0 && isDigit(at - 1))
      continue;
    const auto rest = text.substr(at);
    const auto dotted = rest.size() >= 10 && rest[4] == '.' && rest[7] == '.';
    const auto eight = rest.size() >= 8 && digits(rest.substr(0, 8));
    if (const auto day = dotted || eight ? parseDate(rest.substr(0, dotted ? 10 : 8)) : std::nullopt)
      days.push_back(*day);
  }
  return days;
}

bool isTime(std::string_view values) {
  for (std::size_t at = 0; at <= values.size();) {
    const auto end = std::min(values.find('\\', at), values.size());
    auto value = trimmed(values.substr(at, end - at));
    std::string plain;
    if (value.size() >= 8 && value[2] == ':' && value[5] == ':') { // as ACR-NEMA wrote it
      plain.append(value.substr(0, 2)).append(value.substr(3, 2)).append(value.substr(6));
      value = plain;
    }
    if (!value.empty() && !isOneTime(value))
      return false;
    at = end + 1;
  }
  return true;
}

bool readsAsDay(std::string_view values) {
  for (std::size_t at = 0; at <= values.size();) {
    const auto end = std::min(values.find('\\', at), values.size());
    const auto value = trimmed(values.substr(at, end - at));
    const auto year = value.size() == 8 && digits(value) ? number(value.substr(0, 4)) : 0;
    if (year >= 1900 && year < 2100 && parseDate(value))
      return true;
    at = end + 1;
  }
  return false;
}

bool isPublishedUid(std::string_view uid) {
  uid = trimmed(uid);
  if (uid.empty() || dcmFindNameOfUID(std::string(uid).c_str(), nullptr))
    return true;
  // Registers of numbers: context groups, whatever edition of the standard has them, and HL7's coding schemes.
  for (const std::string_view root : {"1.2.840.10008.6.1.", "2.16.840.1.113883.6."})
    if (uid.starts_with(root) && uid.size() - root.size() <= 4 && digits(uid.substr(root.size())))
      return true;
  return false;
}

bool isClassUid(std::uint32_t tag) noexcept {
  static constexpr std::array<std::uint32_t, 10> tags = {0x00020002, 0x00020010, 0x00080016, 0x0008001A, 0x0008001B,
                                                         0x00080062, 0x00081150, 0x0008115A, 0x0008010C, 0x00080117};
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

bool isCodeString(std::string_view values) noexcept {
  std::size_t length = 0;
  for (const char c : trimmed(values)) {
    length = c == '\\' ? 0 : length + 1;
    const bool good = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' || c == '_' || c == '\\';
    if (!good || length > 16)
      return false;
  }
  return true;
}

bool isNumberString(std::string_view values) noexcept {
  std::size_t length = 0;
  for (const char c : trimmed(values)) {
    length = c == '\\' ? 0 : length + 1;
    const bool good =
        (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == 'e' || c == 'E' || c == ' ' || c == '\\';
    if (!good || length > 20)
      return false;
  }
  return true;
}

} // namespace hipcuff::dicom
