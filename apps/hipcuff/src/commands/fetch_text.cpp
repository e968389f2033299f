#include "commands/fetch_text.h"

#include "cli/table.h"

#include <optional>

namespace hipcuff::cli {
namespace {

using nlohmann::json;

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words)
    out += (out.empty() ? "" : ",") + word;
  return out;
}

std::string countText(const std::optional<std::size_t>& count) {
  return count ? std::to_string(*count) : "";
}

json countJson(const std::optional<std::size_t>& count) {
  return count ? json(*count) : json(nullptr);
}

json textJson(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

/// "101112.5" as "10:11".
std::string timeText(const std::string& time) {
  return time.size() >= 4 ? time.substr(0, 2) + ":" + time.substr(2, 2) : time;
}

template <class Person>
void addIdentity(std::vector<std::string>& row, const Person& person) {
  row.insert(row.end(), {person.patientId, dateText(person.birthDate), person.accession, person.patientName});
}

const std::vector<std::string> identityColumns{"patient", "born", "accession", "name"};

template <class Person>
json identityJson(const Person& person) {
  return {{"patient_name", textJson(person.patientName)},
          {"patient_id", textJson(person.patientId)},
          {"birth_date", textJson(person.birthDate)},
          {"accession_number", textJson(person.accession)}};
}

std::vector<std::string> columns(std::vector<std::string> names, bool identity) {
  if (identity)
    names.insert(names.end(), identityColumns.begin(), identityColumns.end());
  return names;
}

} // namespace

std::string dateText(const std::string& date) {
  return date.size() == 8 ? date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6) : date;
}

std::string studiesText(const std::vector<dicom::FoundStudy>& studies, bool identity) {
  Table table(columns({"date", "time", "modalities", "series", "objects", "study", "description"}, identity));
  for (const auto& study : studies) {
    std::vector<std::string> row{dateText(study.date),    timeText(study.time),     joined(study.modalities),
                                 countText(study.series), countText(study.objects), study.studyUid,
                                 study.description};
    if (identity)
      addIdentity(row, study);
    table.add(std::move(row));
  }
  return table.text();
}

std::string worklistText(const std::vector<dicom::WorklistItem>& items, bool identity) {
  Table table(columns({"date", "time", "modality", "station", "description"}, identity));
  for (const auto& item : items) {
    std::vector<std::string> row{dateText(item.date), timeText(item.time), item.modality, item.station,
                                 item.description};
    if (identity)
      addIdentity(row, item);
    table.add(std::move(row));
  }
  return table.text();
}

json jsonOf(const dicom::FoundStudy& study, bool identity) {
  json out = {{"study_instance_uid", study.studyUid}, {"date", textJson(study.date)},
              {"time", textJson(study.time)},         {"description", textJson(study.description)},
              {"modalities", study.modalities},       {"series", countJson(study.series)},
              {"objects", countJson(study.objects)}};
  if (identity)
    out["identity"] = identityJson(study);
  return out;
}

json jsonOf(const dicom::WorklistItem& item, bool identity) {
  json out = {{"date", textJson(item.date)},
              {"time", textJson(item.time)},
              {"modality", textJson(item.modality)},
              {"station", textJson(item.station)},
              {"description", textJson(item.description)},
              {"study_instance_uid", textJson(item.studyUid)}};
  if (identity)
    out["identity"] = identityJson(item);
  return out;
}

json jsonOf(const dicom::FetchedStudy& fetched) {
  return {{"folder", fetched.folder.string()}, {"wanted", fetched.asked},    {"there_before", fetched.there},
          {"fetched", fetched.fetched},        {"missing", fetched.missing}, {"classes_left_out", fetched.classes},
          {"problems", fetched.problems},      {"whole", fetched.whole()}};
}

} // namespace hipcuff::cli
