#include "manifest.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/version.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <stdexcept>

namespace hipcuff::pacs {
namespace {

using nlohmann::json;

constexpr const char* listName = "objects.json";
constexpr const char* schema = "hipcuff.objects/1";

/// @throws std::exception where one is not there as it was
std::vector<ResultObject> objectsOf(const json& list, const std::filesystem::path& folder,
                                    const std::vector<dicom::ObjectKind>& kinds) {
  std::vector<ResultObject> out;
  for (const json& entry : list.at("objects")) {
    const auto kind = dicom::objectKindFrom(entry.at("kind").get<std::string>());
    if (!kind || std::find(kinds.begin(), kinds.end(), *kind) == kinds.end())
      continue;
    // Only a name: whatever the list says, nothing outside of the folder is meant.
    const auto name = std::filesystem::path(entry.at("file").get<std::string>()).filename();
    if (std::filesystem::file_size(folder / name) != entry.at("bytes").get<std::uintmax_t>())
      throw std::runtime_error("cut short");
    out.push_back({*kind, folder / name, entry.at("study_instance_uid").get<std::string>(),
                   entry.at("sop_instance_uid").get<std::string>(), true});
  }
  return out;
}

} // namespace

std::optional<std::vector<ResultObject>> listed(const std::filesystem::path& folder, const std::string& resultsSha256,
                                                const std::vector<dicom::ObjectKind>& kinds) noexcept {
  try {
    std::ifstream file(folder / listName);
    if (!file)
      return {};
    const json list = json::parse(file);
    if (list.at("schema") != schema || list.at("version") != version || list.at("results_sha256") != resultsSha256 ||
        !list.at("left_out").empty())
      return {};
    for (const auto kind : kinds)
      if (std::find(list.at("kinds").begin(), list.at("kinds").end(), toString(kind)) == list.at("kinds").end())
        return {};
    return objectsOf(list, folder, kinds);
  } catch (const std::exception&) {
    return {}; // not a list of ours: everything is looked at
  }
}

void writeList(const std::filesystem::path& folder, const std::string& resultsSha256,
               const std::vector<dicom::ObjectKind>& kinds, const ResultObjects& made) {
  json list{{"schema", schema},       {"version", version},       {"results_sha256", resultsSha256},
            {"kinds", json::array()}, {"objects", json::array()}, {"left_out", json::array()}};
  for (const auto kind : kinds)
    list["kinds"].push_back(toString(kind));
  for (const ResultObject& object : made.objects)
    list["objects"].push_back({{"kind", toString(object.kind)},
                               {"file", object.path.filename().string()},
                               {"bytes", std::filesystem::file_size(object.path)},
                               {"study_instance_uid", object.studyInstanceUid},
                               {"sop_instance_uid", object.sopInstanceUid}});
  for (const InputOutcome& outcome : made.leftOut)
    list["left_out"].push_back({{"problem", outcome.problem}, {"failed", outcome.kind == InputOutcome::Kind::failed}});
  writeFileAtomically(folder / listName, list.dump(1, ' ', false, json::error_handler_t::replace) + "\n");
}

} // namespace hipcuff::pacs
