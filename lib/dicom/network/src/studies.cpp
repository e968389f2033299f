#include "hipcuff/dicom/network/studies.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/one_line.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <ctime>
#include <optional>
#include <set>

namespace hipcuff::dicom {
namespace {

constexpr const char* dateForm = "write 2024-01-31, 2024-01-01..2024-03-31, 2024-01-01.., today or yesterday";

using Day = std::chrono::year_month_day;

std::optional<Day> dayOf(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-' && text.size() == 10 && (i == 4 || i == 7))
      continue;
    if (text[i] < '0' || text[i] > '9')
      return std::nullopt;
    digits.push_back(text[i]);
  }
  if (digits.size() != 8)
    return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t count) {
    int value = 0;
    std::from_chars(digits.data() + at, digits.data() + at + count, value);
    return value;
  };
  const Day day{std::chrono::year{number(0, 4)}, std::chrono::month{static_cast<unsigned>(number(4, 2))},
                std::chrono::day{static_cast<unsigned>(number(6, 2))}};
  return day.ok() ? std::optional(day) : std::nullopt;
}

std::string textOf(const Day& day) {
  std::string out(8, '0');
  int value = static_cast<int>(day.year()) * 10000 + static_cast<int>(static_cast<unsigned>(day.month())) * 100 +
              static_cast<int>(static_cast<unsigned>(day.day()));
  for (std::size_t i = 8; i-- > 0; value /= 10)
    out[i] = static_cast<char>('0' + value % 10);
  return out;
}

std::string oneDay(std::string_view word, const std::string& today, const std::string& whole) {
  auto day = dayOf(word == "today" || word == "yesterday" ? std::string_view(today) : word);
  if (!day)
    throw UsageError("'" + tidy(whole, 80) + "' is no date or range of dates", dateForm);
  if (word == "yesterday")
    day = Day(std::chrono::sys_days(*day) - std::chrono::days(1));
  return textOf(*day);
}

bool isWild(const std::string& value) {
  return value.find_first_of("*?") != std::string::npos;
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(' ');
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

std::string valueOf(const Keys& answer, const char* key) {
  const auto at = answer.find(key);
  return at == answer.end() ? std::string() : trimmed(at->second);
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('\\', at), text.size());
    if (const auto word = trimmed(text.substr(at, end - at)); !word.empty())
      out.push_back(word);
    at = end + 1;
  }
  return out;
}

std::string joined(const std::vector<std::string>& values) {
  std::string out;
  for (const auto& value : values)
    out += (out.empty() ? "" : "\\") + value;
  return out;
}

std::optional<std::size_t> countOf(const std::string& text) {
  std::size_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// What the peer didn't say can't be held against it.
bool fits(const std::string& wanted, const std::string& said) {
  return wanted.empty() || said.empty() || isWild(wanted) || trimmed(wanted) == said;
}

bool withinDates(const std::string& range, const std::string& said) {
  if (range.empty() || said.size() != 8)
    return true;
  const auto dash = range.find('-');
  if (dash == std::string::npos)
    return said == range;
  const auto begin = range.substr(0, dash);
  const auto end = range.substr(dash + 1);
  return (begin.empty() || said >= begin) && (end.empty() || said <= end);
}

bool fits(const StudyQuery& query, const FoundStudy& study) {
  const auto has = [](const std::vector<std::string>& list, const std::string& what) {
    return std::find(list.begin(), list.end(), what) != list.end();
  };
  return fits(query.patientId, study.patientId) && fits(query.accession, study.accession) &&
         (query.studyUids.empty() || has(query.studyUids, study.studyUid)) && withinDates(query.date, study.date) &&
         (query.modality.empty() || study.modalities.empty() || has(study.modalities, query.modality));
}

FoundStudy studyOf(const Keys& answer) {
  return {valueOf(answer, "StudyInstanceUID"),
          valueOf(answer, "StudyDate"),
          valueOf(answer, "StudyTime"),
          valueOf(answer, "StudyDescription"),
          split(valueOf(answer, "ModalitiesInStudy")),
          countOf(valueOf(answer, "NumberOfStudyRelatedSeries")),
          countOf(valueOf(answer, "NumberOfStudyRelatedInstances")),
          valueOf(answer, "PatientName"),
          valueOf(answer, "PatientID"),
          valueOf(answer, "PatientBirthDate"),
          valueOf(answer, "AccessionNumber")};
}

} // namespace

std::string dateRange(const std::string& text, const std::string& today) {
  std::string_view all = text;
  std::string_view mark = "..";
  auto at = all.find(mark);
  // DICOM's own way: a dash that is none within a date.
  const auto dashes = std::count(all.begin(), all.end(), '-');
  if (at == std::string_view::npos && dashes == 1) {
    mark = "-";
    at = all.find('-');
  }
  if (at == std::string_view::npos)
    return oneDay(all, today, text);
  const auto first = all.substr(0, at);
  const auto last = all.substr(at + mark.size());
  if (first.empty() && last.empty())
    throw UsageError("'" + tidy(text, 80) + "' is no range of dates", dateForm);
  const auto begin = first.empty() ? std::string() : oneDay(first, today, text);
  const auto end = last.empty() ? std::string() : oneDay(last, today, text);
  if (!begin.empty() && !end.empty() && end < begin)
    throw UsageError("'" + tidy(text, 80) + "': the end is before the beginning", "turn the two dates around");
  return begin + "-" + end;
}

std::string todaysDate() {
  const std::time_t now = std::time(nullptr);
  std::tm here{};
  ::localtime_r(&now, &here);
  return textOf(Day{std::chrono::year{here.tm_year + 1900}, std::chrono::month{static_cast<unsigned>(here.tm_mon + 1)},
                    std::chrono::day{static_cast<unsigned>(here.tm_mday)}});
}

bool StudyQuery::asksForEverything() const {
  const auto any = [](const std::string& value) { return value.find_first_not_of("* ") == std::string::npos; };
  return any(patientId) && any(accession) && studyUids.empty() && date.empty() &&
         std::all_of(more.begin(), more.end(), [&](const auto& key) { return any(key.second); });
}

FoundStudies findStudies(const Peer& peer, const StudyQuery& query, std::size_t most) {
  Keys keys = query.more;
  for (const auto* wanted : {"PatientName", "PatientBirthDate", "StudyTime", "StudyDescription",
                             "NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances"})
    keys.try_emplace(wanted);
  keys["PatientID"] = query.patientId;
  keys["AccessionNumber"] = query.accession;
  keys["StudyInstanceUID"] = joined(query.studyUids);
  keys["StudyDate"] = query.date;
  keys["ModalitiesInStudy"] = query.modality;
  // One more than wanted shows that there are more.
  const auto answers = find(peer, Level::study, keys, most == SIZE_MAX ? most : most + 1);
  FoundStudies out;
  std::set<std::string> seen;
  for (const auto& answer : answers) {
    auto study = studyOf(answer);
    if (!isUid(study.studyUid) || !fits(query, study))
      ++out.unasked;
    else if (seen.insert(study.studyUid).second)
      out.studies.push_back(std::move(study));
  }
  out.more = answers.size() > most;
  std::sort(out.studies.begin(), out.studies.end(), [](const auto& a, const auto& b) {
    return std::tie(b.date, b.time, a.studyUid) < std::tie(a.date, a.time, b.studyUid);
  });
  if (out.studies.size() > most)
    out.studies.resize(most);
  return out;
}

std::vector<FoundObject> findObjects(const Peer& peer, const std::string& studyUid,
                                     const std::vector<std::string>& seriesUids, const std::string& modality) {
  std::vector<FoundObject> out;
  std::set<std::string> seen;
  constexpr std::size_t most = 1'000'000;
  for (const auto& series : find(
           peer, Level::series,
           {{"StudyInstanceUID", studyUid}, {"SeriesInstanceUID", joined(seriesUids)}, {"Modality", modality}}, most)) {
    const auto seriesUid = valueOf(series, "SeriesInstanceUID");
    const auto itsModality = valueOf(series, "Modality");
    if (!isUid(seriesUid) || !fits(modality, itsModality) || !seen.insert(seriesUid).second ||
        (!seriesUids.empty() && std::find(seriesUids.begin(), seriesUids.end(), seriesUid) == seriesUids.end()))
      continue;
    for (const auto& object : find(peer, Level::image,
                                   {{"StudyInstanceUID", studyUid},
                                    {"SeriesInstanceUID", seriesUid},
                                    {"SOPInstanceUID", ""},
                                    {"SOPClassUID", ""}},
                                   most)) {
      const auto instanceUid = valueOf(object, "SOPInstanceUID");
      if (isUid(instanceUid))
        out.push_back({seriesUid, instanceUid, valueOf(object, "SOPClassUID"), itsModality});
    }
  }
  return out;
}

std::vector<WorklistItem> findWorklist(const Peer& peer, const std::string& date, const std::string& modality,
                                       std::size_t most) {
  const std::string step = "ScheduledProcedureStepSequence[0].";
  const Keys keys{{step + "ScheduledProcedureStepStartDate", date},
                  {step + "ScheduledProcedureStepStartTime", ""},
                  {step + "Modality", modality},
                  {step + "ScheduledStationAETitle", ""},
                  {step + "ScheduledProcedureStepDescription", ""},
                  {"RequestedProcedureDescription", ""},
                  {"StudyInstanceUID", ""},
                  {"PatientName", ""},
                  {"PatientID", ""},
                  {"PatientBirthDate", ""},
                  {"AccessionNumber", ""}};
  std::vector<WorklistItem> out;
  for (const auto& answer : find(peer, Level::worklist, keys, most)) {
    const auto ofStep = [&](const char* key) { return valueOf(answer, (step + key).c_str()); };
    WorklistItem item{ofStep("ScheduledProcedureStepStartDate"),
                      ofStep("ScheduledProcedureStepStartTime"),
                      ofStep("Modality"),
                      ofStep("ScheduledStationAETitle"),
                      ofStep("ScheduledProcedureStepDescription"),
                      valueOf(answer, "StudyInstanceUID"),
                      valueOf(answer, "PatientName"),
                      valueOf(answer, "PatientID"),
                      valueOf(answer, "PatientBirthDate"),
                      valueOf(answer, "AccessionNumber")};
    if (item.description.empty())
      item.description = valueOf(answer, "RequestedProcedureDescription");
    if (fits(modality, item.modality) && withinDates(date, item.date))
      out.push_back(std::move(item));
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tie(a.date, a.time, a.patientId, a.studyUid) < std::tie(b.date, b.time, b.patientId, b.studyUid);
  });
  return out;
}

} // namespace hipcuff::dicom
