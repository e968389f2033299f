#include "hipcuff/report/results_reader.h"

#include "json_plugins.h"
#include "json_reader.h"
#include "text.h"

#include "hipcuff/core/error.h"
#include "hipcuff/core/patient_key.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <utility>

namespace hipcuff::report {
namespace {

constexpr const char* schema = "hipcuff.results/1";
constexpr const char* remedy = "give the results.json that hipcuff analyze wrote, or its folder";

std::filesystem::path resultsFile(const std::filesystem::path& folderOrFile) {
  std::error_code ignored;
  const bool folder = std::filesystem::is_directory(folderOrFile, ignored);
  return std::filesystem::absolute(folder ? folderOrFile / "results.json" : folderOrFile).lexically_normal();
}

/// The file may come from anywhere: it must not make anybody read outside of its own folder.
std::filesystem::path inside(const std::filesystem::path& folder, const Node& name) {
  const std::filesystem::path path = name.text();
  if (path.empty())
    return {};
  if (path.is_absolute() || std::find(path.begin(), path.end(), "..") != path.end())
    name.fail("lies outside the results' folder");
  return folder / path;
}

std::optional<int> patientFrom(const Node& json) {
  constexpr int most = 1'000'000;
  return json.whole(1, most);
}

/// Images and studies leave the document as soon as each is complete.
class Stream {
public:
  explicit Stream(const std::filesystem::path& folderOrFile)
      : file_(resultsFile(folderOrFile))
      , origin_{file_, {}} {}

  std::function<void(const PassingImage&)> image;
  std::function<void(const Node&)> study; ///< its images went by before, or come never
  bool factsOnly = false;                 ///< what is only drawn never becomes a value

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
  [[nodiscard]] const Criteria& criteria() const noexcept { return criteria_; }

  /// @returns what is left: everything but the studies
  Json read() {
    std::ifstream in(file_);
    if (!in || in.peek() == std::ifstream::traits_type::eof())
      throw InputError(file_, std::filesystem::exists(file_) ? "can't be read or is empty" : "is not there", remedy);
    Json rest;
    try {
      rest = Json::parse(in,
                         [this](int depth, Json::parse_event_t event, Json& json) { return take(depth, event, json); });
    } catch (const Json::exception& e) {
      throw InputError(file_, "is not valid JSON: " + toUtf8(e.what()), remedy);
    }
    if (!schemaSeen_)
      throw InputError(file_, std::string("is not a ") + schema + " file", remedy);
    return rest;
  }

private:
  bool take(int depth, Json::parse_event_t event, Json& json) {
    using Event = Json::parse_event_t;
    if (depth > deepestNesting)
      throw InputError(file_, "is nested too deeply", remedy);
    if (event == Event::key && static_cast<std::size_t>(depth) < keys_.size())
      keys_[static_cast<std::size_t>(depth)] = json.get<std::string>();
    if (event == Event::key && factsOnly && depth == 5 && keys_[1] == "studies" && keys_[3] == "images" &&
        isGeometry(keys_[5]))
      return false;
    if (event == Event::value && depth == 1 && keys_[1] == "schema") {
      if (json != schema)
        throw InputError(file_, std::string("is not a ") + schema + " file", remedy);
      schemaSeen_ = true;
    }
    if (event == Event::value && depth == 3 && keys_[1] == "studies" && keys_[3] == "patient")
      patient_ = patientFrom(Node(json, origin_, "patient"));
    if (event != Event::object_end)
      return true;
    if (depth == 1 && keys_[1] == "criteria")
      criteria_ = criteriaFrom(Node(json, origin_, "criteria"));
    if (keys_[1] != "studies")
      return true;
    if (depth == 4 && keys_[3] == "images") {
      if (image)
        pass(json);
      return false;
    }
    if (depth == 2) {
      patient_.reset();
      if (study)
        study(Node(json, origin_, "studies"));
      return false;
    }
    return true;
  }

  void pass(const Json& json) {
    Origin origin{file_, "image"};
    const std::string id = Node(json, origin)["id"].text();
    origin.what += " " + toUtf8(id);
    const Node node(json, origin);
    image({id, !node["picture"]["raw_png"].text().empty(), criteria_, [&] {
             ImageResult result = imageFrom(node, factsOnly ? ImagePart::facts : ImagePart::everything);
             if (patient_)
               result.patientKey = storedPatient(*patient_);
             return StoredImage{id, std::move(result), inside(file_.parent_path(), node["picture"]["raw_png"]),
                                inside(file_.parent_path(), node["masks"]["label_png"])};
           }});
  }

  std::filesystem::path file_;
  Origin origin_;
  Criteria criteria_;
  static bool isGeometry(const std::string& key) {
    return key == "bone_surface" || key == "tendon" || key == "frames" || key == "findings";
  }

  std::array<std::string, 6> keys_; ///< the last one at each depth
  bool schemaSeen_ = false;
  std::optional<int> patient_; ///< of the study whose images go by; stands before them
};

} // namespace

void readImages(const std::filesystem::path& folderOrFile, const std::function<void(const PassingImage&)>& each) {
  Stream stream(folderOrFile);
  stream.image = each;
  (void)stream.read();
}

namespace {

StoredStudy studyFrom(const Node& json) {
  StoredStudy stored;
  stored.study.studyInstanceUid = json["study_instance_uid"].text();
  stored.study.studyDate = json["study_date"].text();
  stored.study.patient = patientFrom(json["patient"]);
  if (stored.study.patient)
    stored.study.patientKey = storedPatient(*stored.study.patient);
  stored.folder = json["folder"].text();
  json["hips"].each([&](const Node& hip) { stored.study.hips.push_back(hipFrom(hip)); });
  return stored;
}

/// What stands around the studies.
StoredResults frameOf(Stream& stream) {
  StoredResults out;
  out.folder = stream.file().parent_path();
  const Json rest = stream.read();
  const Origin origin{stream.file(), {}};
  const Node root(rest, origin);
  out.created = root["created"].text();
  out.softwareVersion = root["software"]["version"].text();
  out.plugins = pluginsFrom(root["plugins"]);
  out.criteria = stream.criteria();
  const auto outcomes = [&](const char* key, InputOutcome::Kind kind) {
    root["inputs"][key].each([&](const Node& json) {
      out.outcomes.push_back({kind, json["path"].text(), json["problem"].text(), json["remedy"].text()});
    });
  };
  outcomes("failed", InputOutcome::Kind::failed);
  outcomes("skipped", InputOutcome::Kind::skipped);
  return out;
}

} // namespace

StoredResults readResults(const std::filesystem::path& folderOrFile) {
  Stream stream(folderOrFile);
  std::vector<StoredStudy> studies;
  std::vector<StoredImage> images;
  stream.image = [&](const PassingImage& image) { images.push_back(image.read()); };
  stream.study = [&](const Node& json) {
    studies.push_back(studyFrom(json));
    studies.back().images = std::exchange(images, {});
  };
  StoredResults out = frameOf(stream);
  out.studies = std::move(studies);
  return out;
}

StoredResults readFacts(const std::filesystem::path& folderOrFile, const PassingFacts& each) {
  Stream stream(folderOrFile);
  stream.factsOnly = true;
  if (each.image)
    stream.image = [&](const PassingImage& image) { each.image(image.read()); };
  if (each.study)
    stream.study = [&](const Node& json) { each.study(studyFrom(json)); };
  return frameOf(stream);
}

ImageResult imageFromJson(std::string_view json, const std::filesystem::path& file) {
  const Origin origin{file, "image"};
  const Json parsed = parseBounded(json, origin);
  if (!parsed.is_object())
    Node(parsed, origin).fail("is not an object");
  return imageFrom(Node(parsed, origin), ImagePart::everything);
}

} // namespace hipcuff::report
