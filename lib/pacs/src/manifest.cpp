#include "manifest.h"

#include "hipcuff/core/atomic_file.h"
#include "hipcuff/core/version.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace hipcuff::pacs {
namespace {

using nlohmann::json;

constexpr const char* listName = "objects.json";
constexpr const char* schema = "hipcuff.objects/1";

} // namespace

void writeList(const std::filesystem::path& folder, const std::string& resultsSha256, const ResultObjects& made) {
  json list{{"schema", schema},
            {"version", version},
            {"results_sha256", resultsSha256},
            {"objects", json::array()},
            {"left_out", json::array()}};
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
