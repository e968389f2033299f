#include "manifest.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/digest.h"
#include "hipcuff/core/version.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <system_error>

namespace hipcuff::pacs {
namespace {

using nlohmann::json;

constexpr const char* listName = "objects.json";
constexpr const char* schema = "hipcuff.objects/1";

json toJson(const ListedObject& object, std::uintmax_t bytes) {
  return {{"kind", object.kind},
          {"file", object.file},
          {"bytes", bytes},
          {"sha256", object.sha256},
          {"study_instance_uid", object.studyInstanceUid},
          {"sop_instance_uid", object.sopInstanceUid}};
}

} // namespace

ObjectList readList(const std::filesystem::path& folder) {
  std::ifstream in(folder / listName);
  const json list = json::parse(in, nullptr, false);
  ObjectList out;
  if (!list.is_object() || list.value("schema", json()) != schema)
    return out;
  const auto text = [](const json& from, const char* key) {
    const json value = from.value(key, json());
    return value.is_string() ? value.get<std::string>() : std::string();
  };
  out.resultsSha256 = text(list, "results_sha256");
  if (const json objects = list.value("objects", json()); objects.is_array())
    for (const json& object : objects)
      if (object.is_object())
        out.objects.push_back({text(object, "kind"), text(object, "file"), text(object, "study_instance_uid"),
                               text(object, "sop_instance_uid"), text(object, "sha256")});
  return out;
}

void writeList(const std::filesystem::path& folder, const std::string& resultsSha256, const ResultObjects& made,
               const std::vector<ListedObject>& kept) {
  json list{{"schema", schema},
            {"version", version},
            {"results_sha256", resultsSha256},
            {"objects", json::array()},
            {"left_out", json::array()}};
  const auto add = [&](const ListedObject& object) {
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(folder / object.file, failed);
    if (!failed)
      list["objects"].push_back(toJson(object, bytes));
  };
  for (const ResultObject& object : made.objects)
    add({toString(object.kind), object.path.filename().string(), object.studyInstanceUid, object.sopInstanceUid,
         sha256OfFile(object.path)});
  for (const ListedObject& object : kept)
    add(object);
  for (const InputOutcome& outcome : made.leftOut)
    list["left_out"].push_back({{"problem", outcome.problem}, {"failed", outcome.kind == InputOutcome::Kind::failed}});
  writeFileAtomically(folder / listName, list.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

} // namespace hipcuff::pacs
